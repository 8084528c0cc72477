import Foundation
import MySQLClient
import TestKit
import Testing

/// Killed at any moment, it goes on exactly where the target is: nothing lost, nothing twice.
@Suite("Restarts")
struct RestartTests {
    private static let schema = "restart"
    private static let kills = 20

    /// With several lanes the number of them changes from start to start.
    @Test(
        "SIGKILL at 20 random moments under load",
        .serialized, .timeLimit(.minutes(30)), arguments: [["--lanes", "1"], [], ["--mode", "transaction"]])
    func killed(load way: [String]) throws {
        let source = try Server(.mariadb, name: "restart-source")
        let target = try Server(.mariadb, name: "restart-target")
        defer {
            try? source.remove()
            try? target.remove()
        }
        let load = try WriteLoad(source, schema: Self.schema)
        try load.prepare()
        try Self.copy(source, target)
        let start = try source.binlogEnd()
        let state = try Places.newFolder("state")
        let arguments =
            [
                "sync", "--channel", "restart", "--from", source.url, "--to", target.url,
                "--tables", "\(Self.schema).*", "--state", state, "--start", start,
            ] + way
        try load.start(seconds: 60)
        defer { load.stop() }

        var random = SeededRandom(seed: 20_26)
        for kill in 0..<Self.kills {
            let lanes = way.contains("--lanes") ? [] : ["--lanes", "\(4 + kill % 5)"]
            let program = try Program.lutra(arguments + lanes)
            let moment = Double(random.next() % 1_500) / 1_000
            let endedByItself = waitUntil(seconds: moment) { program.poll() != nil }
            #expect(!endedByItself, "kill \(kill): \(program.tail)")
            program.signal(SIGKILL)
            try program.wait(seconds: 180)
        }
        load.stop()
        let last = try Program.lutra(arguments + ["--until-caught-up"])
        try #expect(last.wait(seconds: 180) == .exit(0), "\(last.tail)")
        try Self.expectEqual(source, target)
    }

    @Test("SIGTERM drains and exits with 0; passwords do not show", .timeLimit(.minutes(30)))
    func drains() throws {
        let source = try Server(.mariadb, name: "drain-source")
        let target = try Server(.mariadb, name: "drain-target")
        for server in [source, target] {
            try server.freshSchema(Self.schema)
            try server.execute("CREATE TABLE \(Self.schema).t (id int PRIMARY KEY, v int)")
        }
        for signal in [SIGTERM, SIGINT] {
            let program = try Program.lutra([
                "sync", "--from", source.url, "--to", target.url, "--tables", "\(Self.schema).*",
                "--state", Places.scratch + "/drain-state",
            ])
            let id = signal == SIGTERM ? 1 : 2
            // It streams once a row that comes now has arrived.
            let streams = try waitUntil(seconds: 180) {
                try source.execute("REPLACE INTO \(Self.schema).t VALUES (\(id), RAND() * 1000000)")
                return try target.value("SELECT COUNT(*) FROM \(Self.schema).t WHERE id = \(id)") == "1"
            }
            #expect(streams, "\(program.tail)")
            let line = FileManager.default.contents(atPath: "/proc/\(program.id)/cmdline") ?? Data()
            #expect(!String(decoding: line, as: UTF8.self).contains(":lutra@"))
            program.signal(signal)
            try #expect(program.wait(seconds: 180) == .exit(0), "\(program.tail)")
            #expect(!program.tail.contains(":lutra@"))
        }
        let last = try Program.lutra([
            "sync", "--from", source.url, "--to", target.url, "--tables", "\(Self.schema).*", "--until-caught-up",
            "--state", Places.scratch + "/drain-state",
        ])
        try #expect(last.wait(seconds: 180) == .exit(0), "\(last.tail)")
        try Self.expectEqual(source, target)
    }

    /// The same tables with the same rows on the target, before anything runs.
    private static func copy(_ source: Server, _ target: Server) throws {
        let dump = try Program.run(
            "mariadb-dump",
            [
                "-h127.0.0.1", "-P\(source.port)", "--user=lutra", "--password=lutra", "--single-transaction", schema,
            ])
        try target.freshSchema(schema)
        try target.runScript(dump, schema: schema)
    }

    private static func expectEqual(_ source: Server, _ target: Server) throws {
        let (from, to) = (try source.connect(), try target.connect())
        for table in try tableNames(from, schema) {
            let tables = TableComparison(source: (schema, table), target: (schema, table))
            let difference = try tables.difference(from, to)
            #expect(difference == nil, "\(difference ?? "")")
        }
    }
}

/// `sysbench oltp_write_only`, and beside it a client that writes a table without a key, where a row that is applied
/// twice shows as one row too many.
private final class WriteLoad {
    private let server: Server
    private let schema: String
    private var programs: [Program] = []

    init(_ server: Server, schema: String) throws {
        self.server = server
        self.schema = schema
    }

    private var sysbench: [String] {
        [
            "oltp_write_only", "--mysql-host=127.0.0.1", "--mysql-port=\(server.port)", "--mysql-user=lutra",
            "--mysql-password=lutra", "--mysql-db=\(schema)", "--tables=4", "--table-size=2000", "--rand-seed=7",
        ]
    }

    func prepare() throws {
        try server.freshSchema(schema)
        try Program.run("sysbench", sysbench + ["prepare"])
        try server.runScript(
            """
            CREATE TABLE keyless (n int, v varchar(20));
            CREATE TABLE stopped (id int PRIMARY KEY);
            DELIMITER //
            CREATE PROCEDURE write_keyless(seconds int) BEGIN
              DECLARE i int DEFAULT 0;
              DECLARE until_time datetime DEFAULT NOW() + INTERVAL seconds SECOND;
              WHILE NOW() < until_time AND NOT EXISTS (SELECT * FROM stopped) DO
                START TRANSACTION;
                INSERT INTO keyless VALUES (i % 50, 'new'), (i % 50, 'new');
                UPDATE keyless SET v = CONCAT('u', i % 7) WHERE n = i % 50 LIMIT 1;
                IF i % 3 = 0 THEN DELETE FROM keyless LIMIT 2; END IF;
                COMMIT;
                SET i = i + 1;
                DO SLEEP(0.01);
              END WHILE;
            END //
            """, schema: schema)
    }

    func start(seconds: Int) throws {
        programs = [
            try Program("sysbench", sysbench + ["--threads=2", "--rate=300", "--time=\(seconds)", "run"]),
            try Program(
                "mariadb",
                [
                    "-h127.0.0.1", "-P\(server.port)", "--user=lutra", "--password=lutra", schema, "-e",
                    "CALL write_keyless(\(seconds))",
                ]),
        ]
    }

    func stop() {
        guard let sysbench = programs.first else { return }
        sysbench.signal(SIGTERM)
        try? server.execute("INSERT IGNORE INTO \(schema).stopped VALUES (1)")
        for program in programs {
            _ = try? program.wait(seconds: 180)
        }
        programs = []
    }
}
