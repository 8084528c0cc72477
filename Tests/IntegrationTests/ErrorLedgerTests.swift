import Foundation
import TestKit
import Testing

/// A change that was skipped is kept, can be tried again once its cause is mended, and can be given up.
@Suite("Error ledger")
struct ErrorLedgerTests {
    @Test("skipped, listed, shown, retried, discarded", arguments: [Flavor.mariadb, .mysql])
    func ledger(flavor: Flavor) throws {
        let schema = "ledger_\(flavor)"
        let (source, target) = try sides(flavor, schema)
        try source.execute("CREATE TABLE \(schema).t (id int PRIMARY KEY, v varchar(20), b varbinary(8))")
        try target.execute("CREATE TABLE \(schema).t (id int PRIMARY KEY, v varchar(3), b varbinary(8))")
        let start = try source.binlogEnd()
        try source.execute(
            "INSERT INTO \(schema).t VALUES (1, 'ok', x'00'), (2, 'it''s long', x'00ff27'), (3, 'öäüß', '')"
        )
        let program = try Program.lutra([
            "sync", "--channel", schema, "--from", source.url, "--to", target.url, "--tables", "\(schema).*",
            "--start", start, "--until-caught-up", "--on-error", "value=skip", "--state", try Places.newFolder("state"),
        ])
        try #expect(program.wait() == .exit(0), "\(program.tail)")
        #expect(program.errors.contains("row-skipped"), "\(program.tail)")

        let ids = try open(target, schema)
        try #require(ids.count == 2)
        let shown = try errors("show", target, [ids[0]])
        #expect(shown.output.contains("\(schema).t") && shown.output.contains("id=2"), "\(shown.tail)")
        #expect(shown.output.contains("after_image") && shown.output.contains("Data too long"), "\(shown.tail)")

        let early = try errors("retry", target, [ids[0]])
        #expect(early.poll() == .exit(1) && early.output.contains("refused again"), "\(early.tail)")
        try target.execute("ALTER TABLE \(schema).t MODIFY v varchar(20)")
        let retried = try errors("retry", target, [ids[0]])
        #expect(retried.poll() == .exit(0) && retried.output.contains("applied"), "\(retried.tail)")
        let hex = try target.value("SELECT CONCAT(v, ' ', HEX(b)) FROM \(schema).t WHERE id = 2")
        #expect(hex == "it's long 00FF27")
        let twice = try errors("retry", target, [ids[0]])
        #expect(twice.poll() == .exit(1) && twice.output.contains("is not open"), "\(twice.tail)")

        let discarded = try errors("discard", target, ["--all", "--channel", schema])
        #expect(discarded.poll() == .exit(0), "\(discarded.tail)")
        #expect(try open(target, schema).isEmpty)
        let settled = try errors("list", target, ["--channel", schema, "--settled", "--json"])
        #expect(settled.output.contains(#""state":"retried""#) && settled.output.contains(#""state":"discarded""#))
        let unknown = try errors("show", target, ["999999999"])
        #expect(unknown.poll() == .exit(2) && unknown.errors.contains("there is no such entry"), "\(unknown.tail)")
    }

    @Test("a target that has none", arguments: [Flavor.mariadb, .mysql])
    func noLedger(flavor: Flavor) throws {
        let target = try Server(flavor, name: "no-ledger")
        defer { try? target.remove() }
        let listed = try errors("list", target, [])
        #expect(listed.poll() == .exit(0) && listed.output == "no open entries\n", "\(listed.tail)")
        for command in ["retry", "discard"] {
            let program = try errors(command, target, ["1"])
            #expect(program.poll() == .exit(1) && program.output.contains("1  is not open"), "\(program.tail)")
        }
    }

    @Test("a user who may not read it", arguments: [Flavor.mariadb, .mysql])
    func noRight(flavor: Flavor) throws {
        let target = try TestServers.shared(flavor, .target)
        try target.execute("DROP USER IF EXISTS ledger_poor; CREATE USER ledger_poor IDENTIFIED BY 'poor'")
        let program = try Program.lutra([
            "errors", "list", target.url.replacingOccurrences(of: "lutra:lutra@", with: "ledger_poor:poor@"),
        ])
        try #expect(program.wait() == .exit(1), "\(program.tail)")
        #expect(program.errors.contains("lutra: error access-denied: the error ledger"), "\(program.tail)")
    }

    /// A row that is there is overwritten and told; where another row has its unique key nothing is, and only that is
    /// told.
    @Test("overwritten or refused", arguments: [Flavor.mariadb, .mysql])
    func overwrittenOrRefused(flavor: Flavor) throws {
        let schema = "overwritten_\(flavor)"
        let (source, target) = try sides(flavor, schema)
        try source.execute("CREATE TABLE \(schema).t (id int PRIMARY KEY, name varchar(9))")
        try target.execute(
            """
            CREATE TABLE \(schema).t (id int PRIMARY KEY, name varchar(9) UNIQUE); \
            INSERT INTO \(schema).t VALUES (1, 'old'), (2, 'two'), (77, 'eve')
            """)
        /// One lane, so that what is one statement here is one there.
        func sync(insert rows: String) throws -> Program {
            let start = try source.binlogEnd()
            try source.execute("INSERT INTO \(schema).t VALUES \(rows)")
            let program = try Program.lutra([
                "sync", "--channel", schema, "--from", source.url, "--to", target.url, "--tables", "\(schema).*",
                "--start", start, "--until-caught-up", "--lanes", "1", "--state", try Places.newFolder("state"),
            ])
            try program.wait()
            return program
        }
        let first = try sync(insert: "(1, 'new')")
        #expect(first.poll() == .exit(0) && first.errors.contains("row-overwritten"), "\(first.tail)")
        #expect(try target.value("SELECT name FROM \(schema).t WHERE id = 1") == "new")

        let second = try sync(insert: "(2, 'other'), (11, 'eve')")
        #expect(second.poll() == .exit(1) && second.errors.contains("row-refused"), "\(second.tail)")
        #expect(!second.errors.contains("row-overwritten"), "\(second.tail)")
        let rows = try target.value("SELECT GROUP_CONCAT(id, name ORDER BY id) FROM \(schema).t")
        #expect(rows == "1new,2two,77eve")
    }

    /// Both servers, with an empty schema.
    private func sides(_ flavor: Flavor, _ schema: String) throws -> (source: Server, target: Server) {
        let sides = (source: try TestServers.shared(flavor, .source), target: try TestServers.shared(flavor, .target))
        for server in [sides.source, sides.target] { try server.freshSchema(schema) }
        return sides
    }

    private func open(_ target: Server, _ schema: String) throws -> [String] {
        let listed = try errors("list", target, ["--channel", schema])
        #expect(listed.poll() == .exit(0), "\(listed.tail)")
        return listed.output.split(separator: "\n").filter { !$0.hasPrefix("no open") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
    }

    private func errors(_ command: String, _ target: Server, _ more: [String]) throws -> Program {
        let program = try Program.lutra(["errors", command, target.url] + more)
        try program.wait()
        return program
    }
}
