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
        try #expect(program.wait(seconds: 30) == .exit(bad.exit), "\(program.tail)")
        #expect(program.errors.contains("lutra: error \(bad.code): "), "\(program.tail)")
        #expect(!program.errors.contains(":lutra@") && !program.errors.contains(":wrong@"))
        if bad.code == "spec-unknown-key" { #expect(program.errors.contains("line 3"), "\(program.tail)") }
        try servers.checkUnchanged()
    }

    @Test("a source without binlog", .timeLimit(.minutes(2)))
    func withoutBinlog() throws {
        try refusesSource(options: ["--skip-log-bin"], code: "binlog-off")
    }

    @Test("a source that logs statements", .timeLimit(.minutes(2)))
    func statementFormat() throws {
        try refusesSource(options: ["--binlog-format=STATEMENT"], code: "binlog-not-row")
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
        try #expect(program.wait(seconds: 30) == .exit(4), "\(program.tail)")
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
