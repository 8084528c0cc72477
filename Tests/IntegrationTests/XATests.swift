import Foundation
import MySQLClient
import TestKit
import Testing

/// XA transactions between real servers: applied when they are committed, whatever happens to Lutra meanwhile.
@Suite("XA transactions", .serialized)
struct XATests {
    private static let schema = "xa"

    /// A source, a target and a channel between them.
    private struct Bench {
        let source: Server
        let target: Server
        let arguments: [String]

        let start: String

        private static let tables = """
            CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(100)); CREATE TABLE keyless (n INT, v VARCHAR(100)); \
            INSERT INTO t VALUES (1, 'a'), (2, 'b'); INSERT INTO keyless VALUES (1, 'same'), (1, 'same'), (2, 'other')
            """

        init(_ flavor: Flavor, _ way: [String]) throws {
            source = try Server(flavor, name: "xa-source")
            target = try Server(flavor, name: "xa-target")
            for server in [source, target] {
                try server.freshSchema(schema)
                try server.execute("USE \(schema); \(Self.tables)")
            }
            start = try source.binlogEnd()
            arguments =
                [
                    "sync", "--channel", "xa", "--from", source.url, "--to", target.url, "--tables", "\(schema).*",
                    "--state", try Places.newFolder("state"), "--start", start,
                ] + way
        }

        func remove() {
            try? source.remove()
            try? target.remove()
        }

        /// Prepares a transaction and lets its connection end.
        func prepare(_ xid: String, _ changes: String) throws {
            try source.execute("USE \(schema); XA START \(xid); \(changes); XA END \(xid); XA PREPARE \(xid)")
        }

        /// Changes a row until the connection that prepared has gone, so that the transaction is nobody's.
        func finish(_ statement: String) throws {
            var failure: (any Error)?
            let isDone = waitUntil(seconds: 180) {
                do { try source.execute(statement) } catch {
                    failure = error
                    return false
                }
                return true
            }
            if !isDone, let failure { throw failure }
        }

        /// The identifiers that the target keeps.
        func kept() throws -> Int {
            // The program may not have made the schema yet.
            let tables = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'retl'"
            guard try target.value(tables + " AND table_name = 'lutra_prepared'") == "1" else { return 0 }
            return Int(try target.value("SELECT COUNT(DISTINCT xid) FROM retl.lutra_prepared") ?? "") ?? 0
        }

        func expectKept(_ count: Int, _ program: Program) throws {
            let isSo = try waitUntil(seconds: 180) { try kept() == count || program.poll() != nil }
            try #expect(isSo && kept() == count, "\(program.tail)")
        }

        func catchUp() throws {
            let last = try Program.lutra(arguments + ["--until-caught-up"])
            try #expect(last.wait(seconds: 180) == .exit(0), "\(last.tail)")
        }

        /// The log's files, replayed and printed as SQL, make the same tables.
        func expectEqualFromFiles() throws {
            try source.execute("FLUSH BINARY LOGS")
            for name in ["files", "redo"] {
                try target.freshSchema(name)
                try target.execute("USE \(name); \(Self.tables)")
            }
            let folder = try Places.newFolder("xa-files")
            for file in try source.connect().binlogFiles().map(\.name) {
                try FileManager.default.copyItem(atPath: source.dataFolder + "/" + file, toPath: folder + "/" + file)
            }
            let replay = try Program.lutra([
                "sync", "--channel", "files", "--from", "file://" + folder, "--to", target.url, "--tables",
                "\(schema).*=files.*", "--state", try Places.newFolder("state"), "--start", start,
            ])
            try #expect(replay.wait(seconds: 180) == .exit(0), "\(replay.tail)")
            try expectEqual("files")
            let redo = try Program.run(
                Places.lutra,
                ["binlog", "print", "--format", "sql", "--start", start, "--table", "\(schema).*", "--schema-from"]
                    + [source.url, folder])
            try target.runScript(redo.replacingOccurrences(of: "`\(schema)`.", with: "`redo`."), schema: "redo")
            try expectEqual("redo")
        }

