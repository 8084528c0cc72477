import Model
import MySQLClient
import Plan
import TestKit
import Testing

/// What the tracker makes of a statement is what the server makes of it.
@Suite(.serialized) struct DDLTrackerServerTests {
    @Test(arguments: Flavor.available) func theTrackedDefinitionsAreTheServers(_ flavor: Flavor) throws {
        let connection = try TestServers.shared(flavor, .source).connect()
        defer { connection.close() }
        let schemas = """
            DROP DATABASE IF EXISTS ddl1; DROP DATABASE IF EXISTS ddl2; CREATE DATABASE ddl1; \
            CREATE DATABASE ddl2 CHARACTER SET latin2; USE ddl1; SET NAMES utf8mb4
            """
        try connection.execute(schemas)
        let context = StatementContext(
            defaultSchema: "ddl1", dialect: dialect(of: connection),
            serverCollation: try connection.value("SELECT @@collation_server"))
        let collation = try #require(try connection.value("SELECT @@collation_database"))
        var tracker = SchemaTracker(schemaCollations: ["ddl1": collation, "ddl2": "latin2_general_ci"])
        let reader = SchemaReader(connection)
        var run = 0
        for sql in DDLStatements.both + (flavor.isMySQL ? DDLStatements.mysql : DDLStatements.mariadb) {
            // Some statements are refused by one version or another: they are not logged either.
            guard try runs(sql, on: connection) else { continue }
            run += 1
            let outcome = tracker.apply(ParsedStatement.parse(sql, in: context))
            let real = try reader.definitions(schemas: ["ddl1", "ddl2"])
            if case .reread(let names) = outcome { for name in names { tracker[name] = real[name] } }
            for name in Set(real.keys).union(tracker.tables.keys).sorted() {
                let mine = comparable(tracker[name], to: real[name])
                #expect(mine == comparable(real[name], to: real[name]), "\(flavor): \(name) after \(sql)")
                tracker[name] = real[name]
            }
        }
        #expect(run > 100)
        try connection.execute("DROP DATABASE ddl1; DROP DATABASE ddl2")
    }

    /// The order of keys does not matter, and an engine that the statement does not name is the server's default.
    private func comparable(_ table: TableDefinition?, to real: TableDefinition?) -> TableDefinition? {
        guard var table else { return nil }
        table.uniqueKeys.sort { $0.name < $1.name }
        let isSame = table.engine == nil || table.engine?.lowercased() == real?.engine?.lowercased()
        if isSame { table.engine = real?.engine }
        return table
    }
}

/// Statements of one flavour run on the other once they are translated.
@Suite(.serialized) struct DDLTranslationServerTests {
    @Test(arguments: [(Flavor.mariadb, Flavor.mysql), (Flavor.mysql, Flavor.mariadb)])
    func createdTablesAreAcceptedByTheOtherFlavour(_ from: Flavor, _ to: Flavor) throws {
        guard from.isAvailable, to.isAvailable else { return }
        let source = try TestServers.shared(from, .source).connect()
        let target = try TestServers.shared(to, .target).connect()
        defer { source.close(); target.close() }
        let setup = """
            DROP DATABASE IF EXISTS tr; DROP DATABASE IF EXISTS tr_log; CREATE DATABASE tr; CREATE DATABASE tr_log; \
            USE tr; SET NAMES utf8mb4
            """
        try source.execute(setup)
        try target.execute(setup)
        let context = StatementContext(defaultSchema: "tr", dialect: dialect(of: source))
        var created: Set<TableName> = []
        for sql in DDLStatements.both + (from.isMySQL ? DDLStatements.mysql : DDLStatements.mariadb) {
            // MySQL has no unique key over a whole TEXT: such a table must be created by hand.
            if sql.contains("USING HASH") { continue }
            guard sql.hasPrefix("CREATE TABLE"), !sql.contains("ddl"), try runs(sql, on: source) else { continue }
            let parsed = ParsedStatement.parse(sql, in: context)
            guard case .createTable(let create) = parsed.statement, created.insert(create.name).inserted
            else { continue }
            let shown = try #require(try source.query("SHOW CREATE TABLE \(create.name.quoted)").first?.text(1))
            let translated = translateCreateTable(
                shown, from: parsed.context, to: dialect(of: target), newName: create.name)
            try expectRuns(translated.sql, on: target, because: shown)

            // The statement itself, as the log holds it.
            let rewriter = DDLRewriter(target: dialect(of: target)) { TableName("tr_log", $0.table) }
            guard case .apply(let ddl) = rewriter.rewrite(parsed) else {
                Issue.record("not applied: \(sql)")
                continue
            }
            for statement in ddl.statements { try expectRuns(statement, on: target, because: sql) }
        }
        #expect(created.count > 25)
        for connection in [source, target] { try connection.execute("DROP DATABASE tr; DROP DATABASE tr_log") }
    }

    private func expectRuns(_ sql: String, on connection: Connection, because original: String) throws {
        do {
            try connection.execute(sql)
        } catch let failure as StatementFailure where !failure.isConnectionLost {
            Issue.record("\(failure.message): \(sql)\nfrom \(original)")
        }
    }
}

/// How the server at the other end speaks.
func dialect(of connection: Connection) -> ServerDialect {
    let server = connection.server
    return ServerDialect(server.flavor == .mariadb ? .mariadb : .mysql, server.major, server.minor, server.patch)
}

/// Runs a statement; false when the server refuses it.
private func runs(_ sql: String, on connection: Connection) throws -> Bool {
    do {
        try connection.execute(sql)
        return true
    } catch let failure as StatementFailure where !failure.isConnectionLost {
        return false
    }
}
