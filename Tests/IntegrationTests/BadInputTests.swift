import Foundation
import TestKit
import Testing

/// Wrong input gives one clear error with its code and exit code, within seconds, and changes nothing on either side.
@Suite("Bad input")
struct BadInputTests {
    /// Arguments in which FROM, TO and PORT stand for the two servers, and what must come of them.
    struct Bad: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var arguments: [String]
        var specification: String?
        var code: String
        var exit: Int32

        init(_ name: String, _ arguments: String, specification: String? = nil, code: String, exit: Int32) {
            testDescription = name
            self.arguments = arguments.split(separator: " ").map(String.init)
            self.specification = specification
            self.code = code
            self.exit = exit
        }
    }

    static let all: [Bad] = [
        Bad("no arguments", "", code: "usage", exit: 2),
        Bad("wrong URL", "--from http://x --to TO --tables SCHEMA.*", code: "url-invalid", exit: 2),
        Bad("wrong port", "--from mysql://u@h:99999 --to TO --tables SCHEMA.*", code: "url-invalid", exit: 2),
        Bad(
            "wrong password", "--from mysql://lutra:wrong@127.0.0.1:PORT --to TO --tables SCHEMA.*",
            code: "access-denied", exit: 1),
        Bad(
            "nobody listens", "--from mysql://lutra:lutra@127.0.0.1:1 --to TO --tables SCHEMA.*",
            code: "unreachable", exit: 1),
        Bad(
            "unknown host", "--from mysql://lutra:lutra@no-such-host.invalid --to TO --tables SCHEMA.*",
            code: "unreachable", exit: 1),
        Bad("a pattern that is none", "--from FROM --to TO --tables nodot", code: "pattern-invalid", exit: 2),
        Bad("nothing matches", "--from FROM --to TO --tables nowhere.*", code: "no-table-matches", exit: 2),
        Bad(
            "a start point that is none", "--from FROM --to TO --tables SCHEMA.same --start yesterday",
            code: "usage", exit: 2),
        Bad(
            "a purged start position", "--from FROM --to TO --tables SCHEMA.same --start binlog.000001:4",
            code: "position-purged", exit: 1),
        Bad(
            "target table missing", "--from FROM --to TO --tables SCHEMA.only_source", code: "target-table-missing",
            exit: 4),
        Bad(
            "target column missing", "--from FROM --to TO --tables SCHEMA.narrow", code: "target-column-missing",
            exit: 4),
        Bad("no such file", "no-such-file.yaml", code: "file-unreadable", exit: 2),
        Bad(
            "unknown key", "SPEC", specification: "channel: x\nsites: {}\ncolour: red\n", code: "spec-unknown-key",
            exit: 2),
        Bad("not YAML", "SPEC", specification: "channel: [x\n", code: "spec-invalid", exit: 2),
    ]

    @Test("bad input", arguments: all)
    func refuses(_ bad: Bad) throws {
        let servers = try BadInputServers.shared
        let folder = try Places.newFolder("bad")
        try bad.specification?.write(toFile: folder + "/spec.yaml", atomically: true, encoding: .utf8)
        let arguments = bad.arguments.map { word in
            word.replacingOccurrences(of: "FROM", with: servers.source.url)
                .replacingOccurrences(of: "TO", with: servers.target.url)
                .replacingOccurrences(of: "PORT", with: String(servers.source.port))
                .replacingOccurrences(of: "SCHEMA", with: BadInputServers.schema)
                .replacingOccurrences(of: "SPEC", with: folder + "/spec.yaml")
        }
        let state = bad.arguments.isEmpty ? [] : ["--state", folder + "/state"]
        let program = try Program.lutra(["sync"] + arguments + state)
        try #expect(program.wait(seconds: 180) == .exit(bad.exit), "\(program.tail)")
        #expect(program.errors.contains("lutra: error \(bad.code): "), "\(program.tail)")
        #expect(!program.errors.contains(":lutra@") && !program.errors.contains(":wrong@"))
        if bad.code == "spec-unknown-key" { #expect(program.errors.contains("line 3"), "\(program.tail)") }
        try servers.checkUnchanged()
    }

    @Test("a source without binlog", .timeLimit(.minutes(30)))
    func withoutBinlog() throws {
        try refusesSource(options: ["--skip-log-bin"], code: "binlog-off")
    }

    @Test("a source that logs statements", .timeLimit(.minutes(30)))
    func statementFormat() throws {
        try refusesSource(options: ["--binlog-format=STATEMENT"], code: "binlog-not-row")
    }

    @Test("a state directory of another channel", .timeLimit(.minutes(30)))
    func stateOfAnotherChannel() throws {
        let (source, target) = try freshPair(targetType: "int")
        defer { for server in [source, target] { try? server.remove() } }
        let state = try Places.newFolder("state")
        let arguments = [
            "sync", "--from", source.url, "--to", target.url, "--tables", "\(BadInputServers.schema).same",
            "--state", state, "--until-caught-up",
        ]
        let first = try Program.lutra(arguments + ["--channel", "first"])
        try #expect(first.wait(seconds: 180) == .exit(0), "\(first.tail)")
        let before = try [source, target].map(serverChecksum)
        let files = try contents(of: state)
        let second = try Program.lutra(arguments + ["--channel", "second"])
        try #expect(second.wait(seconds: 180) == .exit(2), "\(second.tail)")
        #expect(second.errors.contains("lutra: error state-of-another-channel: "), "\(second.tail)")
        try #expect([source, target].map(serverChecksum) == before)
        try #expect(contents(of: state) == files)
    }

    @Test("a value that the target refuses", .timeLimit(.minutes(30)))
    func valueRefused() throws {
        let (source, target) = try freshPair(targetType: "tinyint")
        defer { for server in [source, target] { try? server.remove() } }
        let table = "\(BadInputServers.schema).same"
        let arguments = [
            "sync", "--from", source.url, "--to", target.url, "--tables", table,
            "--state", try Places.newFolder("state"), "--until-caught-up",
        ]
        let first = try Program.lutra(arguments)
        try #expect(first.wait(seconds: 180) == .exit(0), "\(first.tail)")
        // Of a transaction with one such value, nothing is applied.
        try source.execute("BEGIN; INSERT INTO \(table) VALUES (2, 2); INSERT INTO \(table) VALUES (3, 4711); COMMIT")
        let place = "SELECT CONCAT_WS(' ', binlog_file, binlog_offset, gtids) FROM retl.lutra_checkpoint"
        let rows = "SELECT GROUP_CONCAT(id, '=', v) FROM \(table)"
        let before = try [source.value("CHECKSUM TABLE \(table)"), target.value(rows), target.value(place)]
        let second = try Program.lutra(arguments)
        try #expect(second.wait(seconds: 180) == .exit(1), "\(second.tail)")
        #expect(second.errors.contains("lutra: error value-refused: "), "\(second.tail)")
        for word in [table, "column", "type", "tinyint", "4711"] {
            #expect(second.errors.contains(word), "\(word): \(second.tail)")
        }
        let after = try [source.value("CHECKSUM TABLE \(table)"), target.value(rows), target.value(place)]
        #expect(after == before && before[1] == "1=1")
    }

    /// Two servers with the same row in a table whose value has another type on the target.
    private func freshPair(targetType: String) throws -> (Server, Server) {
        let pair = (try Server(.mariadb, name: "pair-source"), try Server(.mariadb, name: "pair-target"))
        for (server, type) in [(pair.0, "int"), (pair.1, targetType)] {
            try server.freshSchema(BadInputServers.schema)
            try server.execute(
                """
                CREATE TABLE \(BadInputServers.schema).same (id int PRIMARY KEY, v \(type));
                INSERT INTO \(BadInputServers.schema).same VALUES (1, 1)
                """)
        }
        return pair
    }

    /// The files of a folder with what they hold.
    private func contents(of folder: String) throws -> [String: Data?] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        return Dictionary(
            uniqueKeysWithValues: names.map { ($0, FileManager.default.contents(atPath: "\(folder)/\($0)")) })
    }

    private func refusesSource(options: [String], code: String) throws {
        let servers = try BadInputServers.shared
        let source = try Server(.mariadb, name: "odd-source", options: options)
        defer { try? source.remove() }
        try source.freshSchema(BadInputServers.schema)
        try source.execute("CREATE TABLE \(BadInputServers.schema).same (id int PRIMARY KEY, v int)")
        let before = try serverChecksum(source)
        let program = try Program.lutra([
            "sync", "--from", source.url, "--to", servers.target.url, "--tables", "\(BadInputServers.schema).same",
            "--state", try Places.newFolder("state"),
        ])
        try #expect(program.wait(seconds: 180) == .exit(4), "\(program.tail)")
        #expect(program.errors.contains("lutra: error \(code): "), "\(program.tail)")
        try #expect(serverChecksum(source) == before)
        try servers.checkUnchanged()
    }
}

