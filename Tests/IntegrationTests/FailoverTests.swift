import Foundation
import MySQLClient
import TestKit
import Testing

@Suite("Fail-over of the source")
struct FailoverTests {
    typealias Kind = FailoverSite.Kind

    @Test("a killed primary", .timeLimit(.minutes(30)), arguments: Kind.available)
    func killed(_ kind: Kind) throws {
        let site = try FailoverSite(kind)
        defer { site.remove() }
        let program = try site.sync()
        try site.write(site.primary, 0..<1)
        try site.expectEqual(site.primary, program)
        try #expect(site.checkpointServer == site.identity(site.primary))
        try site.write(site.primary, 1..<300)
        try site.waitForStandby()
        try site.primary.kill()
        try site.standby.endReplication()
        try site.write(site.standby, 300..<400)
        try site.expectEqual(site.standby, program)
        try #expect(site.checkpointServer == site.identity(site.standby))
        // Over within a moment, so that the state itself may not show.
        #expect(program.errors.contains("starting again from the target's checkpoint"), "\(program.tail)")
        // Started again, it goes on from the stand-by.
        program.signal(SIGTERM)
        try #expect(program.wait() == .exit(0), "\(program.tail)")
        try site.write(site.standby, 400..<450)
        let second = try site.sync(["--until-caught-up"])
        try #expect(second.wait() == .exit(0), "\(second.tail)")
        try site.expectEqual(site.standby, second)
    }

    @Test("a primary that is killed while Lutra is away", .timeLimit(.minutes(30)), arguments: Kind.available)
    func killedWhileAway(_ kind: Kind) throws {
        let site = try FailoverSite(kind)
        defer { site.remove() }
        let program = try site.sync()
        try site.write(site.primary, 0..<50)
        try site.expectEqual(site.primary, program)
        program.signal(SIGTERM)
        try #expect(program.wait() == .exit(0), "\(program.tail)")
        try site.write(site.primary, 50..<100)
        try site.waitForStandby()
        try site.primary.kill()
        try site.standby.endReplication()
        try site.write(site.standby, 100..<150)
        let second = try site.sync(["--until-caught-up"])
        try #expect(second.wait() == .exit(0), "\(second.tail)")
        try site.expectEqual(site.standby, second)
    }

    @Test(
        "a stand-by that lacks what the target has is not used", .timeLimit(.minutes(30)), arguments: Kind.available
    )
    func behind(_ kind: Kind) throws {
        let site = try FailoverSite(kind)
        defer { site.remove() }
        let program = try site.sync()
        try site.write(site.primary, 0..<10)
        try site.waitForStandby()
        try site.standby.endReplication()
        try site.write(site.primary, 10..<20)
        try site.expectEqual(site.primary, program)
        try site.primary.kill()
        let isTold = waitUntil(seconds: 180) { program.errors.contains("source-behind") || program.poll() != nil }
        #expect(isTold && program.poll() == nil, "\(program.tail)")
        try site.primary.restart(options: kind.options)
        try site.write(site.primary, 20..<30)
        try site.expectEqual(site.primary, program)
        program.signal(SIGTERM)
        try #expect(program.wait() == .exit(0), "\(program.tail)")
    }

    @Test("on command", .timeLimit(.minutes(30)), arguments: Kind.available)
    func onCommand(_ kind: Kind) throws {
        let site = try FailoverSite(kind)
        defer { site.remove() }
        let program = try site.sync()
        try site.write(site.primary, 0..<20)
        try site.expectEqual(site.primary, program)
        var next = 20
        for server in [site.standby, site.primary] {
            program.signal(SIGUSR1)
            let isSwitched = try waitUntil(seconds: 180) {
                try site.write(site.primary, next..<next + 1)
                next += 1
                return try site.checkpointServer == site.identity(server) || program.poll() != nil
            }
            #expect(isSwitched, "\(program.tail)")
            try site.expectEqual(site.primary, program)
        }
        program.signal(SIGTERM)
        try #expect(program.wait() == .exit(0), "\(program.tail)")
    }

