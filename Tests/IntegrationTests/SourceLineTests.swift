import Foundation
import MySQLClient
import TestKit
import Testing

/// A source behind a line that breaks, and what goes back to it: nothing is lost, nothing comes twice, and the state
/// says why it waits.
@Suite("The line to the source")
struct SourceLineTests {
    private static let schema = "line"

    /// A source behind a proxy, a target, and a channel between them that gives up a silent source after 3 s.
    private struct Bench {
        let source: Server
        let target: Server
        let proxy: FaultProxy
        let specification: String
        let state: String
        /// Where the stream begins.
        private let start: String

        init(_ flavor: Flavor, options: [String] = [], site: String = "", pipeline: String = "") throws {
            source = try Server(flavor, name: "line-source", options: options)
            target = try Server(.mariadb, name: "line-target")
            for server in [source, target] {
                try server.freshSchema(schema)
                try server.execute("CREATE TABLE \(schema).t (id int PRIMARY KEY, v text)")
            }
            start = try source.binlogEnd()
            proxy = try FaultProxy(to: source)
            specification = try Places.newFolder("line") + "/line.yaml"
            state = try Places.newFolder("state")
            try """
            channel: line
            sites:
              a: { url: "\(proxy.url)"\(site) }
              b: { url: "\(target.url)" }
            pipelines:
              - { from: a, to: b\(pipeline) }
            tables: ["\(schema).*"]
            limits: { read-seconds: 3 }
            """.write(toFile: specification, atomically: true, encoding: .utf8)
        }

        func remove() {
            proxy.close()
            for server in [source, target] { try? server.remove() }
        }

        func sync(_ arguments: [String] = []) throws -> Program {
            try Program.lutra(
                ["sync", specification, "--state", state, "--log-format", "json", "--start", start] + arguments)
        }

        func content(_ server: Server) throws -> String? {
            try server.value("SELECT CONCAT(COUNT(*), ' ', SUM(id), ' ', SUM(LENGTH(v))) FROM \(schema).t")
        }

        /// Writes a row and waits until it is on the target.
        func expectFlow(_ id: Int, _ program: Program, seconds: Double = 60) throws {
            try source.execute("INSERT INTO \(schema).t VALUES (\(id), REPEAT('x', 1000))")
            let isThere = try waitUntil(seconds: seconds) {
                try content(target) == content(source) || program.poll() != nil
            }
            try #expect(isThere && content(target) == content(source), "\(program.tail)")
        }
    }

    @Test("silence, resets, half-closes, garbage, restarts", .timeLimit(.minutes(30)), arguments: Flavor.available)
    private func faults(_ flavor: Flavor) throws {
        // A source that is killed must not lose what it has logged.
        let durable = ["--innodb-flush-log-at-trx-commit=1", "--sync-binlog=1"]
        let bench = try Bench(flavor, options: durable)
        defer { bench.remove() }
        let program = try bench.sync()
        try bench.expectFlow(1, program)
        let faults: [FaultProxy.Fault] = [
            .cut(afterBytes: 2_500), .halfClose(afterBytes: 2_500), .garbage(afterBytes: 3_000), .cut(afterBytes: 0),
            .garbage(afterBytes: 2),
        ]
        for (number, fault) in faults.enumerated() {
            let before = program.errors.components(separatedBy: "starting again").count
            bench.proxy.set(fault, on: .dumps, times: 1)
            for id in 0..<10 { try bench.expectFlow(100 * (number + 1) + id, program) }
            #expect(program.errors.components(separatedBy: "starting again").count > before, "\(fault) did not show")
        }
        // Silence is noticed by the heartbeats that do not come.
        let before = program.errors.components(separatedBy: "starting again").count
        bench.proxy.set(.silent)
        let isNoticed = waitUntil(seconds: 180) {
            program.errors.components(separatedBy: "starting again").count > before || program.poll() != nil
        }
        #expect(isNoticed, "\(program.tail)")
        bench.proxy.set(.pass)
        bench.proxy.dropConnections()
        try bench.expectFlow(1_000, program)
        try bench.source.kill()
        let seen = program.errors.components(separatedBy: "reconnecting (").count
        let isWaiting = waitUntil(seconds: 180) {
            program.errors.components(separatedBy: "reconnecting (").count > seen || program.poll() != nil
        }
        #expect(isWaiting, "\(program.tail)")
        try bench.source.restart(options: durable)
        try bench.expectFlow(1_001, program)
        program.signal(SIGTERM)
        try #expect(program.wait() == .exit(0), "\(program.tail)")
    }

