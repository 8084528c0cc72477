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
    /// JSON columns, each of which has a bit in the images of PARTIAL_UPDATE_ROWS.
    let jsonColumns: Int

    init(
        id: UInt64, name: TableName, columns: [ColumnType], isNullable: [Bool], metadata: TableMapMetadata
    ) {
        self.id = id
        self.name = name
        self.columns = columns
        self.isNullable = isNullable
        self.metadata = metadata
        steps = columns.map(ColumnStep.init)
        jsonColumns = steps.count { $0.isJSON }
    }

    /// Reads what follows schema and name.
    convenience init(
        id: UInt64, name: TableName, rest: inout ByteCursor, limits: Limits, isMariaDB: Bool
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
            let isOldTime = codes.contains { [7, 11, 12].contains($0) }
            throw isOldTime
                ? EventFault(
                    .binlogUnsupported,
                    "the table has fractional times in MariaDB's old format (mysql56_temporal_format was off)")
                : EventFault(.binlogCorrupt, "the table map has more type metadata than its columns use")
        }
        let nullable = try rest.array((count + 7) / 8)
        let flags = (0..<count).map { nullable[$0 >> 3] & 1 << UInt8($0 & 7) != 0 }
        let metadata = try TableMapMetadata(&rest, columns: columns, isMariaDB: isMariaDB)
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
