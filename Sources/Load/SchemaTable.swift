import Foundation
package import Model
package import MySQLClient

/// `retl.lutra_schema` on the target: the definitions of the source's mapped tables as they were at the checkpoint.
///
/// A change is written in the transaction that moves the checkpoint behind the statement that made it, so that both
/// always fit, on whichever machine the pipeline goes on (`docs/decisions/0007-schema-on-the-target.md`).
package struct SchemaTable: Sendable {
    private let channel: String
    private let pipeline: String

    package init(channel: String, pipeline: String) {
        self.channel = channel
        self.pipeline = pipeline
    }

    /// What creates the table; changes nothing when it is there. The schema is `CheckpointTable.creation`'s.
    ///
    /// A row without a table's name holds the schema's default collation.
    package static let creation = """
        CREATE TABLE IF NOT EXISTS `retl`.`lutra_schema` (
          `channel` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
          `pipeline` VARCHAR(140) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
          `schema_name` VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
          `table_name` VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
          `binlog_file` VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
          `binlog_offset` BIGINT UNSIGNED NOT NULL,
          `definition` LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
          PRIMARY KEY (`channel`, `pipeline`, `schema_name`, `table_name`)
        ) ENGINE=InnoDB
        """

    private var ofPipeline: String { "`channel`='\(channel)' AND `pipeline`='\(pipeline)'" }

    /// What was noted; nil when nothing was.
    ///
    /// - Throws: `checkpoint-invalid` for what cannot be read.
    package func read(_ connection: Connection) throws -> SourceSchema? {
        var schema = SourceSchema()
        var unreadable: (name: TableName, cause: String)?
        do {
            let query = "SELECT `schema_name`,`table_name`,`definition` FROM `retl`.`lutra_schema` WHERE \(ofPipeline)"
            try connection.stream(query) { row in
                let texts = (0..<row.count).map { row.bytes($0).map { String(decoding: $0, as: UTF8.self) } ?? "" }
                let name = TableName(texts[0], texts[1])
                if name.table.isEmpty {
                    schema.collations[name.schema] = texts[2]
                    return true
                }
                do {
                    schema.tables[name] = try JSONDecoder().decode(TableDefinition.self, from: Data(texts[2].utf8))
                } catch {
                    unreadable = (name, "\(error)")
                }
                return unreadable == nil
            }
        } catch let failure as StatementFailure where failure.isTableMissing {
            return nil
        }
        if let unreadable {
            throw LutraError(
                .checkpointInvalid, "the definition of a table on the target cannot be read",
                place: ["table": "retl.lutra_schema", "definition of": "\(unreadable.name)"],
                hint: "do not edit that table; with binlog_row_metadata = FULL on the source since before the saved "
                    + "position its rows of this channel can be deleted, else load again with --initial-load",
                cause: unreadable.cause)
        }
        return schema.tables.isEmpty && schema.collations.isEmpty ? nil : schema
    }

    /// Notes what holds at a position in place of all that was noted.
    package func reset(to schema: SourceSchema, at position: BinlogPosition, _ connection: Connection) throws {
        try connection.execute(Self.creation)
        try connection.execute("START TRANSACTION; DELETE FROM `retl`.`lutra_schema` WHERE \(ofPipeline)")
        do {
            let all = SchemaChanges(
                tables: schema.tables.mapValues { $0 }, collations: schema.collations.mapValues { $0 })
            try forEachStatement(for: all, at: position) { try connection.execute($0) }
            try connection.execute("COMMIT")
        } catch {
            _ = try? connection.execute("ROLLBACK")
            throw error
        }
    }

    /// What notes changes that hold from a position on.
    package func statements(for changes: SchemaChanges, at position: BinlogPosition) throws -> [String] {
        var result: [String] = []
        try forEachStatement(for: changes, at: position) { result.append($0) }
        return result
    }

    /// Bytes of one statement, far below any server's `max_allowed_packet`, unless a single table needs more.
    private static let statementBytes = 1 << 20

    private func forEachStatement(
        for changes: SchemaChanges, at position: BinlogPosition, _ body: (String) throws -> Void
    ) throws {
        var rows: [String] = []
        var bytes = 0
        func flush() throws {
            guard !rows.isEmpty else { return }
            try body(
                """
                REPLACE INTO `retl`.`lutra_schema` (`channel`,`pipeline`,`schema_name`,`table_name`,`binlog_file`,\
                `binlog_offset`,`definition`) VALUES \(rows.joined(separator: ","))
                """)
            (rows, bytes) = ([], 0)
        }
        func add(_ name: TableName, _ definition: String) throws {
            let row = """
                ('\(channel)','\(pipeline)',\(utf8Literal(name.schema)),\(utf8Literal(name.table)),\
                \(utf8Literal(position.file)),\(position.offset),\(utf8Literal(definition)))
                """
            if bytes + row.utf8.count > Self.statementBytes { try flush() }
            rows.append(row)
            bytes += row.utf8.count
        }
        var gone: [TableName] = []
        let encoder = JSONEncoder()
        for (name, definition) in changes.tables.sorted(by: { $0.key < $1.key }) {
            guard let definition else { gone.append(name); continue }
            try add(name, String(decoding: try encoder.encode(definition), as: UTF8.self))
        }
        for (schema, collation) in changes.collations.sorted(by: { $0.key < $1.key }) {
            guard let collation else { gone.append(TableName(schema, "")); continue }
            try add(TableName(schema, ""), collation)
        }
        try flush()
        for start in stride(from: 0, to: gone.count, by: 1_000) {
            let names = gone[start..<min(start + 1_000, gone.count)]
            let list = names.map { "(\(utf8Literal($0.schema)),\(utf8Literal($0.table)))" }.joined(separator: ",")
            try body(
                "DELETE FROM `retl`.`lutra_schema` WHERE \(ofPipeline) AND (`schema_name`,`table_name`) IN (\(list))")
        }
    }
}
