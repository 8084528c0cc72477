import Model
import MySQLClient
import Plan
import TestKit
import Testing

/// What the tracker makes of the statements in a server's log is what the server makes of them.
@Suite(.serialized) struct DDLTrackerServerTests {
    @Test(arguments: Flavor.available) func theTrackedDefinitionsAreTheServers(_ flavor: Flavor) throws {
        let server = try Server(flavor, name: "ddl-\(flavor)")
        let connection = try server.connect()
        defer { connection.close() }
        var compared = 0
        for script in try DDLScript.all() {
            var run = try TrackedRun(connection, script: script.name)
            for statement in script.statements where statement.isValid(on: connection.server) {
                try run.follow(statement)
                compared += 1
            }
        }
        #expect(compared >= 400)
    }
}

/// One script on one server.
private struct TrackedRun {
    private static let schemas = ["ddl1", "ddl2", "ddl3"]

    private let connection: Connection
    private let script: String
    private let reader: SchemaReader
    private let modes: String
    private var tracker = SchemaTracker()
    private var file: String
    private var offset: String

    init(_ connection: Connection, script: String) throws {
        self.connection = connection
        self.script = script
        reader = SchemaReader(connection)
        modes = try #require(try connection.value("SELECT @@GLOBAL.sql_mode"))
        try connection.execute(
            """
            SET NAMES utf8mb4; DROP DATABASE IF EXISTS ddl1; DROP DATABASE IF EXISTS ddl2;
            DROP DATABASE IF EXISTS ddl3; CREATE DATABASE ddl1; CREATE DATABASE ddl2 CHARACTER SET latin2; USE ddl1
            """)
        let collation = try #require(try connection.value("SELECT @@collation_database"))
        tracker.schemaCollations = ["ddl1": collation, "ddl2": "latin2_general_ci"]
        let isOld = connection.server.flavor == .mariadb || connection.server.major < 9
        let status = try connection.query(isOld ? "SHOW MASTER STATUS" : "SHOW BINARY LOG STATUS")
        file = try #require(status.first?.text(0))
        offset = try #require(status.first?.text(1))
    }

    /// Runs a statement, follows what the log holds of it, and compares all definitions.
    mutating func follow(_ statement: DDLScript.Statement) throws {
        try connection.execute("SET NAMES \(statement.names); SET SESSION sql_mode='\(statement.sqlMode ?? modes)'")
        do { try connection.execute(statement.sql) } catch let failure as StatementFailure {
            Issue.record("\(script) \(connection.server): \(failure.message): \(statement.sql)")
            return
        }
        let sqlMode = try #require(try connection.value("SELECT @@SESSION.sql_mode")).split(separator: ",")
        try connection.execute("SET NAMES utf8mb4; SET SESSION sql_mode='\(modes)'")
        let real = try reader.definitions(schemas: Self.schemas)
        var isReread = false
        for (schema, text) in try logged() {
            let context = StatementContext(
                defaultSchema: schema, dialect: dialect(of: connection), sqlMode: bits(of: sqlMode),
                serverCollation: try connection.value("SELECT @@collation_server"))
            if case .reread(let names) = tracker.apply(ParsedStatement.parse(text, in: context)) {
                isReread = true
                for name in names { tracker[name] = real[name] }
            }
        }
        let place = "\(script) \(connection.server): \(statement.sql)"
        #expect(isReread == statement.isReread, "read again: \(place)")
        for name in Set(real.keys).union(tracker.tables.keys).sorted() {
            let mine = comparable(tracker[name], to: real[name])
            #expect(mine == comparable(real[name], to: real[name]), "\(name) after \(place)")
            tracker[name] = real[name]
        }
    }

    private func bits(of modes: [Substring]) -> UInt64 {
        let known: [Substring: UInt64] = ["ANSI_QUOTES": 4, "ORACLE": 512, "NO_BACKSLASH_ESCAPES": 1 << 20]
        return modes.reduce(0) { $0 | known[$1, default: 0] }
    }

    /// The statements that were logged since the last call, each with its session's schema.
    private mutating func logged() throws -> [(schema: String, sql: String)] {
        var result: [(String, String)] = []
        for row in try connection.query("SHOW BINLOG EVENTS IN '\(file)' FROM \(offset)") {
            offset = row["End_log_pos"] ?? offset
            guard row["Event_type"] == "Query", var info = row["Info"].map({ $0[...] }) else { continue }
            // ALTER DATABASE is shown without it.
            var schema = "ddl1"
            if info.hasPrefix("use `"), let end = info.firstIndex(of: ";") {
                schema = String(info[..<end].dropFirst(5).dropLast())
                info = info[end...].dropFirst(2)
            }
            if ["BEGIN", "COMMIT", "ROLLBACK"].contains(info) { continue }
            result.append((schema, String(info)))
        }
        return result
    }

    /// The order of keys does not matter, and an engine that the statement does not name is the server's default.
    private func comparable(_ table: TableDefinition?, to real: TableDefinition?) -> TableDefinition? {
        guard var table else { return nil }
        table.uniqueKeys.sort { $0.name < $1.name }
        let isSame = table.engine == nil || table.engine?.lowercased() == real?.engine?.lowercased()
        if isSame { table.engine = real?.engine }
        return table
    }
}
