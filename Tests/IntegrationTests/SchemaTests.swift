import Foundation
import MySQLClient
import TestKit
import Testing

/// Rows are read by the definition of their time, however far Lutra lags and on whichever machine it goes on.
@Suite("Schema at a position")
struct SchemaTests {
    struct Setup: Sendable, CustomStringConvertible {
        var pair: FlavorPair
        var isFull: Bool
        var description: String { "\(pair) \(isFull ? "FULL" : "least metadata")" }

        static let all: [Setup] = FlavorPair.all.filter { $0.source != .mysql80 && $0.target != .mysql80 }
            .flatMap { pair in
                [false, true].filter { !$0 || pair.source != pair.target }.map { Setup(pair: pair, isFull: $0) }
            }
    }

    private static let schema = "random_ddl"

    @Test("Random DDL and DML while Lutra lags and is killed", .timeLimit(.minutes(30)), arguments: Setup.all)
    func randomStatements(_ setup: Setup) throws {
        let metadata = setup.pair.source == .mariadb ? "NO_LOG" : "MINIMAL"
        let name = "random-\(setup.pair.source)-\(setup.pair.target)-\(setup.isFull)"
        let source = try Server(
            setup.pair.source, name: name + "-source",
            options: ["--binlog-row-metadata=\(setup.isFull ? "FULL" : metadata)"])
        let target = try Server(setup.pair.target, name: name + "-target")
        var random = RandomDDL(schema: Self.schema, seed: setup.isFull ? 9_173 : 20_261)
        let creation = random.creation().joined(separator: ";\n")
        for server in [source, target] {
            try server.freshSchema(Self.schema)
            try server.runScript(creation, schema: Self.schema)
        }
        var moments = SeededRandom(seed: 4)
        try Self.catchUp(source, target)
        for round in 0..<2 {
            let statements = (0..<150).map { _ in random.statement() }
            try source.runScript(statements.joined(separator: ";\n"), schema: Self.schema)
            // Killed between a statement, what is noted of it, and the checkpoint, or anywhere else.
            for _ in 0..<3 {
                let program = try Self.start(source, target, [])
                _ = waitUntil(seconds: Double(moments.next() % 1_500) / 1_000) { program.poll() != nil }
                program.signal(SIGKILL)
                try #require(try program.wait(seconds: 180) == .signal(SIGKILL), "\(program.tail)")
            }
            try Self.catchUp(source, target)
            try Self.expectEqual(source, target, "\(setup), round \(round)")
        }
    }

    @Test("Definitions on the target that cannot be read are told", .timeLimit(.minutes(30)))
    func corruptDefinitions() throws {
        let source = try Server(.mariadb, name: "corrupt-source")
        let target = try Server(.mariadb, name: "corrupt-target")
        for server in [source, target] {
            try server.freshSchema(Self.schema)
            try server.execute("CREATE TABLE \(Self.schema).t (id int PRIMARY KEY)")
        }
        try Self.catchUp(source, target)
        try target.execute("UPDATE retl.lutra_schema SET definition = LEFT(definition, 40) WHERE table_name = 't'")
        let program = try Self.start(source, target, ["--until-caught-up"])
        try #expect(program.wait(seconds: 180) == .exit(1), "\(program.tail)")
        #expect(program.errors.contains("lutra: error checkpoint-invalid: "), "\(program.tail)")
    }

    /// Each run has a state directory of its own: what a run needs of earlier ones is on the target.
    private static func start(_ source: Server, _ target: Server, _ more: [String]) throws -> Program {
        try Program.lutra(
            [
                "sync", "--channel", "random", "--from", source.url, "--to", target.url, "--tables", "\(schema).*",
                "--state", try Places.newFolder("state"),
            ] + more)
    }

    private static func catchUp(_ source: Server, _ target: Server) throws {
        let program = try start(source, target, ["--until-caught-up"])
        try #require(try program.wait(seconds: 240) == .exit(0), "\(program.tail)")
    }

    private static func expectEqual(_ source: Server, _ target: Server, _ place: String) throws {
        let (from, to) = (try source.connect(), try target.connect())
        let names = try tableNames(from, schema)
        try #expect(names == tableNames(to, schema), "\(place)")
        for table in names {
            let tables = TableComparison(source: (schema, table), target: (schema, table))
            let difference = try tables.difference(from, to)
            #expect(difference == nil, "\(place): \(difference ?? "")")
        }
    }
}
