import Foundation
package import MySQLClient

/// Two tables that should hold the same.
package struct TableComparison: Sendable {
    package var sourceSchema: String
    package var sourceTable: String
    package var targetSchema: String
    package var targetTable: String
    /// Source column → target column; nil compares all, by name.
    package var columns: [(String, String)]?

    package init(
        source: (schema: String, table: String), target: (schema: String, table: String),
        columns: [(String, String)]? = nil
    ) {
        (sourceSchema, sourceTable) = source
        (targetSchema, targetTable) = target
        self.columns = columns
    }

    /// What differs, in words; nil when both sides are equal.
    package func difference(_ source: Connection, _ target: Connection) throws -> String? {
        let left = try ColumnFact.read(source, sourceSchema, sourceTable)
        let right = try ColumnFact.read(target, targetSchema, targetTable)
        guard !left.isEmpty else { return "the source has no table \(sourceTable)" }
        guard !right.isEmpty else { return "the target has no table \(targetTable)" }
        if columns == nil, left.map(\.name) != right.map(\.name) {
            return "columns of \(sourceTable): source \(left.map(\.name)), target \(right.map(\.name))"
        }
        var pairs: [(ColumnFact, ColumnFact)] = []
        for (from, to) in columns ?? left.map({ ($0.name, $0.name) }) {
            guard let from = left.first(where: { $0.name == from }), let to = right.first(where: { $0.name == to })
            else { return "column \(from) or \(to) is missing" }
            pairs.append((from, to))
        }
        var from = try TableContent.read(
            source, sourceSchema, sourceTable, columns: pairs.map(\.0.name),
            expressions: pairs.map { $0.expression(comparedWith: $1) })
        var to = try TableContent.read(
            target, targetSchema, targetTable, columns: pairs.map(\.0.name),
            expressions: pairs.map { $1.expression(comparedWith: $0) })
        if pairs.contains(where: { $0.dataType != $1.dataType && ($0.dataType == "json" || $1.dataType == "json") }) {
            // MySQL writes JSON in a form of its own; MariaDB keeps the text. The MySQL side brings both into one.
            let mysql = source.server.flavor == .mysql ? source : target
            try from.normaliseJSON(pairs, on: mysql)
            try to.normaliseJSON(pairs, on: mysql)
        }
        return from == to ? nil : TableComparison.text(sourceTable, from, to)
    }

    private static func text(_ table: String, _ from: TableContent, _ to: TableContent) -> String {
        let difference = to.rows.difference(from: from.rows)
        var lines = ["\(table): \(from.rows.count) rows on the source, \(to.rows.count) on the target"]
        lines.append("  columns: " + from.columns.joined(separator: " | "))
        for change in difference.removals.prefix(8) {
            if case .remove(_, let row, _) = change { lines.append("  source: \(row.prefix(600))") }
        }
        for change in difference.insertions.prefix(8) {
            if case .insert(_, let row, _) = change { lines.append("  target: \(row.prefix(600))") }
        }
        return lines.joined(separator: "\n")
    }
}

extension TableContent {
    fileprivate mutating func normaliseJSON(_ pairs: [(ColumnFact, ColumnFact)], on mysql: Connection) throws {
        let indexes = pairs.indices.filter { pairs[$0].0.dataType == "json" || pairs[$0].1.dataType == "json" }
        rows = try rows.map { row in
            var values = row.components(separatedBy: " | ")
            guard values.count == pairs.count else { return row }
            for index in indexes where values[index] != "NULL" {
                let sql = "SELECT CAST(CAST(CONVERT(\(quoted(values[index])) USING utf8mb4) AS JSON) AS CHAR)"
                values[index] = try mysql.value(sql) ?? "NULL"
            }
            return values.joined(separator: " | ")
        }.sorted()
    }
}

/// The base tables of a schema.
package func tableNames(_ connection: Connection, _ schema: String) throws -> [String] {
    try connection.query(
        """
        SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE'
        AND TABLE_SCHEMA = CONVERT(\(quoted(schema)) USING utf8mb4)
        """
    ).compactMap { $0.text(0) }.sorted()
}

/// Checksums of all tables outside of the system's schemas, by the server's own `CHECKSUM TABLE`, as one text.
package func serverChecksum(_ server: Server) throws -> String {
    let connection = try server.connect()
    defer { connection.close() }
    let tables = try connection.query(
        """
        SELECT CONCAT('`', TABLE_SCHEMA, '`.`', REPLACE(TABLE_NAME, '`', '``'), '`') FROM information_schema.TABLES
        WHERE TABLE_TYPE = 'BASE TABLE' AND TABLE_SCHEMA NOT IN ('mysql', 'sys', 'information_schema',
        'performance_schema') ORDER BY 1
        """
    ).compactMap { $0.text(0) }
    let schemas = try connection.query("SHOW DATABASES").compactMap { $0.text(0) }
    guard !tables.isEmpty else { return schemas.description }
    let sums = try connection.query("CHECKSUM TABLE \(tables.joined(separator: ", ")) EXTENDED")
    return schemas.description + sums.map { "\($0.text(0) ?? ""): \($0.text(1) ?? "NULL")" }.joined(separator: "\n")
}
