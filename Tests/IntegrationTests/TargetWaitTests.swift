import Foundation
import MySQLClient
import TestKit
import Testing

/// A target that does not finish what it was asked to do: the user is told what it waits for.
@Suite("A target that is busy")
struct TargetWaitTests {
    @Test("a lock on the target is told of", .timeLimit(.minutes(30)), arguments: Flavor.available, [true, false])
    func lock(_ flavor: Flavor, _ isDDL: Bool) throws {
        let schema = isDDL ? "busy_ddl" : "busy_rows"
        let source = try TestServers.shared(.mariadb, .source)
        let target = try TestServers.shared(flavor, .target)
        for server in [source, target] {
            try server.freshSchema(schema)
            try server.execute("CREATE TABLE \(schema).t (id INT PRIMARY KEY)")
        }
        let start = try source.binlogEnd()
        // Somebody forgot it.
        let holder = try target.connect()
        defer { holder.close() }
        try holder.execute(isDDL ? "BEGIN; SELECT * FROM \(schema).t" : "LOCK TABLES \(schema).t WRITE")
        try source.execute(isDDL ? "ALTER TABLE \(schema).t ADD v INT" : "INSERT INTO \(schema).t VALUES (1)")
        try source.execute("INSERT INTO \(schema).t (id) VALUES (2)")
        let program = try Program.lutra([
            "sync", "--channel", schema, "--from", source.url, "--to", target.url, "--tables", "\(schema).*", "--state",
            try Places.newFolder("state"), "--start", start, "--log-format", "json",
        ])
        let isTold = waitUntil(seconds: 120) {
            program.errors.contains("target-busy") && program.errors.contains("target_busy_seconds")
                || program.poll() != nil
        }
        #expect(isTold && program.errors.contains("metadata lock"), "\(program.tail)")
        try holder.execute(isDDL ? "COMMIT" : "UNLOCK TABLES")
        let isThere = waitUntil(seconds: 180) {
            (try? target.value("SELECT id FROM \(schema).t WHERE id = 2")) == "2" || program.poll() != nil
        }
        #expect(isThere, "\(program.tail)")
        #expect(waitUntil(seconds: 180) { program.errors.contains("the target goes on") }, "\(program.tail)")
        program.signal(SIGTERM)
        try #expect(program.wait() == .exit(0), "\(program.tail)")
        let tables = TableComparison(source: (schema, "t"), target: (schema, "t"))
        let difference = try tables.difference(try source.connect(), try target.connect())
        #expect(difference == nil, "\(difference ?? "")")
    }
}
