import Model

/// The rows of an XA transaction as bytes, until it is committed.
///
/// A byte for the version (1), one that is 1 where table maps have optional metadata, a count of 4 and for each table
/// its id 8 and what its TABLE_MAP event says behind the id; then the rows events: type 1, flags 1, table 4, length 4
/// and the body as in `EventChunk.bytes`. Lengths of tables have 4 bytes; all numbers are little endian.
struct HeldRows {
    /// The tables of the chunk, in its order.
    var tables: [(id: UInt64, body: [UInt8])] = []
    /// Which of the transaction's events each of the chunk's events is.
    var numbers: [UInt64] = []
    private static let version: UInt8 = 1

    func encoded(_ chunk: EventChunk, hasMetadata: Bool) -> [UInt8] {
        var bytes: [UInt8] = [Self.version, hasMetadata ? 1 : 0]
        bytes.reserveCapacity(
            chunk.bytes.count + chunk.events.count * 10 + tables.reduce(16) { $0 + $1.body.count + 12 })
        func append(_ value: some FixedWidthInteger & UnsignedInteger) {
            for shift in stride(from: 0, to: value.bitWidth, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: value >> shift))
            }
        }
        append(UInt32(tables.count))
        for table in tables {
            append(table.id)
            append(UInt32(table.body.count))
            bytes.append(contentsOf: table.body)
        }
        for event in chunk.events {
            append(event.type.rawValue)
            append(event.flags.rawValue)
            append(event.table)
            append(event.length)
            bytes.append(contentsOf: chunk.bytes[Int(event.offset)..<Int(event.offset) + Int(event.length)])
        }
        return bytes
    }

    /// One rows event that was held.
    struct Event {
        var kind: RowsKind
        var type: EventType
        var flags: RowFlags
        var table: Int
        var body: ByteCursor
    }

    /// Reads what `encoded` wrote.
    struct Reader {
        private(set) var tables: [(id: UInt64, body: ByteCursor)] = []
        let hasMetadata: Bool
        private var cursor: ByteCursor

        init(_ bytes: ByteCursor) throws(EventFault) {
            cursor = bytes
            guard try cursor.byte() == HeldRows.version else {
                throw EventFault(
                    .checkpointInvalid, "an XA transaction in retl.lutra_prepared was written by another version",
                    hint: "let the version that wrote it run until the transaction is committed")
            }
            hasMetadata = try cursor.byte() != 0
            for _ in 0..<(try cursor.uint32()) {
                let id = try cursor.uint64()
                tables.append((id, try cursor.slice(Int(try cursor.uint32()))))
            }
        }

        mutating func next() throws(EventFault) -> Event? {
            guard !cursor.isAtEnd else { return nil }
            let type = EventType(rawValue: try cursor.byte())
            let flags = RowFlags(rawValue: try cursor.byte())
            let table = Int(try cursor.uint32())
            guard let kind = RowsKind(type), table < tables.count else {
                throw EventFault(.checkpointInvalid, "an XA transaction in retl.lutra_prepared cannot be read")
            }
            return Event(
                kind: kind, type: type, flags: flags, table: table,
                body: try cursor.slice(Int(try cursor.uint32())))
        }
    }
}
