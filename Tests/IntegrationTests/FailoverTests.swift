import Foundation
import MySQLClient
import TestKit
import Testing

/// A primary with a stand-by that replicates from it, a target, and `lutra sync` between.
private struct Site {
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case mariadb = "MariaDB"
        case mysql = "MySQL with GTIDs"
        case mysqlWithoutGTIDs = "MySQL without GTIDs"

        var testDescription: String { rawValue }
        var flavor: Flavor { self == .mariadb ? .mariadb : .mysql }
        var options: [String] {
            // A server that is killed must not lose what it has logged.
            ["--innodb-flush-log-at-trx-commit=1", "--sync-binlog=1"]
                + (self == .mysqlWithoutGTIDs ? ["--gtid-mode=OFF", "--enforce-gtid-consistency=OFF"] : [])
        }
    }

    static let schema = "failover"
    let primary: Server
    let standby: Server
    let target: Server
    let state: String
    /// Where the stream begins.
    private let start: String

    init(_ kind: Kind) throws {
        primary = try Server(kind.flavor, name: "failover-primary", options: kind.options)
        standby = try Server(kind.flavor, name: "failover-standby", options: kind.options)
        target = try Server(.mariadb, name: "failover-target")
        state = try Places.newFolder("state")
        try standby.replicate(from: primary, usesGTIDs: kind != .mysqlWithoutGTIDs)
        let tables = """
            CREATE DATABASE \(Self.schema);
            CREATE TABLE \(Self.schema).t (id int PRIMARY KEY, v varchar(20));
            CREATE TABLE \(Self.schema).keyless (n int, v varchar(20))
            """
        try primary.execute(tables)
        try target.execute(tables)
        start = try primary.binlogEnd()
        try waitForStandby()
    }

    func remove() { for server in [primary, standby, target] { try? server.remove() } }

    var hosts: String { "mysql://lutra:lutra@127.0.0.1:\(primary.port),127.0.0.1:\(standby.port)" }

    func sync(_ arguments: [String] = []) throws -> Program {
        try Program.lutra(
            [
                "sync", "--channel", "failover", "--from", hosts, "--to", target.url, "--tables", "\(Self.schema).*",
                "--state", state, "--log-format", "json", "--start", start,
            ] + arguments)
    }

    /// Transactions of rows with and without a key.
    func write(_ server: Server, _ ids: Range<Int>) throws {
        let connection = try server.connect()
        defer { connection.close() }
        for id in ids {
            try connection.execute(
                """
                BEGIN; INSERT INTO \(Self.schema).t VALUES (\(id), 'new');
                INSERT INTO \(Self.schema).keyless VALUES (\(id % 7), 'k'), (\(id % 7), 'k');
                UPDATE \(Self.schema).t SET v = 'changed' WHERE id = \(id - 1); COMMIT
                """)
        }
    }

    private func content(_ server: Server) throws -> String {
        let rows = try server.value("SELECT CONCAT(COUNT(*), ' ', SUM(id), ' ', SUM(v = 'new')) FROM \(Self.schema).t")
        let keyless = try server.value("SELECT CONCAT(COUNT(*), ' ', SUM(n)) FROM \(Self.schema).keyless")
        return "\(rows ?? "") \(keyless ?? "")"
    }

    func waitForStandby() throws {
        let isThere = try waitUntil(seconds: 60) {
            let tables = "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = '\(Self.schema)'"
            return try standby.value(tables) == "2" && content(standby) == content(primary)
        }
        guard isThere else { throw TestFailure("the stand-by does not replicate") }
    }

    func expectEqual(_ source: Server, _ program: Program, seconds: Double = 90) throws {
        let isEqual = try waitUntil(seconds: seconds) {
            try content(target) == content(source) || program.poll() != nil
        }
        let (from, to) = try (content(source), content(target))
        #expect(isEqual && from == to, "source \(from), target \(to)\n\(program.tail)")
    }

    /// Which server the position counts on, by the lane that wrote last.
    var checkpointServer: String? {
        get throws {
            try target.value("SELECT source_server FROM retl.lutra_checkpoint ORDER BY updated_at DESC LIMIT 1")
        }
    }

    func identity(_ server: Server) throws -> String? {
        try server.value(
            server.flavor == .mariadb ? "SELECT CONCAT('server-id-', @@server_id)" : "SELECT @@server_uuid")
    }
}

