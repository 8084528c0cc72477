/// A table as a table map event announced it, with the definition that was true at that position.
///
/// One object for all rows that follow the same announcement, so that it is compared and looked up by identity.
package final class LoggedTable: Sendable {
    package let name: TableName
    /// The columns in the order of the row image.
    package let columns: [LoggedColumn]
    /// Ordinals of the primary key's columns, empty without one.
    package let primaryKey: [Int]
    /// Ordinals of each further unique key without prefix or expression parts.
    package let uniqueKeys: [[Int]]
    /// Whether some unique key has a part that is an expression or a prefix: its values cannot be read from a row.
    package let hasOpaqueUniqueKey: Bool

    package init(
        name: TableName, columns: [LoggedColumn], primaryKey: [Int] = [], uniqueKeys: [[Int]] = [],
        hasOpaqueUniqueKey: Bool = false
    ) {
        self.name = name
        self.columns = columns
        self.primaryKey = primaryKey
        self.uniqueKeys = uniqueKeys
        self.hasOpaqueUniqueKey = hasOpaqueUniqueKey
    }
}

/// One column: how its bytes are laid out and how the source defines it.
package struct LoggedColumn: Sendable {
    package let type: ColumnType
    package let definition: ColumnDefinition

    package init(type: ColumnType, definition: ColumnDefinition) {
        self.type = type
        self.definition = definition
    }
}
