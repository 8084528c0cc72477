import Foundation
import TestKit
import Testing

/// Channels that begin at once on one target write their first checkpoints beside each other.
@Suite("Begin")
struct BeginTests {
    @Test("many at once", .timeLimit(.minutes(30)), arguments: [Flavor.mariadb, .mysql])
    func manyAtOnce(flavor: Flavor) throws {
        guard flavor.isAvailable else { return }
        let source = try TestServers.shared(flavor, .source)
        let target = try TestServers.shared(flavor, .target)
        let schema = "begin_\(flavor)"
        for server in [source, target] {
            try server.freshSchema(schema)
            try server.execute("CREATE TABLE \(schema).t (id int PRIMARY KEY)")
        }
        for round in 1...3 {
            let programs = try (1...6).map { number in
                try Program.lutra([
                    "sync", "--channel", "\(schema)-\(round)-\(number)", "--from", source.url, "--to", target.url,
                    "--tables", "\(schema).*", "--start", "now", "--until-caught-up", "--state",
                    try Places.newFolder("state"),
                ])
            }
            for program in programs { try #expect(program.wait() == .exit(0), "\(program.tail)") }
        }
    }
}
