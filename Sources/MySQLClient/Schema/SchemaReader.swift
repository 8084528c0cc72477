package import Model

/// Reads table definitions from `information_schema`: three queries for a whole server, never one per table.
///
/// Only what the account may see is found. Views, sequences and temporary tables are left out.
package struct SchemaReader {
    private let connection: Connection

    package init(_ connection: Connection) { self.connection = connection }

    /// Schemas that never belong to a channel: the servers' own.
    package static let systemSchemas: Set<String> = ["mysql", "information_schema", "performance_schema", "sys"]

    /// Every base table of the given schemas, or of all but the system schemas; sorted by name.
    ///
    /// - Throws: `LutraError` with `query-failed` or `connection-lost`.
    package func summaries(schemas: [String]? = nil) throws -> [TableSummary] {
        let rule = schemas.map(Scope.inSchemas) ?? Scope.notSystem
        return try summaries(where: rule)
    }

    /// The names of every base table of the given schemas, or of all but the system schemas; sorted.
    package func tableNames(schemas: [String]? = nil) throws -> [TableName] {
        try summaries(schemas: schemas).map(\.name)
    }

    /// The definitions of all base tables of the given schemas, or of all but the system schemas.
    package func definitions(schemas: [String]? = nil) throws -> [TableName: TableDefinition] {
        try read(schemas.map(Scope.inSchemas) ?? Scope.notSystem, only: nil)
    }

    /// The definitions of the named tables. A name that is not there, or is a view, is missing in the result.
    package func definitions(of names: some Sequence<TableName>) throws -> [TableName: TableDefinition] {
        let wanted = Set(names)
        // A single table is found by an exact look-up; a list would make MariaDB open every table of the schema,
        // so that beyond a few the whole schemas are read at once and filtered here.
        if wanted.count <= 8 {
            var result: [TableName: TableDefinition] = [:]
            for name in wanted {
                result.merge(try read(Scope.table(name), only: wanted)) { first, _ in first }
            }
            return result
        }
        return try read(Scope.inSchemas(Set(wanted.map(\.schema)).sorted()), only: wanted)
    }

    /// The definition of one table, nil when there is none.
    package func definition(of name: TableName) throws -> TableDefinition? { try definitions(of: [name])[name] }

    /// By schema: the collation that its new tables inherit.
    package func schemaCollations() throws -> [String: String] {
        var result: [String: String] = [:]
        try forEach("SELECT SCHEMA_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA") { row in
            if let name = row[0], let collation = row[1] { result[name] = collation }
        }
        return result
    }

    /// Times that definitions are read while somebody changes them under the reader.
    private static let attempts = 5

    /// The three queries see the server one after another: a table that is renamed or dropped between them has no
    /// columns, and all is read again.
    private func read(_ rule: String, only wanted: Set<TableName>?) throws -> [TableName: TableDefinition] {
        for _ in 1..<Self.attempts {
            let found = try readOnce(rule, only: wanted)
            if !found.values.contains(where: \.columns.isEmpty) { return found }
        }
        return try readOnce(rule, only: wanted)
    }

    private func readOnce(_ rule: String, only wanted: Set<TableName>?) throws -> [TableName: TableDefinition] {
        var builders: [TableName: DefinitionBuilder] = [:]
        for summary in try summaries(where: rule) where wanted?.contains(summary.name) ?? true {
            builders[summary.name] = DefinitionBuilder(summary)
        }
        guard !builders.isEmpty else { return [:] }
        // Only MariaDB names the bounds of a system-versioned table there, and MySQL 5.6 has no such column.
        let expression = connection.server.flavor == .mariadb ? "GENERATION_EXPRESSION" : "NULL"
        try forEach(
            """
            SELECT TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, IS_NULLABLE, \
            CHARACTER_SET_NAME, COLLATION_NAME, EXTRA, \(expression) FROM information_schema.COLUMNS WHERE \(rule)
            """
        ) { row in builders[row.tableName]?.addColumn(row) }
        try forEach(
            """
            SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX, COLUMN_NAME, SUB_PART \
            FROM information_schema.STATISTICS WHERE NON_UNIQUE = 0 AND \(rule)
            """
        ) { row in builders[row.tableName]?.addKeyPart(row) }
        return builders.mapValues { $0.build() }
    }

    private func summaries(where rule: String) throws -> [TableSummary] {
        var found: [TableSummary] = []
        try forEach(
            """
            SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_COLLATION, TABLE_ROWS, DATA_LENGTH \
            FROM information_schema.TABLES WHERE \(rule)
            """
        ) { row in
            guard let summary = TableSummary(row) else { return }
            found.append(summary)
        }
        return found.sorted { $0.name < $1.name }
    }

    private func forEach(_ sql: String, _ body: (CatalogueRow) -> Void) throws {
        do {
            try connection.stream(sql) { row in
                body(CatalogueRow((0..<row.count).map { row.bytes($0).map { String(decoding: $0, as: UTF8.self) } }))
                return true
            }
        } catch let failure as StatementFailure {
            throw failure.error(
                failure.isConnectionLost ? .connectionLost : .queryFailed, "the table definitions cannot be read",
                place: ["server": connection.serverName])
        }
    }
}

/// WHERE clauses over `information_schema`. Literals carry their character set, as the session speaks bytes.
private enum Scope {
    static let notSystem =
        "TABLE_SCHEMA NOT IN ("
        + SchemaReader.systemSchemas.sorted().map(literal).joined(separator: ", ") + ")"

    static func inSchemas(_ schemas: [String]) -> String {
        guard !schemas.isEmpty else { return "FALSE" }
        return "TABLE_SCHEMA IN (" + schemas.map(literal).joined(separator: ", ") + ")"
    }

    static func table(_ name: TableName) -> String {
        "TABLE_SCHEMA = \(literal(name.schema)) AND TABLE_NAME = \(literal(name.table))"
    }

    private static func literal(_ text: String) -> String { utf8Literal(text) }
}

/// A row of an `information_schema` query whose first two columns are schema and table.
struct CatalogueRow {
    private let values: [String?]

    init(_ values: [String?]) { self.values = values }

    subscript(_ index: Int) -> String? { values[index] }
    var tableName: TableName { TableName(values[0] ?? "", values[1] ?? "") }
}

extension Connection {
    /// `host:port` or the socket, for the place of an error.
    package var serverName: String { options.url.socket ?? "\(host.name):\(host.port)" }
}

/// Text as an SQL literal of character set utf8mb4, whatever the session's own is: every byte in hexadecimal.
package func utf8Literal(_ text: String) -> String {
    guard !text.isEmpty else { return "_utf8mb4''" }
    let digits = Array("0123456789abcdef".utf8)
    let hex = text.utf8.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return "_utf8mb4 0x" + String(decoding: hex, as: UTF8.self)
}