        func expectEqual(_ copy: String = schema) throws {
            let (from, to) = (try source.connect(), try target.connect())
            for table in ["t", "keyless"] {
                let tables = TableComparison(source: (schema, table), target: (copy, table))
                let difference = try tables.difference(from, to)
                #expect(difference == nil, "\(difference ?? "")")
            }
        }
    }

    /// Rows of many chunks, and of more than a batch.
    private static let large = """
        INSERT INTO t SELECT n.i * 10000 + m.i * 1000 + o.i * 100 + p.i * 10 + q.i + 10000, REPEAT('x', 50) FROM \
        (SELECT 0 i UNION SELECT 1 UNION SELECT 2) n, \(digits) m, \(digits) o, \(digits) p, \(digits) q
        """
    private static let digits = "(SELECT 0 i \((1...9).map { "UNION SELECT \($0)" }.joined(separator: " ")))"

    @Test(
        "committed after a kill, after a stop and from another connection", .timeLimit(.minutes(30)),
        arguments: Flavor.available, [["--lanes", "4"], ["--mode", "transaction", "--lanes", "4"]])
    func restarts(_ flavor: Flavor, _ way: [String]) throws {
        let bench = try Bench(flavor, way)
        defer { bench.remove() }
        let program = try Program.lutra(bench.arguments)
        try bench.prepare("'one'", "UPDATE t SET v = 'one' WHERE id = 1; DELETE FROM keyless WHERE n = 1 LIMIT 1")
        try bench.source.execute("INSERT INTO \(Self.schema).t VALUES (3, 'plain')")
        try bench.prepare("'two', 'branch', 7", Self.large)
        try bench.prepare("'three'", "UPDATE t SET id = 4 WHERE id = 2; INSERT INTO keyless VALUES (9, 'never')")
        try bench.source.execute("INSERT INTO \(Self.schema).keyless VALUES (3, 'plain')")
        try bench.expectKept(3, program)
        #expect(try bench.target.value("SELECT COUNT(*) FROM \(Self.schema).t WHERE id > 3 OR v = 'one'") == "0")
        program.signal(SIGKILL)
        try program.wait()

        let second = try Program.lutra(bench.arguments)
        try bench.finish("XA ROLLBACK 'three'")
        try bench.expectKept(2, second)
        second.signal(SIGTERM)
        try #expect(second.wait() == .exit(0), "\(second.tail)")
        try bench.finish("XA COMMIT 'two', 'branch', 7")
        try bench.catchUp()
        try #expect(bench.kept() == 1)
        try bench.expectEqual()

        let third = try Program.lutra(bench.arguments)
        try bench.finish("XA COMMIT 'one'")
        try bench.expectKept(0, third)
        third.signal(SIGTERM)
        try #expect(third.wait() == .exit(0), "\(third.tail)")
        try bench.source.execute(
            "USE \(Self.schema); XA START 'p'; DELETE FROM t WHERE id < 30000; XA END 'p'; XA COMMIT 'p' ONE PHASE")
        try bench.catchUp()
        try bench.expectEqual()
        try bench.expectEqualFromFiles()
        #expect(!second.errors.contains("had been prepared before") && !third.errors.contains("had been prepared"))
    }

