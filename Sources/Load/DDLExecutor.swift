package import Logging
import Model
import MySQLClient
import Plan

/// Runs DDL on the target so that running it again after a crash does no harm.
///
/// DDL commits by itself, apart from the checkpoint. So before a statement runs, its position and the look of its
/// tables are noted in the checkpoint's row. After a crash between the two, the note says whether the statement was
/// done: the tables look different. Errors that say "it is so already" count as done as well.
package struct DDLExecutor {
    /// The note that an earlier process left.
    private let intent: String?
    private let schema: SchemaTable
    private let log: Logger

    package init(intent: String?, schema: SchemaTable, log: Logger) {
        self.intent = intent
        self.schema = schema
        self.log = log
    }

    /// Runs a statement and moves the checkpoint behind it.
    ///
    /// - Throws: `LutraError` with `ddl-failed`; `StatementFailure` for what another try may mend; `Lane.Failure`.
    package func run(_ ddl: PlannedDDL, on lane: Lane) throws {
        for (number, statement) in ddl.statements.enumerated() {
            let note = DDLNote(
                position: ddl.position, number: number, look: try fingerprint(ddl.targetTables, lane.connection))
            if note.wasDone(since: intent) {
                log.notice("a DDL statement was done before the restart", metadata: ["position": "\(ddl.position)"])
                continue
            }
            try lane.noteIntent(note.text)
            log.notice("applying DDL", metadata: ["statement": "\(statement)", "position": "\(ddl.position)"])
            try session(ddl, lane.connection) { try execute(statement, ddl, lane.connection) }
        }
        try lane.moveBehindDDL(
            to: ddl.resume, with: try schema.statements(for: ddl.schemaChanges, at: ddl.resume.position))
    }

    /// Runs `body` in a session that reads the statement as the source did.
    private func session(_ ddl: PlannedDDL, _ connection: Connection, _ body: () throws -> Void) throws {
        // Of the source's modes those that change how text is read; the others could refuse what the source took.
        let modes =
            (ddl.sqlMode & 4 != 0 ? ["ANSI_QUOTES"] : [])
            + (ddl.sqlMode & (1 << 20) != 0 ? ["NO_BACKSLASH_ESCAPES"] : []) + ["ALLOW_INVALID_DATES"]
        try connection.execute(
            "SET NAMES utf8mb4; SET SESSION sql_mode='\(modes.joined(separator: ","))', foreign_key_checks=0")
        try body()
        try connection.execute("SET NAMES binary; SET SESSION foreign_key_checks=1; \(SessionMode.strict)")
    }

    private func execute(_ statement: String, _ ddl: PlannedDDL, _ connection: Connection) throws {
        do {
            try connection.execute(statement)
        } catch let failure as StatementFailure {
            if failure.isTransient { throw failure }
            let parsed = parse(statement, ddl)
            switch DDLOutcome.judging(failure.number, message: failure.message, for: parsed.statement) {
            case .alreadyTrue:
                told(statement, failure)
            case .alreadyTrueIfColumnExists(let column):
                guard try hasColumn(column, ddl, connection) else { throw refused(statement, ddl, failure) }
                told(statement, failure)
            case .alreadyTrueIfMoved(let from, let to):
                let present = try SchemaReader(connection).definitions(of: [from, to])
                guard present[from] == nil, present[to] != nil else {
                    throw refused(statement, ddl, failure)
                }
                told(statement, failure)
            case .splitAndRetry:
                let clauses = parsed.splitAlter()
                guard clauses.count > 1 else { throw refused(statement, ddl, failure) }
                for clause in clauses { try execute(clause, ddl, connection) }
            case .failed:
                throw refused(statement, ddl, failure)
            }
        }
    }

    private func parse(_ statement: String, _ ddl: PlannedDDL) -> ParsedStatement {
        ParsedStatement.parse(
            statement, in: StatementContext(defaultSchema: "", dialect: ddl.dialect, sqlMode: ddl.sqlMode))
    }

    private func told(_ statement: String, _ failure: StatementFailure) {
        log.notice("already so on the target", metadata: ["statement": "\(statement)", "server": "\(failure.message)"])
    }

    private func hasColumn(_ column: String, _ ddl: PlannedDDL, _ connection: Connection) throws -> Bool {
        let definitions = try SchemaReader(connection).definitions(of: ddl.targetTables)
        return definitions.values.contains { $0.ordinal(of: column) != nil }
    }

    private func refused(_ statement: String, _ ddl: PlannedDDL, _ failure: StatementFailure) -> LutraError {
        LutraError(
            .ddlFailed, "a DDL statement of the source fails on the target",
            place: ["statement": statement, "position": ddl.position.description],
            hint: "make the target so that the statement works, or do by hand what it does, then start again; "
                + "--no-ddl leaves all DDL to you",
            cause: failure.description)
    }

    /// What tells a table before a statement from the table after it: its definition, when it was created, and the
    /// engine's number of it where the account may read that.
    private func fingerprint(_ tables: [TableName], _ connection: Connection) throws -> String {
        var text = ""
        for table in tables {
            let name = "TABLE_SCHEMA=\(utf8Literal(table.schema)) AND TABLE_NAME=\(utf8Literal(table.table))"
            text += try connection.value("SELECT CREATE_TIME FROM information_schema.TABLES WHERE \(name)") ?? "none"
            if let row = try? connection.query("SHOW CREATE TABLE \(table.quoted)").first {
                text += withoutCounter(row.text(1) ?? "")
            }
            let view = connection.server.flavor == .mariadb ? "INNODB_SYS_TABLES" : "INNODB_TABLES"
            let id =
                "SELECT TABLE_ID FROM information_schema.\(view) WHERE NAME="
                + utf8Literal("\(table.schema)/\(table.table)")
            if let number = try? connection.value(id) { text += number }
        }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }

    /// The definition without `AUTO_INCREMENT=n`, which rows change.
    private func withoutCounter(_ definition: String) -> String {
        definition.split(separator: " ").filter { !$0.hasPrefix("AUTO_INCREMENT=") }.joined(separator: " ")
    }
}
