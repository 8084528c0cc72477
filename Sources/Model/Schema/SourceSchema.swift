/// The source's mapped tables, and the collations that new ones inherit, as they were at a position.
package struct SourceSchema: Equatable, Sendable {
    package var tables: [TableName: TableDefinition]
    /// By schema: its default collation.
    package var collations: [String: String]

    package init(tables: [TableName: TableDefinition] = [:], collations: [String: String] = [:]) {
        self.tables = tables
        self.collations = collations
    }
}

/// What a statement of the source changed of its schema; nil for what is gone.
package struct SchemaChanges: Equatable, Sendable {
    package var tables: [TableName: TableDefinition?]
    package var collations: [String: String?]

    package init(tables: [TableName: TableDefinition?] = [:], collations: [String: String?] = [:]) {
        self.tables = tables
        self.collations = collations
    }

    package var isEmpty: Bool { tables.isEmpty && collations.isEmpty }
}
