/// A table's full name, as stored: case kept.
package struct TableName: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    package var schema: String
    package var table: String

    package init(_ schema: String, _ table: String) {
        self.schema = schema
        self.table = table
    }

    package static func < (left: TableName, right: TableName) -> Bool {
        left.schema == right.schema ? left.table < right.table : left.schema < right.schema
    }

    package var description: String { "\(schema).\(table)" }

    /// `` `schema`.`table` ``, safe to put into SQL.
    package var quoted: String { quotedIdentifier(schema) + "." + quotedIdentifier(table) }
}

/// The identifier in backticks, backticks inside doubled.
package func quotedIdentifier(_ name: String) -> String {
    "`" + name.split(separator: "`", omittingEmptySubsequences: false).joined(separator: "``") + "`"
}