    @Test("SIGKILL at random moments under XA load", .timeLimit(.minutes(30)), arguments: Flavor.available)
    func killed(_ flavor: Flavor) throws {
        let bench = try Bench(flavor, [])
        defer { bench.remove() }
        let stops = NSLockedValue(false)
        let writers = (0..<3).map { number in Writer(bench.source, Self.schema, number, stops) }
        for writer in writers { writer.start() }
        var random = SeededRandom(seed: 38)
        for kill in 0..<12 {
            let program = try Program.lutra(bench.arguments + ["--lanes", "\(1 + kill % 4)"])
            let moment = 0.2 + Double(random.next() % 1_000) / 1_000
            let endedByItself = waitUntil(seconds: moment) { program.poll() != nil }
            #expect(!endedByItself, "kill \(kill): \(program.tail)")
            program.signal(SIGKILL)
            try program.wait(seconds: 180)
        }
        stops.with { $0 = true }
        for writer in writers { writer.wait() }
        #expect(writers.allSatisfy { $0.transactions > 20 }, "\(writers.map(\.failure))")
        try bench.catchUp()
        try bench.expectEqual()
        try #expect(bench.kept() == 0)
    }

    @Test(
        "a start that would lose what is prepared is refused", .timeLimit(.minutes(30)),
        arguments: Flavor.available, [["--start", "now"], ["--initial-load"]])
    func refused(_ flavor: Flavor, _ way: [String]) throws {
        let bench = try Bench(flavor, [])
        defer { bench.remove() }
        try bench.prepare("'early', 'b', 3", "INSERT INTO t VALUES (50, 'early')")
        let arguments = [
            "sync", "--channel", "early", "--from", bench.source.url, "--to", bench.target.url, "--tables",
            "\(Self.schema).*", "--state", try Places.newFolder("state"), "--until-caught-up",
        ]
        let refused = try Program.lutra(arguments + way)
        try #expect(refused.wait() == .exit(4), "\(refused.tail)")
        #expect(refused.errors.contains("xa-prepared"), "\(refused.tail)")
        #expect(refused.errors.contains("XA COMMIT X'6561726c79',X'62',3"), "\(refused.tail)")
        try bench.finish("XA ROLLBACK 'early', 'b', 3")
        try bench.target.execute("DROP DATABASE \(Self.schema); CREATE DATABASE \(Self.schema)")
        guard way == ["--initial-load"] else { return }
        let second = try Program.lutra(arguments + way)
        try #expect(second.wait() == .exit(0), "\(second.tail)")
        try bench.expectEqual()
    }
}

/// Writes XA transactions of which some are rolled back, several at the same time with the other writers.
private final class Writer: @unchecked Sendable {
    // @unchecked: what it did is read only after `wait`.
    private let server: Server
    private let schema: String
    private let number: Int
    private let stops: NSLockedValue<Bool>
    private let ended = DispatchSemaphore(value: 0)
    private(set) var transactions = 0
    private(set) var failure = ""

    init(_ server: Server, _ schema: String, _ number: Int, _ stops: NSLockedValue<Bool>) {
        self.server = server
        self.schema = schema
        self.number = number
        self.stops = stops
    }

    func start() {
        Thread { [self] in
            do { try write() } catch { failure = "\(error)" }
            ended.signal()
        }.start()
    }

    func wait() { ended.wait() }

    private func write() throws {
        let (connection, other) = (try server.connect(), try server.connect())
        try connection.execute("USE \(schema)")
        while !stops.with({ $0 }) {
            transactions += 1
            let id = (number + 1) * 1_000_000 + transactions
            let xid = "'w\(number)-\(transactions)'"
            try connection.execute(
                """
                XA START \(xid); INSERT INTO keyless VALUES (\(id % 5), 'w\(number)'), (\(id % 5), 'w\(number)'); \
                INSERT INTO t VALUES (\(id), 'new'); XA END \(xid); XA PREPARE \(xid)
                """)
            try other.execute("INSERT INTO \(schema).keyless VALUES (\(id), 'plain'); DO SLEEP(0.003)")
            try connection.execute("XA \(transactions % 4 == 0 ? "ROLLBACK" : "COMMIT") \(xid)")
            if transactions % 3 == 0 {
                try connection.execute("UPDATE t SET v = 'changed' WHERE id BETWEEN \(id - 3) AND \(id)")
            }
        }
    }
}