    @Test(
        "a transaction that the line cuts off is not seen in parts", .timeLimit(.minutes(30)),
        arguments: Flavor.available)
    private func cutTransaction(_ flavor: Flavor) throws {
        let bench = try Bench(flavor, pipeline: ", mode: transaction")
        defer { bench.remove() }
        let program = try bench.sync()
        try bench.expectFlow(1, program)
        bench.proxy.set(.cut(afterBytes: 1_500_000), on: .dumps, times: 3)
        // Smaller than a batch, larger than what SELECT hands on at once.
        let inserts = (100..<160).map { "INSERT INTO \(Self.schema).t VALUES (\($0), REPEAT('x', 50000))" }
        try bench.source.execute("BEGIN; \(inserts.joined(separator: "; ")); COMMIT")
        var counts: Set<String> = []
        let isThere = try waitUntil(seconds: 180) {
            let count = try bench.target.value("SELECT COUNT(*) FROM \(Self.schema).t") ?? ""
            counts.insert(count)
            return count == "61" || program.poll() != nil
        }
        try #expect(isThere && bench.content(bench.target) == bench.content(bench.source), "\(program.tail)")
        #expect(counts.isSubset(of: ["1", "61"]), "\(counts)")
        #expect(program.errors.contains("starting again"), "\(program.tail)")
        program.signal(SIGTERM)
        try #expect(program.wait() == .exit(0), "\(program.tail)")
    }

