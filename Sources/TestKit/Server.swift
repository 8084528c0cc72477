import Foundation
import Model
package import MySQLClient

/// A throw-away database server, run by `scripts/servers`.
package final class Server: Sendable {
    package let flavor: Flavor
    package let port: UInt16
    private let folder: String

    /// Starts one with an empty data folder on a free port. It ends with this process, however that ends.
    ///
    /// - Parameter options: further options of the server, such as `--skip-log-bin`.
    package init(_ flavor: Flavor, name: String, options: [String] = []) throws {
        self.flavor = flavor
        folder = try Places.newFolder(name)
        port = try Server.start(flavor, folder, options)
    }

    private static func start(_ flavor: Flavor, _ folder: String, _ options: [String]) throws -> UInt16 {
        var arguments = ["start", flavor.home, folder, "--owner", String(getpid())]
        if !options.isEmpty { arguments += ["--"] + options }
        let output = try Program.run(Places.repository + "/scripts/servers", arguments)
        guard let port = UInt16(output.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw TestFailure("scripts/servers printed no port: \(output)")
        }
        return port
    }

    /// The address with user and password, as `--from` and `--to` take it.
    package var url: String { "mysql://lutra:lutra@127.0.0.1:\(port)" }

    /// Where its data is, and its binlogs as `binlog.NNNNNN`.
    package var dataFolder: String { folder + "/data" }

    /// A connection of its own: bytes and UTC.
    package func connect() throws -> Connection {
        let host = ServerURL.Host(name: "127.0.0.1", port: port)
        var options = ConnectionOptions(url: ServerURL(user: "lutra", password: "lutra", hosts: [host]))
        options.programName = "lutra-test"
        return try Connection.open(options)
    }

    /// Runs statements on a connection of their own.
    package func execute(_ sql: String) throws {
        let connection = try connect()
        defer { connection.close() }
        do {
            try connection.execute(sql)
        } catch let failure as StatementFailure {
            throw TestFailure("\(flavor): \(failure.message) in: \(sql.prefix(300))")
        }
    }

    /// The first value of a query, as text.
    package func value(_ sql: String) throws -> String? {
        let connection = try connect()
        defer { connection.close() }
        return try connection.value(sql)
    }

    /// Runs a script as the command-line client does, `DELIMITER` included, in UTF-8 and with warnings allowed.
    package func runScript(_ sql: String, schema: String) throws {
        let folder = try Places.newFolder("script")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try sql.write(toFile: folder + "/script.sql", atomically: false, encoding: .utf8)
        try Program.run(
            "mariadb",
            ["-h127.0.0.1", "-P\(port)", "--user=lutra", "--password=lutra"]
                + ["--default-character-set=utf8mb4", "--max-allowed-packet=64M", schema],
            input: folder + "/script.sql")
    }

    /// Drops and creates a schema.
    package func freshSchema(_ name: String) throws {
        try execute("DROP DATABASE IF EXISTS `\(name)`; CREATE DATABASE `\(name)` CHARACTER SET utf8mb4")
    }

    /// The end of the binlog as `FILE:OFFSET`.
    package func binlogEnd() throws -> String {
        let connection = try connect()
        defer { connection.close() }
        let status = flavor == .mysql ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS"
        guard let row = try connection.query(status).first, let file = row["File"], let offset = row["Position"] else {
            throw TestFailure("\(flavor) has no binlog")
        }
        return "\(file):\(offset)"
    }

    /// Kills it with SIGKILL.
    package func kill() throws { try Program.run(Places.repository + "/scripts/servers", ["kill", folder]) }

    /// Starts it again after `kill`, on the same port with the same data.
    package func restart(options: [String] = []) throws { _ = try Server.start(flavor, folder, options) }

    /// Ends it and removes its data.
    package func remove() throws { try Program.run(Places.repository + "/scripts/servers", ["wipe", folder]) }
}
