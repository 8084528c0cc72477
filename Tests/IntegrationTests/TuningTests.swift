import Foundation
import MySQLClient
import TestKit
import Testing

/// A target that is not healthy gets less at once, and everything in the end.
@Suite("Tuning")
struct TuningTests {
    @Test("fewer lanes where they wait for locks", .timeLimit(.minutes(30)), arguments: [Flavor.mariadb, .mysql])
    func locks(_ flavor: Flavor) throws {
        guard flavor.isAvailable else { return }
        let schema = "tuned"
        let source = try TestServers.shared(flavor, .source)
        let target = try Server(flavor, name: "tuned-target", options: ["--innodb-lock-wait-timeout=1"])
        defer { try? target.remove() }
        for server in [source, target] {
            try server.freshSchema(schema)
            try server.execute(
                """
                CREATE TABLE \(schema).t (id INT PRIMARY KEY, n INT, wide LONGTEXT); \
                INSERT INTO \(schema).t (id, n) VALUES (1,0), (2,0), (3,0), (4,0), (5,0), (6,0), (7,0), (8,0); \
                UPDATE \(schema).t SET wide = REPEAT('x', 10000)
                """)
        }
        let start = try source.binlogEnd()
        // Wide rows: a few fill what SELECT hands on, so that there are many batches.
        let writer = try source.connect()
        for number in 0..<800 {
            try writer.execute("UPDATE \(schema).t SET n = n + 1 WHERE id = \(number % 8 + 1)")
        }
        let file = try Places.newFolder("tuned") + "/tuned.yaml"
        try """
        channel: tuned
        sites: { a: { url: "\(source.url)" }, b: { url: "\(target.url)" } }
        pipelines: [{ from: a, to: b, load: { lanes: 4 } }]
        tables: ["\(schema).*"]
        limits: { batch-rows: 10 }
        """.write(toFile: file, atomically: true, encoding: .utf8)
        // Somebody else holds a row on the target.
        let other = try target.connect()
        try other.execute("START TRANSACTION; UPDATE \(schema).t SET n = n WHERE id = 1")
        let program = try Program.lutra([
            "sync", file, "--state", try Places.newFolder("state"), "--start", start, "--until-caught-up",
            "--log-format", "json",
        ])
        let hasWaited = try waitUntil(seconds: 180) {
            let waits = try target.connect().query("SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_waits'").first?.text(1)
            return waits.flatMap { Int($0) } ?? 0 >= 4 || program.poll() != nil
        }
        #expect(hasWaited && program.poll() == nil, "\(program.tail)")
        try other.execute("ROLLBACK")
        try #expect(program.wait(seconds: 120) == .exit(0), "\(program.tail)")
        #expect(program.errors.contains("lanes and batches follow the target"), "\(program.tail)")
        let content = "SELECT GROUP_CONCAT(id, ':', n ORDER BY id) FROM \(schema).t"
        try #expect(target.value(content) == source.value(content))
    }
}
