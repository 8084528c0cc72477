import Model
import MySQLClient
import Plan
import TestKit
import Testing

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
