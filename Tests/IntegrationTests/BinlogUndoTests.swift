import Foundation
import MySQLClient
import TestKit
import Testing

extension BinlogSuites {
    /// A random history printed as SQL and run elsewhere gives equal tables; undone, it gives the ones before.
    @Suite("binlog redo and undo")
    struct BinlogUndoTests {
        @Test("redo and undo", .timeLimit(.minutes(30)), arguments: Flavor.available, [1, 2] as [UInt64])
        func redoAndUndo(_ flavor: Flavor, seed: UInt64) throws {
            let server = try TestServers.shared(flavor, .binlogTool)
            let other = try TestServers.shared(flavor, .target)
            let schema = "undo_\(seed)"
            try server.execute("SET GLOBAL binlog_row_metadata = FULL; FLUSH BINARY LOGS")
            var history = RandomHistory(seed: seed)
            for place in [server, other] {
                try place.freshSchema(schema)
                try place.runScript(RandomHistory.tables + RandomHistory.beginning, schema: schema)
            }
            try server.freshSchema(schema + "_before")
            for table in RandomHistory.names {
                try server.execute(
                    "CREATE TABLE \(schema)_before.\(table) LIKE \(schema).\(table); "
                        + "INSERT INTO \(schema)_before.\(table) SELECT * FROM \(schema).\(table)")
            }
            let start = try server.binlogEnd()
            try run(history.statements(250), on: server, schema)
            let file = server.dataFolder + "/" + start.prefix { $0 != ":" }
            let range = ["--start", start, "--table", "\(schema).*", file]

            let redo = try Program.run(Places.lutra, ["binlog", "print", "--format", "sql"] + range)
            #expect(redo.contains("INSERT INTO") && redo.contains("UPDATE") && redo.contains("DELETE"))
            try other.runScript(redo, schema: schema)
            try expectEqual(server, schema, other, schema)

            let undo = try Program.run(Places.lutra, ["binlog", "print", "--format", "sql", "--undo"] + range)
            try server.runScript(undo, schema: schema)
            try expectEqual(server, schema, server, schema + "_before")
        }

        private func run(_ statements: [String], on server: Server, _ schema: String) throws {
            let connection = try server.connect()
            defer { connection.close() }
            for statement in ["USE \(schema)", "SET NAMES utf8mb4"] + statements { try connection.execute(statement) }
        }

        private func expectEqual(_ left: Server, _ leftSchema: String, _ right: Server, _ rightSchema: String) throws {
            let from = try left.connect()
            let to = try right.connect()
            defer {
                from.close()
                to.close()
            }
            for table in RandomHistory.names {
                let comparison = TableComparison(source: (leftSchema, table), target: (rightSchema, table))
                #expect(try comparison.difference(from, to) == nil)
            }
        }

        /// MySQL 9.7 logs the delete of a row in a circle of foreign keys once for each way that leads to it.
        @Test("rows that the log deletes twice are put back", .timeLimit(.minutes(30)), arguments: Flavor.available)
        func rowsDeletedTwice(_ flavor: Flavor) throws {
            for key in ["PRIMARY KEY", "UNIQUE"] { try rowsDeletedTwice(flavor, key) }
        }