/// Two servers of their own, since their whole state is compared.
private final class BadInputServers: Sendable {
    static let schema = "bad_input"
    private static let result = Result { try BadInputServers() }
    static var shared: BadInputServers { get throws { try result.get() } }

    let source: Server
    let target: Server
    private let before: [String]

    private init() throws {
        source = try Server(.mariadb, name: "bad-source")
        target = try Server(.mariadb, name: "bad-target")
        for server in [source, target] {
            try server.freshSchema(Self.schema)
            try server.execute("CREATE TABLE \(Self.schema).same (id int PRIMARY KEY, v int)")
            try server.execute("INSERT INTO \(Self.schema).same VALUES (1, 1)")
        }
        try source.execute(
            """
            CREATE TABLE \(Self.schema).only_source (id int PRIMARY KEY);
            CREATE TABLE \(Self.schema).narrow (id int PRIMARY KEY, v int);
            FLUSH BINARY LOGS; FLUSH BINARY LOGS; PURGE BINARY LOGS TO 'binlog.000003'
            """)
        try target.execute("CREATE TABLE \(Self.schema).narrow (id int PRIMARY KEY)")
        before = try [source, target].map(serverChecksum)
    }

    func checkUnchanged() throws {
        try #expect([source, target].map(serverChecksum) == before)
    }
}
