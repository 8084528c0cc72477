import Foundation
import MySQLClient
import TestKit
import Testing

/// Tables of many shapes change all the time while they are synchronised with eight lanes, and are equal in the end.
@Suite("Torture", .serialized)
struct TortureTests {
    private static let schema = "torture"
    private static let seconds = 6.0

    struct Way: Sendable, CustomTestStringConvertible {
        var flavor: Flavor
        var flags: [String]
        var testDescription: String { "\(flavor) \(flags.joined(separator: " "))" }
    }

    private static let ways: [Way] = Flavor.available.filter { $0 != .mysql80 }.flatMap { flavor in
        [["--mode", "merge"], ["--mode", "transaction"], ["--mode", "transaction", "--commit-order", "free"]].map {
            Way(flavor: flavor, flags: $0 + ["--lanes", "8"])
        }
    }

    @Test("live writes to tables of many shapes", .timeLimit(.minutes(30)), arguments: ways)
    func live(_ way: Way) throws {
        let source = try TestServers.shared(way.flavor, .source)
        let target = try TestServers.shared(way.flavor, .target)
        for server in [source, target] {
            try server.freshSchema(Self.schema)
            try server.execute(
                "USE \(Self.schema);" + TableShape.all.flatMap(\.tables).map(\.creation).joined(separator: ";"))
        }
        let arguments =
            [
                "sync", "--channel", "torture", "--from", source.url, "--to", target.url, "--tables",
                "\(Self.schema).*",
                "--state", try Places.newFolder("state"),
            ] + way.flags
        let live = try Program.lutra(arguments + ["--start", try source.binlogEnd()])
        let changes = try write(source)
        #expect(changes > 100)
        #expect(live.poll() == nil, "\(live.tail)")
        live.signal(SIGTERM)
        try #expect(live.wait(seconds: 180) == .exit(0), "\(live.tail)")
        let last = try Program.lutra(arguments + ["--until-caught-up"])
        try #expect(last.wait(seconds: 180) == .exit(0), "\(last.tail)")
        let (from, to) = (try source.connect(), try target.connect())
        for table in try tableNames(from, Self.schema) {
            let tables = TableComparison(source: (Self.schema, table), target: (Self.schema, table))
            let difference = try tables.difference(from, to)
            #expect(difference == nil, "\(difference ?? "")")
        }
    }

    /// Two clients change rows for a while, a few statements a transaction. Returns how many succeeded.
    private func write(_ server: Server) throws -> Int {
        let total = NSLockedValue(0)
        let end = Date(timeIntervalSinceNow: Self.seconds)
        let connections = try (0..<2).map { _ in try server.connect() }
        DispatchQueue.concurrentPerform(iterations: connections.count) { client in
            let connection = connections[client]
            var random = SeededRandom(seed: UInt64(client))
            _ = try? connection.execute("SET NAMES utf8mb4; USE \(Self.schema)")
            while Date() < end {
                guard (try? connection.execute("BEGIN")) != nil else { return }
                for _ in 0..<Int.random(in: 1...6, using: &random) {
                    guard let shape = TableShape.all.randomElement(using: &random) else { continue }
                    if (try? connection.execute(shape.change(using: &random))) != nil { total.with { $0 += 1 } }
                }
                _ = try? connection.execute("COMMIT")
            }
        }
        return total.with { $0 }
    }
}