        private func rowsDeletedTwice(_ flavor: Flavor, _ key: String) throws {
            let server = try TestServers.shared(flavor, .binlogTool)
            try server.execute("SET GLOBAL binlog_row_metadata = FULL; FLUSH BINARY LOGS")
            let schema = "undo_circle"
            try server.freshSchema(schema)
            try server.runScript(
                """
                CREATE TABLE n (id INT \(key), c INT, FOREIGN KEY (c) REFERENCES n (id) ON DELETE CASCADE);
                INSERT INTO n VALUES (1, NULL), (2, NULL), (3, NULL), (4, NULL), (5, 5);
                UPDATE n SET c = id % 3 + 1 WHERE id < 4;

                """, schema: schema)
            let start = try server.binlogEnd()
            try server.execute("DELETE FROM \(schema).n WHERE id IN (1, 4, 5)")
            #expect(try server.value("SELECT COUNT(*) FROM \(schema).n") == "0")
            let file = server.dataFolder + "/" + start.prefix { $0 != ":" }
            let undo = try Program.run(
                Places.lutra,
                ["binlog", "print", "--format", "sql", "--undo", "--table", "\(schema).*", "--start", start, file])
            // MySQL before 9.6 and MariaDB log no cascades: what one of them deleted is not in the log.
            let logsCascades = flavor == .mysql
            try server.runScript((logsCascades ? "" : "SET SESSION foreign_key_checks = 0;\n") + undo, schema: schema)
            let ids = "SELECT GROUP_CONCAT(id, ':', COALESCE(c, '-') ORDER BY id) FROM \(schema).n"
            #expect(try server.value(ids) == (logsCascades ? "1:2,2:3,3:1,4:-,5:5" : "1:2,4:-,5:5"))
        }

        @Test("what cannot be undone is refused", .timeLimit(.minutes(30)), arguments: Flavor.available)
        func whatCannotBeUndoneIsRefused(_ flavor: Flavor) throws {
            let server = try TestServers.shared(flavor, .binlogTool)
            try server.execute("SET GLOBAL binlog_row_metadata = FULL; FLUSH BINARY LOGS")
            try server.freshSchema("not_undoable")
            try server.execute("CREATE TABLE not_undoable.t (a INT PRIMARY KEY, b INT, c INT)")
            func undo(_ statements: String) throws -> Program {
                let start = try server.binlogEnd()
                try server.execute(statements)
                let file = server.dataFolder + "/" + start.prefix { $0 != ":" }
                let program = try Program.lutra(
                    [
                        "binlog", "print", "--format", "sql", "--undo", "--table", "not_undoable.t", "--start", start,
                        file,
                    ])
                try program.wait()
                return program
            }
            for statements in [
                "INSERT INTO not_undoable.t VALUES (1, 1, 1); TRUNCATE TABLE not_undoable.t",
                "ALTER TABLE not_undoable.t ADD COLUMN d INT",
                "INSERT INTO not_undoable.t VALUES (2, 2, 2, 2); SET SESSION binlog_row_image = 'MINIMAL'; "
                    + "DELETE FROM not_undoable.t",
                "INSERT INTO not_undoable.t VALUES (3, 3, 3, 3); SET SESSION binlog_row_image = 'MINIMAL'; "
                    + "UPDATE not_undoable.t SET b = 4",
            ] {
                let program = try undo(statements)
                #expect(program.poll() == .exit(1), "\(statements): \(program.tail)")
                #expect(program.errors.contains("error not-undoable: "), "\(program.tail)")
                // Nothing of it may reach a server by a pipe.
                #expect(program.output == "")
            }
        }
    }
}

/// Statements from a seed: every kind of change on a table of many types, one with a composite and a unique key, and
/// one without any.
struct RandomHistory {
    static let names = ["k", "c", "n"]

    static let tables = """
        CREATE TABLE k (id INT PRIMARY KEY, a VARCHAR(20) CHARACTER SET latin1, d DECIMAL(10,3), dt DATETIME(6), \
        ts TIMESTAMP(3) NULL, e ENUM('x','y','ü'), s SET('a','b','c'), b VARBINARY(20), f DOUBLE, r FLOAT, j JSON, \
        t TEXT CHARACTER SET utf8mb4, bits BIT(9), y YEAR, g GBK_TEXT);
        CREATE TABLE c (a INT, b VARCHAR(10), v INT, PRIMARY KEY (a, b), UNIQUE KEY (v));
        CREATE TABLE n (a INT, b VARCHAR(10), c BLOB, f FLOAT);

        """.replacingOccurrences(of: "GBK_TEXT", with: "VARCHAR(10) CHARACTER SET gbk")

