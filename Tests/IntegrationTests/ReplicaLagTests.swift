import Foundation
import MySQLClient
import TestKit
import Testing

/// A target with a replica of its own that falls behind.
@Suite("The target's replicas")
struct ReplicaLagTests {
    @Test("a replica that is behind holds the stream up", .timeLimit(.minutes(30)), arguments: Flavor.available)
    func behind(_ flavor: Flavor) throws {
        let source = try Server(.mariadb, name: "lag-source")
        let target = try Server(flavor, name: "lag-target")
        let replica = try Server(flavor, name: "lag-replica")
        defer { for server in [source, target, replica] { try? server.remove() } }
        try replica.replicate(from: target)
        for server in [source, target] {
            try server.execute("CREATE DATABASE behind; CREATE TABLE behind.t (id int PRIMARY KEY)")
        }
        let folder = try Places.newFolder("lag")
        try """
        channel: lag
        sites: { a: { url: "\(source.url)" }, b: { url: "\(target.url)" } }
        pipelines:
          - { from: a, to: b, load: { replicas: ["mysql://lutra@127.0.0.1:\(replica.port)"], replica-lag-seconds: 1 } }
        tables: ["behind.*"]
        """.write(toFile: folder + "/lag.yaml", atomically: true, encoding: .utf8)
        let program = try Program.lutra([
            "sync", folder + "/lag.yaml", "--state", folder + "/state", "--log-format", "json",
            "--start", try source.binlogEnd(),
        ])
        func rows(_ server: Server) -> String? { (try? server.value("SELECT COUNT(*) FROM behind.t")) ?? nil }
        try source.execute("INSERT INTO behind.t VALUES (1)")
        #expect(waitUntil(seconds: 180) { rows(replica) == "1" || program.poll() != nil }, "\(program.tail)")

        // Its applier is held up by a lock, and falls behind what comes.
        let holder = try replica.connect()
        defer { holder.close() }
        try holder.execute("LOCK TABLES behind.t WRITE")
        try source.execute("INSERT INTO behind.t VALUES (2)")
        // What counts is what was told last: on a busy machine it may have been behind, and caught up, before.
        func places(_ text: String) -> [Range<String.Index>] { program.errors.ranges(of: text) }
        let isHeld = waitUntil(seconds: 180) {
            guard rows(target) == "2", let behind = places("a replica of the target is behind").last else {
                return false
            }
            return places("the replica of the target has caught up").last.map { $0.lowerBound < behind.lowerBound }
                ?? true
        }
        #expect(isHeld && program.poll() == nil, "\(program.tail)")
        let throttled = places("\"throttled\":\"true\"").count
        try source.execute("INSERT INTO behind.t VALUES (3)")
        #expect(
            waitUntil(seconds: 180) { places("\"throttled\":\"true\"").count > throttled }, "\(program.tail)")
        #expect(rows(target) == "2", "\(program.tail)")

        try holder.execute("UNLOCK TABLES")
        #expect(waitUntil(seconds: 180) { rows(target) == "3" || program.poll() != nil }, "\(program.tail)")
        #expect(program.errors.contains("the replica of the target has caught up"), "\(program.tail)")

        // One that is gone is not waited for.
        try replica.kill()
        try source.execute("INSERT INTO behind.t VALUES (4)")
        #expect(waitUntil(seconds: 180) { rows(target) == "4" || program.poll() != nil }, "\(program.tail)")
        #expect(waitUntil(seconds: 180) { program.errors.contains("it is not waited for") }, "\(program.tail)")
        program.signal(SIGTERM)
        try #expect(program.wait() == .exit(0), "\(program.tail)")
    }
}