    @Test(
        "a damaged event is read once more, then named", .timeLimit(.minutes(30)), arguments: [Flavor.mariadb, .mysql])
    private func damage(_ flavor: Flavor) throws {
        let bench = try Bench(flavor)
        defer { bench.remove() }
        let program = try bench.sync()
        try bench.expectFlow(1, program)
        // Once: the second reading is good.
        let hits = Hits(most: 1)
        bench.proxy.rewriteDumps { packet in hits.spoil(&packet, with: "damaged") }
        try bench.source.execute("INSERT INTO \(Self.schema).t VALUES (2, 'to be damaged')")
        try bench.expectFlow(3, program)
        #expect(hits.count == 1 && program.errors.contains("checksum does not match"), "\(program.tail)")
        // Always: what came before is applied, the place is told.
        let all = Hits(most: .max)
        bench.proxy.rewriteDumps { packet in all.spoil(&packet, with: "spoilt") }
        try bench.source.execute(
            """
            INSERT INTO \(Self.schema).t VALUES (4, 'good'); INSERT INTO \(Self.schema).t VALUES (5, 'to be spoilt')
            """)
        try #expect(program.wait() == .exit(1), "\(program.tail)")
        #expect(program.errors.contains("error binlog-corrupt: the event's checksum"), "\(program.tail)")
        for word in ["file binlog.", "offset ", "event "] { #expect(program.errors.contains(word), "\(word)") }
        #expect(all.count >= 2)
        try #expect(bench.target.value("SELECT GROUP_CONCAT(id ORDER BY id) FROM \(Self.schema).t") == "1,2,3,4")
        bench.proxy.rewriteDumps(nil)
        let second = try bench.sync(["--until-caught-up"])
        try #expect(second.wait() == .exit(0), "\(second.tail)")
        try #expect(bench.content(bench.target) == bench.content(bench.source))
    }

    @Test("a ROTATE with a wrong name", .timeLimit(.minutes(30)), arguments: [Flavor.mariadb, .mysql])
    private func wrongRotate(_ flavor: Flavor) throws {
        let bench = try Bench(flavor, options: ["--binlog-checksum=NONE"])
        defer { bench.remove() }
        let program = try bench.sync()
        try bench.expectFlow(1, program)
        let hits = Hits(most: 1)
        bench.proxy.rewriteDumps { packet in hits.rename(&packet) }
        try bench.source.execute("FLUSH BINARY LOGS")
        try bench.expectFlow(2, program)
        #expect(hits.count == 1 && program.errors.contains("but said that"), "\(program.tail)")
        try bench.source.execute("FLUSH BINARY LOGS")
        try bench.expectFlow(3, program)
        let file = try bench.target.value("SELECT MAX(binlog_file) FROM retl.lutra_checkpoint")
        try #expect(file == bench.source.binlogEnd().split(separator: ":").first.map(String.init))
        program.signal(SIGTERM)
        try #expect(program.wait() == .exit(0), "\(program.tail)")
    }

    @Test("commits wait for the target", .timeLimit(.minutes(30)), arguments: Flavor.available)
    private func semiSync(_ flavor: Flavor) throws {
        let bench = try Bench(flavor, site: ", semi-sync: true")
        defer { bench.remove() }
        if flavor.isMySQL {
            try bench.source.execute("INSTALL PLUGIN rpl_semi_sync_source SONAME 'semisync_source.so'")
        }
        let word = flavor.isMySQL ? "source" : "master"
        try bench.source.execute(
            """
            SET GLOBAL rpl_semi_sync_\(word)_enabled = ON; SET GLOBAL rpl_semi_sync_\(word)_timeout = 60000
            """)
        let program = try bench.sync()
        let clients = flavor.isMySQL ? "Rpl_semi_sync_source_clients" : "Rpl_semi_sync_master_clients"
        let isThere = try waitUntil(seconds: 180) {
            try bench.source.connect().query("SHOW GLOBAL STATUS LIKE '\(clients)'").first?.text(1) == "1"
        }
        #expect(isThere, "\(program.tail)")
        for id in 0..<50 {
            // The commit has returned: the row is on the target.
            try bench.source.execute("INSERT INTO \(Self.schema).t VALUES (\(id), 'x')")
            try #expect(bench.target.value("SELECT COUNT(*) FROM \(Self.schema).t WHERE id = \(id)") == "1")
        }
        // A transaction of which nothing goes to the target is not held up.
        try bench.source.execute("CREATE DATABASE elsewhere; CREATE TABLE elsewhere.t (id int PRIMARY KEY)")
        let isOn = flavor.isMySQL ? "Rpl_semi_sync_source_status" : "Rpl_semi_sync_master_status"
        try #expect(bench.source.connect().query("SHOW GLOBAL STATUS LIKE '\(isOn)'").first?.text(1) == "ON")
        let acknowledged = flavor.isMySQL ? "Rpl_semi_sync_source_yes_tx" : "Rpl_semi_sync_master_yes_tx"
        let count = try bench.source.connect().query("SHOW GLOBAL STATUS LIKE '\(acknowledged)'").first?.text(1)
        #expect(Int(count ?? "") ?? 0 >= 50)
        // The target cannot take it: the commit waits until it can.
        let lock = try bench.target.connect()
        try lock.execute("LOCK TABLES \(Self.schema).t WRITE")
        let writer = try Program(
            "mariadb",
            [
                "-h127.0.0.1", "-P\(bench.source.port)", "--user=lutra", "--password=lutra", "-e",
                "INSERT INTO \(Self.schema).t VALUES (1000, 'x')",
            ])
        let waits = try waitUntil(seconds: 180) {
            let sql =
                "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE STATE LIKE 'Waiting for semi-sync ACK%'"
            return try bench.source.value(sql) == "1"
        }
        #expect(waits && writer.poll() == nil, "\(program.tail)")
        try lock.execute("UNLOCK TABLES")
        try #expect(writer.wait(seconds: 180) == .exit(0), "\(writer.tail)")
        program.signal(SIGTERM)
        try #expect(program.wait() == .exit(0), "\(program.tail)")
        // Nobody answers any more: the source waits for as long as it was told, then goes on alone.
        try bench.source.execute("SET GLOBAL rpl_semi_sync_\(word)_timeout = 1000")
        try bench.source.execute("INSERT INTO \(Self.schema).t VALUES (2000, 'x')")
        try #expect(bench.source.connect().query("SHOW GLOBAL STATUS LIKE '\(isOn)'").first?.text(1) == "OFF")
    }

    @Test("a heartbeat that is written", .timeLimit(.minutes(30)), arguments: Flavor.available)
    private func heartbeat(_ flavor: Flavor) throws {
        let bench = try Bench(flavor, pipeline: ", heartbeat: { seconds: 1 }")
        defer { bench.remove() }
        let program = try bench.sync()
        try bench.expectFlow(1, program)
        // The idle source's position moves, and the delay is measured.
        let place = "SELECT CONCAT(binlog_file, binlog_offset) FROM retl.lutra_checkpoint"
        let first = try bench.target.value(place)
        let moved = try waitUntil(seconds: 180) { try bench.target.value(place) != first }
        #expect(moved, "\(program.tail)")
        program.signal(SIGTERM)
        try #expect(program.wait() == .exit(0), "\(program.tail)")
        #expect(program.errors.contains("\"delay_microseconds\""), "\(program.tail)")
        try #expect(bench.source.value("SELECT COUNT(*) FROM retl.xdual") == "1")
    }
}

/// Changes packets of a dump that hold a text.
private final class Hits: @unchecked Sendable {
    // @unchecked: the count is under the lock.
    private let lock = NSLock()
    private var done = 0
    private let most: Int

    init(most: Int) { self.most = most }

    var count: Int { lock.withLock { done } }

    /// Changes a letter of the text wherever it comes.
    func spoil(_ packet: inout [UInt8], with text: String) {
        guard let place = packet.firstRange(of: Array(text.utf8))?.lowerBound, take() else { return }
        packet[place] = UInt8(ascii: "#")
    }

    /// Changes the number in a ROTATE event that the log itself holds.
    func rename(_ packet: inout [UInt8]) {
        let isArtificial = packet.count > 18 && packet[18] & 0x20 != 0
        guard packet.count > 28, packet[0] == 0, packet[5] == 4, !isArtificial, take() else { return }
        packet[packet.count - 1] = UInt8(ascii: "9")
    }

    private func take() -> Bool {
        lock.withLock {
            guard done < most else { return false }
            done += 1
            return true
        }
    }
}
