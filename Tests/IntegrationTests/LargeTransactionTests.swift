import Foundation
import MySQLClient
import TestKit
import Testing

/// In mode `transaction` a source transaction that is much larger than a batch becomes visible at once, unless the
/// target does not take it whole.
@Suite("Large transactions", .serialized)
struct LargeTransactionTests {
    private static let schema = "large"
    /// Rows that one of its statements inserts: with the others six times as many, in batches of 2,000.
    private static let rows = 20_000

    private static func prepare(_ servers: [Server]) throws {
        for server in servers {
            try server.freshSchema(schema)
            try server.freshSchema("elsewhere")
            try server.execute(
                """
                USE \(schema); CREATE TABLE a (id INT PRIMARY KEY, n INT NOT NULL, v VARCHAR(100)); \
                CREATE TABLE bare (n INT, v VARCHAR(100)); CREATE TABLE elsewhere.t (n INT PRIMARY KEY, v VARCHAR(100))
                """)
        }
    }

    /// Before it and behind it a small transaction; it ends with rows of a table that is not mapped.
    private static func write(_ source: Server) throws {
        let numbers = (0..<5).map { "SELECT \($0) AS n" }.joined(separator: " UNION ALL ")
        let tenth = "(SELECT d.n + 5 * e.n AS n FROM (\(numbers)) d, (SELECT 0 AS n UNION ALL SELECT 1) e)"
        let all =
            "SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n AS n FROM \(tenth) a, \(tenth) b, \(tenth) c, \(tenth) d"
        let twice = "(SELECT n FROM (\(all)) x UNION ALL SELECT n + 10000 FROM (\(all)) y)"
        try source.execute(
            """
            USE \(schema); INSERT INTO a VALUES (-1, 0, 'before'); BEGIN; \
            INSERT INTO a SELECT n, 0, REPEAT('a', 60) FROM \(twice) z; \
            INSERT INTO bare SELECT n, REPEAT('b', 60) FROM \(twice) z; \
            UPDATE a SET n = n + 1; UPDATE a SET n = n + 1; DELETE FROM a WHERE id % 10 = 0; UPDATE a SET n = n + 1; \
            INSERT INTO elsewhere.t SELECT n, REPEAT('c', 60) FROM \(twice) z; COMMIT; \
            INSERT INTO a VALUES (-2, 0, 'behind')
            """)
    }

    private static func sync(
        _ source: Server, _ target: Server, from start: String, order: String, errors: String = "{}"
    ) throws -> Program {
        let folder = try Places.newFolder("large")
        try """
        channel: large-\(order)
        sites:
          a: { url: "\(source.url)" }
          b: { url: "\(target.url)" }
        pipelines:
          - { from: a, to: b, mode: transaction, load: { lanes: 4, commit-order: \(order) }, errors: \(errors) }
        tables: ["\(schema).*"]
        limits: { batch-rows: 2000 }
        """.write(toFile: folder + "/large.yaml", atomically: true, encoding: .utf8)
        return try Program.lutra([
            "sync", folder + "/large.yaml", "--state", folder + "/state", "--start", start, "--until-caught-up",
            "--log-format", "json",
        ])
    }

    /// What readers of the target see until the program ends: rows of both tables, and the sum.
    private static func watch(_ target: Server, _ program: Program) throws -> Set<String> {
        let reader = try target.connect()
        defer { reader.close() }
        try reader.execute("USE \(schema); SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        var states: Set<String> = []
        repeat {
            let row = try reader.query(
                "SELECT (SELECT COUNT(*) FROM a), (SELECT COUNT(*) FROM bare), (SELECT IFNULL(SUM(n), 0) FROM a)")
            states.insert((0..<3).map { row.first?.text($0) ?? "" }.joined(separator: " "))
        } while program.poll() == nil
        return states
    }

    private static func expectEqual(_ source: Server, _ target: Server) throws {
        let (from, to) = (try source.connect(), try target.connect())
        defer {
            from.close()
            to.close()
        }
        for table in ["a", "bare"] {
            let tables = TableComparison(source: (schema, table), target: (schema, table))
            #expect(try tables.difference(from, to) == nil)
        }
    }

    @Test(
        "is seen whole or not at all", .timeLimit(.minutes(30)), arguments: [Flavor.mariadb, .mysql],
        ["keep", "free"])
    func whole(_ flavor: Flavor, _ order: String) throws {
        guard flavor.isAvailable else { return }
        let source = try TestServers.shared(flavor, .source)
        let target = try TestServers.shared(flavor, .target)
        try Self.prepare([source, target])
        let start = try source.binlogEnd()
        try Self.write(source)
        let program = try Self.sync(source, target, from: start, order: order)
        let seen = try Self.watch(target, program)
        try #expect(program.wait(seconds: 180) == .exit(0), "\(program.tail)")
        #expect(!program.errors.contains("transaction-sliced"))
        let kept = Self.rows * 9 / 10
        let sum = (kept + 1) * 3
        let states: Set<String> = [
            "0 0 0", "1 0 0", "\(kept + 1) \(Self.rows) \(sum)", "\(kept + 2) \(Self.rows) \(sum)",
        ]
        #expect(seen.isSubset(of: states), "\(seen)")
        try Self.expectEqual(source, target)
    }

    @Test(
        "goes on without a row that the target refuses", .timeLimit(.minutes(30)),
        arguments: [Flavor.mariadb, .mysql])
    func refused(_ flavor: Flavor) throws {
        guard flavor.isAvailable else { return }
        let source = try TestServers.shared(flavor, .source)
        let target = try TestServers.shared(flavor, .target)
        try Self.prepare([source, target])
        // A row of a later slice.
        try target.execute("ALTER TABLE \(Self.schema).a ADD CHECK (id <> 12345)")
        let start = try source.binlogEnd()
        try Self.write(source)
        let program = try Self.sync(source, target, from: start, order: "keep", errors: "{ value: skip }")
        let seen = try Self.watch(target, program)
        try #expect(program.wait(seconds: 180) == .exit(0), "\(program.tail)")
        #expect(program.errors.contains("row-skipped"))
        let kept = Self.rows * 9 / 10 - 1
        #expect(
            seen.subtracting(["0 0 0", "1 0 0"]).allSatisfy {
                $0.hasPrefix("\(kept + 1) ") || $0.hasPrefix("\(kept + 2) ")
            })
        #expect(try target.value("SELECT COUNT(*) FROM \(Self.schema).a") == "\(kept + 2)")
        #expect(try target.value("SELECT COUNT(*) FROM \(Self.schema).bare") == "\(Self.rows)")
    }

    @Test(
        "goes on in slices where the target does not take it whole, and says so", .timeLimit(.minutes(30)),
        arguments: [Flavor.mariadb, .mysql])
    func tooLarge(_ flavor: Flavor) throws {
        guard flavor.isAvailable else { return }
        let source = try TestServers.shared(flavor, .source)
        let target = try Server(flavor, name: "small-cache", options: ["--max-binlog-cache-size=4194304"])
        defer { try? target.remove() }
        try Self.prepare([source, target])
        let start = try source.binlogEnd()
        try Self.write(source)
        let program = try Self.sync(source, target, from: start, order: "keep")
        try #expect(program.wait(seconds: 180) == .exit(0), "\(program.tail)")
        #expect(program.errors.contains("transaction-sliced") && program.errors.contains("max_binlog_cache_size"))
        try Self.expectEqual(source, target)
    }
}
