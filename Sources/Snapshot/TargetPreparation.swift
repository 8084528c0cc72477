import Logging
import Load
import Model
import MySQLClient
import Plan

/// Makes the target ready for rows: tables that exist must be empty and have the columns, others are created.
/// Nothing that was there before is changed or deleted.
struct TargetPreparation {
    let job: SnapshotJob
    let target: Connection
    let log: Logger
    /// Whether the target stores names in lower case.
    private let foldsNames: Bool

    init(_ job: SnapshotJob, log: Logger) throws {
        self.job = job
        self.log = log
        target = try Self.definitionSession(job.target)
        foldsNames = try target.ask("SELECT @@lower_case_table_names", "a setting cannot be read").first?.text(0) == "1"
    }

    /// A connection for definitions, which speaks UTF-8.
    static func definitionSession(_ options: ConnectionOptions) throws -> Connection {
        var options = options
        options.setup += [
            "SET NAMES utf8mb4",
            "SET SESSION sql_mode='NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES', foreign_key_checks=0",
        ]
        return try Connection.open(options)
    }

    /// The target's name of a table, as the target stores it.
    func targetName(_ table: SnapshotJob.Table) -> TableName {
        let name = table.route.target
        return foldsNames ? TableName(name.schema.lowercased(), name.table.lowercased()) : name
    }

    /// Refuses what cannot be loaded, before anything was changed.
    ///
    /// - Returns: the first source table for each target table that is missing, in the job's order.
    /// - Throws: `LutraError` with `snapshot-failed`, `target-column-missing` or `spec-invalid`.
    func check() throws -> [SnapshotJob.Table] {
        let existing = try definitions()
        var missing: [SnapshotJob.Table] = []
        var seen: Set<TableName> = []
        for table in job.tables {
            let name = targetName(table)
            if let definition = existing[name] {
                _ = try CopyPlan.columns(of: table, in: definition)
            } else if seen.insert(name).inserted {
                _ = try table.route.mapping.columns.apply(to: table.source)
                missing.append(table)
            }
        }
        try refuseRows(in: existing.keys.sorted())
        return missing
    }

    /// The definitions of all tables that will be written.
    func definitions() throws -> [TableName: TableDefinition] {
        try SchemaReader(target).definitions(of: Set(job.tables.map(targetName)))
    }

    private func refuseRows(in tables: [TableName]) throws {
        var filled: [TableName] = []
        for table in tables {
            let rows = try target.ask("SELECT 1 FROM \(table.quoted) LIMIT 1", "a table of the target cannot be read")
            if !rows.isEmpty { filled.append(table) }
        }
        guard !filled.isEmpty else { return }
        let names = filled.prefix(5).map(\.description).joined(separator: ", ")
        throw LutraError(
            .snapshotFailed, "tables of the target hold rows already, and a load never deletes any",
            place: ["tables": filled.count > 5 ? "\(names) and \(filled.count - 5) more" : names],
            hint: "if the rows are not needed (an interrupted load leaves some), empty the tables: "
                + filled.prefix(5).map { "TRUNCATE TABLE \($0.quoted);" }.joined(separator: " "))
    }

    /// Creates schemas and tables as the source defines them. When one of them fails, those that were created before
    /// are dropped again.
    ///
    /// - Parameter source: a definition session on the source.
    func create(_ missing: [SnapshotJob.Table], from source: Connection) throws {
        var created: [TableName] = []
        var children: [TableName] = []
        var targets: [TableName: TableName] = [:]
        for table in job.tables { targets[table.source.name] = targetName(table) }
        do {
            for schema in Set(missing.map { targetName($0).schema }).sorted() {
                try createSchema(schema, from: source, like: missing)
            }
            for table in missing {
                let sql = try create(table, from: source, targets)
                created.append(targetName(table))
                // Asking the catalogue is slow; most tables need not be asked about.
                if sql.utf8.firstRange(of: "REFERENCES".utf8) != nil { children.append(targetName(table)) }
                try selectColumns(of: table)
            }
            for table in children { try dropForeignKeysWithoutParent(table) }
        } catch {
            for table in created { _ = try? target.execute("DROP TABLE \(table.quoted)") }
            throw error
        }
    }

