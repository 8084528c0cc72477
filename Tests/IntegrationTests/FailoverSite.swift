import Foundation
import MySQLClient
import TestKit
import Testing

/// A primary with a stand-by that replicates from it, a target, and `lutra sync` between.
struct FailoverSite {
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case mariadb = "MariaDB"
        case mysql = "MySQL with GTIDs"
        case mysqlWithoutGTIDs = "MySQL without GTIDs"
        case mysql80 = "MySQL 8.0 with GTIDs"
        case mysql80WithoutGTIDs = "MySQL 8.0 without GTIDs"

        /// Those that this machine has.
        static let available = allCases.filter(\.flavor.isAvailable)

        var testDescription: String { rawValue }
        var hasGTIDs: Bool { self != .mysqlWithoutGTIDs && self != .mysql80WithoutGTIDs }
        var flavor: Flavor {
            switch self {
            case .mariadb: .mariadb
            case .mysql, .mysqlWithoutGTIDs: .mysql
            case .mysql80, .mysql80WithoutGTIDs: .mysql80
            }
        }
        var options: [String] {
            // A server that is killed must not lose what it has logged.
            ["--innodb-flush-log-at-trx-commit=1", "--sync-binlog=1"]
                + (hasGTIDs ? [] : ["--gtid-mode=OFF", "--enforce-gtid-consistency=OFF"])
        }
    }

    static let schema = "failover"
    /// Of the tables that a `RandomWriter` changes.
    static let loadSchema = "failover_load"
    let primary: Server
    let standby: Server
    let target: Server
    let state: String
    /// Between Lutra and the two hosts, where they can break.
    let lines: [FaultProxy]
    private let kind: Kind
    /// Where the stream begins.
    private let start: String

    init(_ kind: Kind, hasLines: Bool = false) throws {
        self.kind = kind
        primary = try Server(kind.flavor, name: "failover-primary", options: kind.options)
        standby = try Server(kind.flavor, name: "failover-standby", options: kind.options)
        target = try Server(.mariadb, name: "failover-target")
        state = try Places.newFolder("state")
        try standby.replicate(from: primary, usesGTIDs: kind.hasGTIDs)
        let tables = """
            CREATE DATABASE \(Self.schema);
            CREATE TABLE \(Self.schema).t (id int PRIMARY KEY, v varchar(20));
            CREATE TABLE \(Self.schema).keyless (n int, v varchar(20));
            CREATE DATABASE \(Self.loadSchema);
            \(RandomWriter.tables(Self.loadSchema))
            """
        lines = hasLines ? [try FaultProxy(to: primary), try FaultProxy(to: standby)] : []
        try primary.execute(tables)
        try target.execute(tables)
        start = try primary.binlogEnd()
        try waitForStandby()
    }

    func remove() {
        for line in lines { line.close() }
        for server in [primary, standby, target] { try? server.remove() }
    }

    var hosts: String {
        let ports = lines.isEmpty ? [primary.port, standby.port] : lines.map(\.port)
        return "mysql://lutra:lutra@127.0.0.1:\(ports[0]),127.0.0.1:\(ports[1])" + (lines.isEmpty ? "" : "/?tls=off")
    }

    func restartPrimary() throws {
        try primary.kill()
        try primary.restart(options: kind.options)
    }

    func sync(_ arguments: [String] = []) throws -> Program {
        try Program.lutra(
            [
                "sync", "--channel", "failover", "--from", hosts, "--to", target.url, "--tables", "\(Self.schema).*",
                "\(Self.loadSchema).*",
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

    /// Whether a server holds what the primary does in the tables of the load, by the server's checksums.
    private func hasLoad(_ server: Server) throws -> Bool {
        let there = "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = '\(Self.loadSchema)'"
        guard try server.value(there) == "\(RandomWriter.tableNames.count)" else { return false }
        func sums(_ server: Server) throws -> [String?] {
            try RandomWriter.tableNames.map { name in
                let connection = try server.connect()
                defer { connection.close() }
                return try connection.query("CHECKSUM TABLE \(Self.loadSchema).\(name)").first?.text(1)
            }
        }
        return try sums(server) == sums(primary)
    }

    func waitForStandby() throws {
        let isThere = try waitUntil(seconds: 180) {
            let tables = "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = '\(Self.schema)'"
            return try standby.value(tables) == "2" && content(standby) == content(primary) && hasLoad(standby)
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

    /// Waits until the target holds what the server does in the tables that a `RandomWriter` changed.
    func expectEqualLoad(_ source: Server, _ program: Program) throws {
        let (from, to) = (try source.connect(), try target.connect())
        defer {
            from.close()
            to.close()
        }
        var difference: String?
        _ = try waitUntil(seconds: 180) {
            difference = nil
            for table in RandomWriter.tableNames where difference == nil {
                difference = try TableComparison(source: (Self.loadSchema, table), target: (Self.loadSchema, table))
                    .difference(from, to)
            }
            return difference == nil || program.poll() != nil
        }
        #expect(difference == nil && program.poll() == nil, "\(difference ?? "")\n\(program.tail)")
    }
}