    static let beginning = """
        INSERT INTO k (id, a, t) VALUES (1, 'é', 'one'), (2, NULL, NULL), (3, '', '');
        INSERT INTO c VALUES (1, 'x', 1), (2, 'y', NULL);
        INSERT INTO n VALUES (1, 'x', x'00ff', 0.1), (1, 'x', x'00ff', 0.1), (NULL, NULL, NULL, NULL);

        """

    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    private mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }

    private mutating func below(_ bound: UInt64) -> UInt64 { next() % bound }
    private mutating func pick(_ list: [String]) -> String { list[Int(below(UInt64(list.count)))] }

    /// Some of them in transactions, of which a few are rolled back.
    mutating func statements(_ count: Int) -> [String] {
        var statements: [String] = []
        while statements.count < count {
            let size = Int(below(4))
            if size == 0 {
                statements.append(statement())
            } else {
                statements.append("BEGIN")
                for _ in 0..<size { statements.append(statement()) }
                statements.append(below(8) == 0 ? "ROLLBACK" : "COMMIT")
            }
        }
        return statements
    }

    private mutating func statement() -> String {
        switch below(12) {
        case 0, 1, 2: "REPLACE INTO k VALUES (\(below(40)), \(values()))"
        case 3, 4: "UPDATE k SET \(assignment()) WHERE id % 5 = \(below(5))"
        case 5: "UPDATE IGNORE k SET id = id + \(1 + below(7)) WHERE id > \(below(30)) ORDER BY id DESC LIMIT 3"
        case 6: "DELETE FROM k WHERE id % 7 = \(below(7))"
        case 7:

            "INSERT IGNORE INTO c VALUES (\(below(9)), \(pick(["'x'", "'y'", "'Z'"])), "
                + "\(pick(["NULL", "1", "5", "9"])))"
        case 8: "UPDATE IGNORE c SET a = a + 1, v = \(pick(["NULL", "v", "v + 1"])) ORDER BY a DESC LIMIT 2"
        case 9: "DELETE FROM c WHERE a = \(below(12))"
        case 10:
            "INSERT INTO n VALUES (\(pick(["1", "NULL", "2"])), \(pick(["'x'", "NULL"])), \(pick(["x'00'", "NULL"])), "
                + "\(pick(["0.1", "NULL", "-2e10"])))"
        default:
            pick(["DELETE FROM n LIMIT 1", "UPDATE n SET a = COALESCE(a, 0) + 1 LIMIT 2", "UPDATE n SET b = NULL"])
        }
    }

    private mutating func values() -> String {
        [
            pick(["'é\\n''\\\\'", "NULL", "''", "'plain'"]), pick(["-1.5", "NULL", "1234567.891"]),
            pick(["'2026-01-31 12:00:00.123456'", "NULL", "'1000-01-01'"]),
            pick(["'2026-01-31 12:00:00.5'", "NULL"]), pick(["'x'", "'ü'", "NULL"]), pick(["''", "'a,c'", "NULL"]),
            pick(["x'00'", "x'27005c0a'", "NULL", "''"]), pick(["0.1", "-1e300", "NULL"]), pick(["0.1", "3", "NULL"]),
            pick(["'{\"a\": [1, \"ü\"]}'", "'[]'", "NULL"]), pick(["'漢字 \\t x'", "NULL", "REPEAT('t', 300)"]),
            pick(["b'101010101'", "0", "NULL"]), pick(["2026", "1901", "NULL"]), pick(["'誠'", "'x'", "NULL"]),
        ].joined(separator: ", ")
    }

    private mutating func assignment() -> String {
        pick([
            "a = 'changed'", "d = d + 0.001", "t = NULL", "b = x'ff00'", "j = JSON_ARRAY(1)", "e = 'y', s = 'b'",
            "f = f * 3", "bits = 1, y = 2000", "dt = NOW(6), ts = NOW(3)", "g = '中文'",
        ])
    }
}