    private func createSchema(_ schema: String, from source: Connection, like tables: [SnapshotJob.Table]) throws {
        let original = tables.first { targetName($0).schema == schema }?.source.name.schema ?? schema
        let row = try source.ask(
            """
            SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA \
            WHERE SCHEMA_NAME = \(utf8Literal(original))
            """, "a schema's character set cannot be read"
        ).first
        var options = ""
        if let characterSet = row?.text(0) { options = " CHARACTER SET \(characterSet)" }
        // The flavours name their newer collations differently.
        if source.server.flavor == target.server.flavor, let collation = row?.text(1) {
            options += " COLLATE \(collation)"
        }
        try run(
            "CREATE DATABASE IF NOT EXISTS \(quotedIdentifier(schema))\(options)", "a schema cannot be created", schema)
    }

    /// - Parameter targets: the names on the target of all tables of the job.
    /// - Returns: the statement that created it.
    private func create(
        _ table: SnapshotJob.Table, from source: Connection, _ targets: [TableName: TableName]
    ) throws -> String {
        let name = targetName(table)
        let rows = try source.ask(
            "SHOW CREATE TABLE \(table.source.name.quoted)", "a table's definition cannot be read")
        guard let original = rows.first?.text(1) else {
            throw LutraError(
                .snapshotFailed, "the source does not show a table's definition",
                place: ["table": table.source.name.description])
        }
        let context = StatementContext(
            defaultSchema: table.source.name.schema, dialect: source.server.dialect, sqlMode: 0)
        let (sql, notes) = translateCreateTable(
            original, from: context, to: target.server.dialect, newName: name, map: { targets[$0] })
        try run(sql, "a table cannot be created", name.description)
        log.info("created \(name) on the target")
        for note in notes { log.warning("\(name): \(note)") }
        return sql
    }

    /// Column lists and new names are applied to the table that was just created, by the server itself, which knows
    /// what keys and checks depend on.
    private func selectColumns(of table: SnapshotJob.Table) throws {
        let columns = table.route.mapping.columns
        guard !columns.isEverything else { return }
        let mapped = try columns.apply(to: table.source)
        var changes: [String] = []
        for (ordinal, column) in table.source.columns.enumerated() {
            guard let kept = mapped.first(where: { $0.ordinal == ordinal }) else {
                changes.append("DROP COLUMN \(quotedIdentifier(column.name))")
                continue
            }
            guard kept.targetName != column.name else { continue }
            changes.append("RENAME COLUMN \(quotedIdentifier(column.name)) TO \(quotedIdentifier(kept.targetName))")
        }
        guard !changes.isEmpty else { return }
        let name = targetName(table)
        try run(
            "ALTER TABLE \(name.quoted) " + changes.joined(separator: ", "),
            "a new table cannot be given the columns that the mapping selects", name.description)
    }

    /// A parent that is not mapped would make the target refuse every row of the child.
    private func dropForeignKeysWithoutParent(_ table: TableName) throws {
        let rows = try target.ask(
            """
            SELECT DISTINCT CONSTRAINT_NAME, REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME \
            FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = \(utf8Literal(table.schema)) \
            AND TABLE_NAME = \(utf8Literal(table.table)) AND REFERENCED_TABLE_NAME IS NOT NULL
            """, "foreign keys cannot be read")
        for row in rows {
            guard let key = row.text(0), let schema = row.text(1), let parent = row.text(2) else { continue }
            let parentName = TableName(schema, parent)
            guard try SchemaReader(target).definition(of: parentName) == nil else { continue }
            try run(
                "ALTER TABLE \(table.quoted) DROP FOREIGN KEY \(quotedIdentifier(key))",
                "a foreign key cannot be dropped", table.description)
            log.warning("\(table): foreign key \(key) left out, its parent \(parentName) is not on the target")
        }
    }

    private func run(_ sql: String, _ message: String, _ name: String) throws {
        do {
            try target.execute(sql)
        } catch let failure as StatementFailure {
            throw failure.error(
                failure.userCode == .accessDenied ? .accessDenied : .snapshotFailed, message, place: ["name": name])
        }
    }
}
