package import Model

/// The table maps in force, by id. A repeated announcement costs one comparison of its bytes.
package struct TableMapCache {
    /// `map` is nil for a table that is not mapped: its rows are passed over.
    private struct Entry {
        var body: [UInt8]
        var map: TableMap?
        let isMapped: Bool
        /// Number of the chunk that last had rows of it, and its index there.
        var chunk: UInt64 = 0
        var chunkIndex: UInt32 = 0

        init(body: [UInt8], map: TableMap?) {
            self.body = body
            self.map = map
            isMapped = map != nil
        }
    }

    private var entries: [Entry] = []
    private var indices: [UInt64: Int] = [:]
    /// Where in `entries` an id is, by the id's low bits: saves most of the hashing.
    private var recent: [(id: UInt64, index: Int)] = Self.noneRecent
    private static let noneRecent = Array(repeating: (id: UInt64.max, index: 0), count: 64)
    private let limits: Limits
    private let isMariaDB: Bool
    private let isMapped: @Sendable (TableName) -> Bool
    /// Servers give a table a new id each time that they open it; beyond this many the cache starts anew.
    private static let capacity = 20_000

    package init(limits: Limits, isMariaDB: Bool, isMapped: @escaping @Sendable (TableName) -> Bool) {
        self.limits = limits
        self.isMariaDB = isMariaDB
        self.isMapped = isMapped
    }

    /// To be called between transactions only: rows events refer to the maps before them.
    mutating func trim() {
        guard entries.count > Self.capacity else { return }
        entries.removeAll()
        indices.removeAll()
        recent = Self.noneRecent
    }

    @inline(__always)
    private func recentIndex(of id: UInt64) -> Int? {
        let slot = recent[Int(truncatingIfNeeded: id & 63)]
        return slot.id == id ? slot.index : nil
    }

    @inline(__always)
    private mutating func index(of id: UInt64) -> Int? { recentIndex(of: id) ?? find(id) }

    // What is seldom needed is kept out of the functions that run for each event: with it they need more registers
    // than there are.
    @inline(never)
    private mutating func find(_ id: UInt64) -> Int? {
        guard let index = indices[id] else { return nil }
        recent[Int(truncatingIfNeeded: id & 63)] = (id, index)
        return index
    }

    /// Reads a TABLE_MAP event's body.
    @inline(__always)
    package mutating func announce(
        _ body: ByteCursor, idBytes: Int, hasMetadata: Bool = true
    ) throws(EventFault) {
        var cursor = body
        let id = try cursor.tableID(bytes: idBytes)
        if let index = recentIndex(of: id), cursor.restEquals(entries[index].body) { return }
        try announce(id, cursor, hasMetadata: hasMetadata)
    }

    /// The same from behind the table id on.
    @inline(never)
    mutating func announce(_ id: UInt64, _ body: ByteCursor, hasMetadata: Bool) throws(EventFault) {
        let known = index(of: id)
        if let known, body.restEquals(entries[known].body) { return }
        try add(id, body, at: known, hasMetadata: hasMetadata)
    }

    private mutating func add(_ id: UInt64, _ rest: ByteCursor, at known: Int?, hasMetadata: Bool) throws(EventFault) {
        var cursor = rest
        var copy = cursor
        let bytes = copy.rest()
        try cursor.skip(2)
        let name = try TableMap.readName(&cursor)
        let map =
            isMapped(name)
            ? try TableMap(
                id: id, name: name, rest: &cursor, limits: limits, isMariaDB: isMariaDB, hasMetadata: hasMetadata)
            : nil
        if let known {
            entries[known] = Entry(body: bytes, map: map)
        } else {
            indices[id] = entries.count
            entries.append(Entry(body: bytes, map: map))
        }
    }

    /// Where the table of an id is in the cache, or nil where it is known and not mapped.
    @inline(__always)
    package mutating func place(_ id: UInt64) throws(EventFault) -> Int? {
        guard let index = index(of: id) else { throw Self.unknown(id) }
        return entries[index].isMapped ? index : nil
    }

    @inline(never)
    private static func unknown(_ id: UInt64) -> EventFault {
        EventFault(.binlogCorrupt, "rows come for table id \(id), which no table map announced")
    }

    /// The table map at a place that `place` returned.
    package func map(at place: Int) -> TableMap? { entries[place].map }

    /// What was announced there, from behind the table id on.
    func body(at place: Int) -> [UInt8] { entries[place].body }

    /// The table's index in that chunk, to whose tables it is added where it is not there yet.
    @inline(__always)
    mutating func index(at place: Int, inChunk chunk: UInt64, _ tables: inout [TableMap]) -> UInt32 {
        if entries[place].chunk == chunk { return entries[place].chunkIndex }
        return add(place, toChunk: chunk, &tables)
    }

    @inline(never)
    private mutating func add(_ place: Int, toChunk chunk: UInt64, _ tables: inout [TableMap]) -> UInt32 {
        guard let map = entries[place].map else { return 0 }
        tables.append(map)
        entries[place].chunk = chunk
        entries[place].chunkIndex = UInt32(tables.count - 1)
        return entries[place].chunkIndex
    }
}