    @Test("the promotion of a stand-by", .timeLimit(.minutes(30)), arguments: Kind.available)
    func promotion(_ kind: Kind) throws {
        let site = try FailoverSite(kind)
        defer { site.remove() }
        try site.standby.execute("SET GLOBAL read_only = ON")
        let program = try site.sync()
        try site.write(site.primary, 0..<20)
        try site.expectEqual(site.primary, program)
        let isWatched = waitUntil(seconds: 180) { program.errors.contains("a stand-by is read-only") }
        #expect(isWatched, "\(program.tail)")
        // The old primary stays up and answers: only the roles change.
        try site.waitForStandby()
        try site.standby.endReplication()
        try site.standby.execute("SET GLOBAL read_only = OFF")
        try site.write(site.standby, 20..<40)
        try site.expectEqual(site.standby, program)
        #expect(program.errors.contains("a stand-by was promoted"), "\(program.tail)")
        program.signal(SIGTERM)
        try #expect(program.wait() == .exit(0), "\(program.tail)")
    }

    @Test("another server at the old address", .timeLimit(.minutes(30)), arguments: Kind.available)
    func stranger(_ kind: Kind) throws {
        let site = try FailoverSite(kind)
        defer { site.remove() }
        let program = try site.sync()
        try site.write(site.primary, 0..<20)
        try site.expectEqual(site.primary, program)
        program.signal(SIGTERM)
        try #expect(program.wait() == .exit(0), "\(program.tail)")
        let stranger = try Server(kind.flavor, name: "failover-stranger", options: kind.options)
        defer { try? stranger.remove() }
        try stranger.execute(
            """
            CREATE DATABASE \(FailoverSite.schema);
            CREATE TABLE \(FailoverSite.schema).t (id int PRIMARY KEY, v varchar(20));
            CREATE TABLE \(FailoverSite.schema).keyless (n int, v varchar(20))
            """)
        try site.write(stranger, 500..<550)
        let before = try serverChecksum(site.target)
        let second = try Program.lutra([
            "sync", "--channel", "failover", "--from", stranger.url, "--to", site.target.url,
            "--tables", "\(FailoverSite.schema).*", "--state", try Places.newFolder("state"),
        ])
        try #expect(second.wait() == .exit(1), "\(second.tail)")
        let code = kind.flavor.isMySQL && kind.hasGTIDs ? "source-behind" : "source-changed"
        #expect(second.errors.contains("lutra: error \(code): "), "\(second.tail)")
        try #expect(serverChecksum(site.target) == before)
    }

    @Test("logs that were purged while Lutra was away", .timeLimit(.minutes(30)), arguments: Kind.available)
    func purged(_ kind: Kind) throws {
        let site = try FailoverSite(kind)
        defer { site.remove() }
        let arguments = [
            "sync", "--channel", "failover", "--from", site.primary.url, "--to", site.target.url,
            "--tables", "\(FailoverSite.schema).*", "--state", site.state,
        ]
        let first = try Program.lutra(arguments + ["--until-caught-up"])
        try #expect(first.wait() == .exit(0), "\(first.tail)")
        try site.write(site.primary, 0..<5)
        try site.waitForStandby()
        try site.standby.endReplication()
        try site.primary.execute("FLUSH BINARY LOGS")
        try site.write(site.primary, 5..<10)
        try site.primary.execute("FLUSH BINARY LOGS")
        let newest = try #require(try site.primary.binlogEnd().split(separator: ":").first)
        let isPurged = try waitUntil(seconds: 180) {
            try site.primary.execute("PURGE BINARY LOGS TO '\(newest)'")
            return try site.primary.connect().query("SHOW BINARY LOGS").count == 1
        }
        try #require(isPurged)
        let second = try Program.lutra(arguments)
        try #expect(second.wait() == .exit(1), "\(second.tail)")
        #expect(second.errors.contains("lutra: error position-purged: "), "\(second.tail)")
        #expect(second.errors.contains("missing "), "\(second.tail)")
    }
}
