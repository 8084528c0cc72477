package import Model

/// A base table without its columns: what choosing and planning need before definitions are read.
package struct TableSummary: Equatable, Sendable {
    package var name: TableName
    package var engine: String?
    package var characterSet: String?
    package var collation: String?
    /// The engine's estimate; exact only for some engines.
    package var rowsEstimate: UInt64
    /// Bytes of the clustered data, an estimate.
    package var dataBytes: UInt64
    /// MariaDB: `WITH SYSTEM VERSIONING`.
    package var isSystemVersioned: Bool

    /// Nil for what is not a base table.
    ///
    /// The row: schema, name, type, engine, collation, rows, data length.
    init?(_ row: CatalogueRow) {
        guard row[2] == "BASE TABLE" || row[2] == "SYSTEM VERSIONED" else { return nil }
        name = row.tableName
        engine = row[3]
        collation = row[4]
        characterSet = row[4].map(characterSetOfCollation)
        rowsEstimate = row[5].flatMap { UInt64($0) } ?? 0
        dataBytes = row[6].flatMap { UInt64($0) } ?? 0
        isSystemVersioned = row[2] == "SYSTEM VERSIONED"
    }
}

/// The character set that a collation belongs to: its name up to the first underscore.
func characterSetOfCollation(_ collation: String) -> String {
    String(collation.prefix { $0 != "_" })
}
