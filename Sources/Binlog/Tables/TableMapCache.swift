package import Model

/// The table maps in force, by id. A repeated announcement costs one comparison of its bytes.
package struct TableMapCache {
    /// `map` is nil for a table that is not mapped: its rows are passed over.
    private struct Entry {
        var body: [UInt8]
        var map: TableMap?
    }

    private var entries: [UInt64: Entry] = [:]
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
    mutating func trim() { if entries.count > Self.capacity { entries.removeAll() } }

    /// Reads a TABLE_MAP event's body.
    package mutating func announce(_ body: ByteCursor, idBytes: Int) throws(EventFault) {
        var cursor = body
        let id = try cursor.unsigned(bytes: idBytes)
        if let known = entries[id], cursor.restEquals(known.body) { return }
        var copy = cursor
        let bytes = copy.rest()
        try cursor.skip(2)
        let name = try TableMap.readName(&cursor)
        let map =
            isMapped(name)
            ? try TableMap(id: id, name: name, rest: &cursor, limits: limits, isMariaDB: isMariaDB) : nil
        entries[id] = Entry(body: bytes, map: map)
    }

    /// The mapped table of an id, or nil where it is known and not mapped.
    package func table(_ id: UInt64) throws(EventFault) -> TableMap? {
        guard let entry = entries[id] else {
            throw EventFault(.binlogCorrupt, "rows come for table id \(id), which no table map announced")
        }
        return entry.map
    }
}
