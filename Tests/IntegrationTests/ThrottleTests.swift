import Foundation
import MySQLClient
import TestKit
import Testing

/// A throttled pipeline writes no faster than it may, says so, and loses nothing.
@Suite("Throttle", .serialized)
struct ThrottleTests {
    private static let rows = 3_000

    @Test(
        "no more rows or bytes than allowed", .timeLimit(.minutes(30)),
        arguments: [
            (Flavor.mariadb, "merge", "--rows-per-second", 1_000), (.mysql, "transaction", "--rows-per-second", 1_000),
            // An image takes 109 bytes.
            (.mariadb, "merge", "--bytes-per-second", 109_000),
        ])
    func rate(_ flavor: Flavor, _ mode: String, _ flag: String, _ most: Int) throws {
        guard flavor.isAvailable else { return }
        let schema = "slow"
        let source = try TestServers.shared(flavor, .source)
        let target = try TestServers.shared(flavor, .target)
        for server in [source, target] {
            try server.freshSchema(schema)
            try server.execute("CREATE TABLE \(schema).t (id INT PRIMARY KEY, v CHAR(100) CHARACTER SET latin1)")
        }
        let start = try source.binlogEnd()
        let writer = try source.connect()
        for first in stride(from: 0, to: Self.rows, by: 50) {
            let values = (first..<first + 50).map { "(\($0), REPEAT('x', 100))" }
            try writer.execute("INSERT INTO \(schema).t VALUES \(values.joined(separator: ","))")
        }
        let began = ContinuousClock.now
        let program = try Program.lutra([
            "sync", "--channel", "slow-\(mode)\(flag)", "--from", source.url, "--to", target.url, "--tables",
            "\(schema).*", "--state", try Places.newFolder("state"), "--start", start, "--until-caught-up", "--mode",
            mode, flag, "\(most)", "--log-format", "json",
        ])
        let reader = try target.connect()
        while program.poll() == nil {
            let count = try reader.value("SELECT COUNT(*) FROM \(schema).t").flatMap { Int($0) } ?? 0
            // What is begun is paid for afterwards: at most a second's batch and a chunk of it come ahead.
            let allowed = 1_000 * (began.duration(to: .now) / .seconds(1)) + 1_500
            #expect(Double(count) <= allowed)
        }
        try #expect(program.wait(seconds: 180) == .exit(0), "\(program.tail)")
        #expect(try target.value("SELECT COUNT(*) FROM \(schema).t") == "\(Self.rows)")
        // All but the last batch were paid for.
        #expect(began.duration(to: .now) > .seconds(1), "\(program.tail)")
    }
}
