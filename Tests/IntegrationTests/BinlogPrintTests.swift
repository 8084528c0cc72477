import Foundation
import MySQLClient
import TestKit
import Testing

/// One after the other: they change how their servers log.
@Suite("lutra binlog", .serialized)
enum BinlogSuites {}

extension BinlogSuites {
    /// What `lutra binlog print --format json` says is what the tables held: each script of `integration/binlog` runs
    /// statement by statement, and after each one the tables are read by SELECT and compared with what the printed rows
    /// make of them.
    @Suite("binlog print")
    struct BinlogPrintTests {
        /// How the server logs.
        struct Options: Sendable, CustomTestStringConvertible {
            var testDescription: String { "\(flavor) \(name)" }
            var flavor: Flavor
            var image = "FULL"
            var hasFullMetadata = true
            var hasChecksums = true
            var isCompressed = false
            var hasPartialJSON = false

            var name: String {
                "\(image.lowercased())-\(hasFullMetadata ? "names" : "plain")" + (hasChecksums ? "-crc" : "")
                    + (isCompressed ? "-compressed" : "") + (hasPartialJSON ? "-partial" : "")
            }

            /// Every value of each option, in few runs.
            static let all: [Options] = Flavor.available.flatMap { flavor in
                [
                    Options(flavor: flavor),
                    Options(
                        flavor: flavor, hasFullMetadata: false, hasChecksums: false, isCompressed: true,
                        hasPartialJSON: true),
                    Options(flavor: flavor, image: "MINIMAL", hasChecksums: false, hasPartialJSON: true),
                    Options(
                        flavor: flavor, image: "NOBLOB", hasFullMetadata: false, isCompressed: true,
                        hasPartialJSON: true),
                ]
            }

            var global: [String] {
                let plain = flavor == .mariadb ? "NO_LOG" : "MINIMAL"
                var statements = [
                    "SET GLOBAL binlog_row_metadata = '\(hasFullMetadata ? "FULL" : plain)'",
                    "SET GLOBAL binlog_checksum = '\(hasChecksums ? "CRC32" : "NONE")'",
                ]
                if flavor == .mariadb {
                    statements.append("SET GLOBAL log_bin_compress = \(isCompressed ? 1 : 0)")
                    statements.append("SET GLOBAL log_bin_compress_min_len = 10")
                }
                return statements + ["FLUSH BINARY LOGS"]
            }

            var session: [String] {
                var statements = [
                    "SET NAMES utf8mb4", "SET SESSION sql_mode = 'STRICT_ALL_TABLES'",
                    "SET SESSION time_zone = '+00:00'",
                    "SET SESSION binlog_row_image = '\(image)'",
                ]
                if flavor.isMySQL {
                    statements.append("SET SESSION binlog_transaction_compression = \(isCompressed ? 1 : 0)")
                    statements.append(
                        "SET SESSION binlog_row_value_options = '\(hasPartialJSON ? "PARTIAL_JSON" : "")'")
                }
                return statements
            }
        }

        @Test("prints what tables held", .timeLimit(.minutes(30)), arguments: Options.all)
        func printsWhatTablesHeld(_ options: Options) throws {
            let server = try TestServers.shared(options.flavor, .binlogTool)
            let connection = try server.connect()
            defer { connection.close() }
            for statement in options.global { try connection.execute(statement) }
            let start = try server.binlogEnd()
            let scripts = try LogScript.all(for: options.flavor)
            #expect(scripts.count >= 30)
            var histories: [TableHistory] = []
            for script in scripts {
                for statement in options.session { try connection.execute(statement) }
                histories.append(try script.run(on: connection))
            }
            let files = try logFiles(server, from: start)
            let program = try Program.lutra(
                ["binlog", "print", "--format", "json", "--start", start, "--operation", "insert,update,delete"] + files
            )
            try #expect(program.wait(seconds: 120) == .exit(0), "\(program.tail)")
            #expect(program.errors == "", "\(program.tail)")
            let rows = try program.output.split(separator: "\n").map { try PrintedRow(line: $0) }
            let bySchema = Dictionary(grouping: rows, by: \.schema)
            for history in histories {
                let differences = history.differences(from: bySchema[history.schema] ?? [])
                #expect(differences.isEmpty, "\(options.testDescription) \(history.schema): \(differences.prefix(3))")
            }
        }

        /// The server's files from a position on.
        private func logFiles(_ server: Server, from start: String) throws -> [String] {
            let first = start.prefix { $0 != ":" }
            return try server.connect().binlogFiles().map(\.name).drop { $0 != first }.map {
                server.dataFolder + "/" + $0
            }
        }
    }
}

/// One script: statements that each end with a line.
struct LogScript {
    let name: String
    let statements: [String]

    /// The scripts that a flavour can run. A first line `-- only: mysql mariadb` names those that can.
    static func all(for flavor: Flavor) throws -> [LogScript] {
        let folder = Places.repository + "/integration/binlog"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".sql") }.sorted()
        return try names.compactMap { file in
            var text = try String(contentsOfFile: folder + "/" + file, encoding: .utf8)
            if text.hasPrefix("-- only: ") {
                let end = text.firstIndex(of: "\n") ?? text.endIndex
                let only = text[..<end].split(separator: " ").dropFirst(2).map(String.init)
                guard only.contains(flavor.description) else { return nil }
                text = String(text[end...])
            }
            let statements = text.components(separatedBy: ";\n").map { $0.trimmingCharacters(in: .newlines) }
            return LogScript(name: String(file.dropLast(4)), statements: statements.filter { !$0.isEmpty })
        }
    }

    /// Runs the script in a schema of its own and notes what its tables hold after each statement.
    func run(on connection: Connection) throws -> TableHistory {
        let schema = "log_" + name.replacingOccurrences(of: "-", with: "_")
        try connection.execute("DROP DATABASE IF EXISTS `\(schema)`")
        try connection.execute("CREATE DATABASE `\(schema)` CHARACTER SET utf8mb4")
        try connection.execute("USE `\(schema)`")
        var history = TableHistory(schema: schema)
        var isInTransaction = false
        for statement in statements {
            do { try connection.execute(statement) } catch {
                throw TestFailure("\(name): \(error) in: \(statement.prefix(200))")
            }
            switch statement {
            case "BEGIN": isInTransaction = true
            case "COMMIT", "ROLLBACK": isInTransaction = false
            default: break
            }
            if isInTransaction { continue }
            let words = ["INSERT", "UPDATE", "DELETE", "REPLACE", "COMMIT", "ROLLBACK"]
            try history.note(
                connection, end: try LogPlace(endOf: connection),
                changesOnlyRows: words.contains { statement.hasPrefix($0) })
        }
        return history
    }
}