@Suite("Fail-over of the source")
struct FailoverTests {
    @Test("a killed primary", .timeLimit(.minutes(30)), arguments: Site.Kind.allCases)
    private func killed(_ kind: Site.Kind) throws {
        let site = try Site(kind)
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

    @Test("a primary that is killed while Lutra is away", .timeLimit(.minutes(30)), arguments: Site.Kind.allCases)
    private func killedWhileAway(_ kind: Site.Kind) throws {
        let site = try Site(kind)
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
        "a stand-by that lacks what the target has is not used", .timeLimit(.minutes(30)), arguments: Site.Kind.allCases
    )
    private func behind(_ kind: Site.Kind) throws {
        let site = try Site(kind)
        defer { site.remove() }
        let program = try site.sync()
        try site.write(site.primary, 0..<10)
        try site.waitForStandby()
        try site.standby.endReplication()
        try site.write(site.primary, 10..<20)
        try site.expectEqual(site.primary, program)
        try site.primary.kill()
        let isTold = waitUntil(seconds: 60) { program.errors.contains("source-behind") || program.poll() != nil }
        #expect(isTold && program.poll() == nil, "\(program.tail)")
        try site.primary.restart(options: kind.options)
        try site.write(site.primary, 20..<30)
        try site.expectEqual(site.primary, program)
        program.signal(SIGTERM)
        try #expect(program.wait() == .exit(0), "\(program.tail)")
    }

    @Test("on command", .timeLimit(.minutes(30)), arguments: [Site.Kind.mariadb, .mysqlWithoutGTIDs])
    private func onCommand(_ kind: Site.Kind) throws {
        let site = try Site(kind)
        defer { site.remove() }
        let program = try site.sync()
        try site.write(site.primary, 0..<20)
        try site.expectEqual(site.primary, program)
        var next = 20
        for server in [site.standby, site.primary] {
            program.signal(SIGUSR1)
            let isSwitched = try waitUntil(seconds: 60) {
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

    @Test("the promotion of a stand-by", .timeLimit(.minutes(30)), arguments: Site.Kind.allCases)
    private func promotion(_ kind: Site.Kind) throws {
        let site = try Site(kind)
        defer { site.remove() }
        try site.standby.execute("SET GLOBAL read_only = ON")
        let program = try site.sync()
        try site.write(site.primary, 0..<20)
        try site.expectEqual(site.primary, program)
        let isWatched = waitUntil(seconds: 60) { program.errors.contains("a stand-by is read-only") }
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

    @Test("another server at the old address", .timeLimit(.minutes(30)), arguments: Site.Kind.allCases)
    private func stranger(_ kind: Site.Kind) throws {
        let site = try Site(kind)
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
            CREATE DATABASE \(Site.schema); CREATE TABLE \(Site.schema).t (id int PRIMARY KEY, v varchar(20));
            CREATE TABLE \(Site.schema).keyless (n int, v varchar(20))
            """)
        try site.write(stranger, 500..<550)
        let before = try serverChecksum(site.target)
        let second = try Program.lutra([
            "sync", "--channel", "failover", "--from", stranger.url, "--to", site.target.url,
            "--tables", "\(Site.schema).*", "--state", try Places.newFolder("state"),
        ])
        try #expect(second.wait() == .exit(1), "\(second.tail)")
        let code = kind == .mysql ? "source-behind" : "source-changed"
        #expect(second.errors.contains("lutra: error \(code): "), "\(second.tail)")
        try #expect(serverChecksum(site.target) == before)
    }

    @Test(
        "logs that were purged while Lutra was away are named", .timeLimit(.minutes(30)), arguments: Site.Kind.allCases)
    private func purged(_ kind: Site.Kind) throws {
        let site = try Site(kind)
        defer { site.remove() }
        let arguments = [
            "sync", "--channel", "failover", "--from", site.primary.url, "--to", site.target.url,
            "--tables", "\(Site.schema).*", "--state", site.state,
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
        let isPurged = try waitUntil(seconds: 20) {
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
