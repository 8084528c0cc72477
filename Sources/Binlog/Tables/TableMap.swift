package import Model

/// A table as a TABLE_MAP event announces it. One object for all announcements with the same bytes.
///
/// Body: table id 6 (4 in old logs), flags 2, then schema and name, each with a length of 1 byte and a zero byte at
/// the end, packed count of columns, a type byte each, packed length and metadata of the types, a bit for each column
/// that may be NULL, and optional metadata.
package final class TableMap: Sendable {
    package let id: UInt64
    package let name: TableName
    package let columns: [ColumnType]
    package let isNullable: [Bool]
    /// What `binlog_row_metadata` adds.
    package let metadata: TableMapMetadata
    let steps: [ColumnStep]
    /// TIME, DATETIME or TIMESTAMP of servers before 5.6.
    let hasOldTimes: Bool
    /// JSON columns, each of which has a bit in the images of PARTIAL_UPDATE_ROWS.
    let jsonColumns: Int
    /// How events with rows of all columns begin, which have one bitmap or, for updates, two.
    let oneBitmap: RowsHead
    let twoBitmaps: RowsHead

    init(
        id: UInt64, name: TableName, columns: [ColumnType], isNullable: [Bool], metadata: TableMapMetadata
    ) {
        self.id = id
        self.name = name
        self.columns = columns
        self.isNullable = isNullable
        self.metadata = metadata
        steps = columns.map(ColumnStep.init)
        hasOldTimes = columns.contains { $0.isOldTime }
        jsonColumns = steps.count { $0.isJSON }
        oneBitmap = RowsHead(columns: columns.count, bitmaps: 1)
        twoBitmaps = RowsHead(columns: columns.count, bitmaps: 2)
    }

    /// Reads what follows schema and name.
    convenience init(
        id: UInt64, name: TableName, rest: inout ByteCursor, limits: Limits, isMariaDB: Bool, hasMetadata: Bool = true
    ) throws(EventFault) {
        let count = try rest.packedCount()
        guard count <= limits.columns else {
            throw EventFault(.binlogCorrupt, "the table has \(count) columns, more than the limit of \(limits.columns)")
        }
        let codes = try rest.array(count)
        var block = try rest.slice(try rest.packedCount())
        var columns: [ColumnType] = []
        columns.reserveCapacity(count)
        for code in codes { columns.append(try ColumnType.read(code: code, metadata: &block)) }
        guard block.isAtEnd else {
            throw EventFault(.binlogCorrupt, "the table map has more type metadata than its columns use")
        }
        let nullable = try rest.array((count + 7) / 8)
        let flags = (0..<count).map { nullable[$0 >> 3] & 1 << UInt8($0 & 7) != 0 }
        // Servers that write no optional metadata may leave garbage in its place (seen in logs of 5.5).
        let metadata =
            hasMetadata
            ? try TableMapMetadata(&rest, columns: columns, isMariaDB: isMariaDB) : TableMapMetadata()
        self.init(id: id, name: name, columns: columns, isNullable: flags, metadata: metadata)
    }

    /// Reads schema and name.
    static func readName(_ cursor: inout ByteCursor) throws(EventFault) -> TableName {
        let schema = try cursor.text(Int(try cursor.byte()))
        try cursor.skip(1)
        let table = try cursor.text(Int(try cursor.byte()))
        try cursor.skip(1)
        return TableName(schema, table)
    }

    /// Whether the other announces the same table in the same way; the id may differ.
    package func matches(_ other: TableMap) -> Bool {
        self === other
            || (name == other.name && columns == other.columns && isNullable == other.isNullable
                && metadata == other.metadata)
    }
}
