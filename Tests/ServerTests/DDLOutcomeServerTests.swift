import Model
import MySQLClient
import Plan
import TestKit
import Testing

/// A statement that was applied before, as after a crash between the target's DDL and the checkpoint, is seen to be.
@Suite(.serialized) struct DDLOutcomeServerTests {
    private struct Case {
        var setup = ""
        var sql: String
        var expected: DDLOutcome
        /// Where only one flavour has the statement.
        var flavor: Flavor?
    }

    private static let base = """
        DROP TABLE IF EXISTS c, d, t, p; CREATE TABLE p (id INT PRIMARY KEY); \
        CREATE TABLE t (id INT NOT NULL, a INT, b INT, KEY ka (a)); CREATE TABLE d (id INT)
        """

    private static let move = DDLOutcome.alreadyTrueIfMoved(
        from: TableName("outcome", "d"), to: TableName("outcome", "c"))

    private static let cases: [Case] = [
        Case(sql: "CREATE TABLE c (a INT)", expected: .alreadyTrue),
        Case(sql: "DROP TABLE d", expected: .alreadyTrue),
        Case(sql: "RENAME TABLE d TO c", expected: move),
        Case(sql: "ALTER TABLE d RENAME TO c", expected: move),
        Case(sql: "CREATE INDEX i ON t (a, b)", expected: .alreadyTrue),
        Case(sql: "CREATE UNIQUE INDEX i ON t (b)", expected: .alreadyTrue),
        Case(sql: "DROP INDEX ka ON t", expected: .alreadyTrue),
        Case(sql: "ALTER TABLE t ADD n INT", expected: .alreadyTrue),
        Case(sql: "ALTER TABLE t ADD (n INT, m INT)", expected: .splitAndRetry),
        Case(sql: "ALTER TABLE t DROP a", expected: .alreadyTrue),
        Case(sql: "ALTER TABLE t CHANGE a n BIGINT", expected: .alreadyTrueIfColumnExists("n")),
        Case(sql: "ALTER TABLE t RENAME COLUMN a TO n", expected: .alreadyTrueIfColumnExists("n")),
        Case(sql: "ALTER TABLE t ADD PRIMARY KEY (id)", expected: .alreadyTrue),
        Case(sql: "ALTER TABLE t ADD UNIQUE KEY u (b)", expected: .alreadyTrue),
        Case(sql: "ALTER TABLE t ADD KEY k (b)", expected: .alreadyTrue),
        Case(sql: "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)", expected: .alreadyTrue),
        Case(sql: "ALTER TABLE t ADD CONSTRAINT ck CHECK (a > 0)", expected: .alreadyTrue),
        Case(
            setup: "ALTER TABLE t ADD PRIMARY KEY (id)", sql: "ALTER TABLE t DROP PRIMARY KEY",
            expected: .alreadyTrue),
        Case(sql: "ALTER TABLE t DROP KEY ka", expected: .alreadyTrue),
        Case(
            setup: "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)",
            sql: "ALTER TABLE t DROP FOREIGN KEY f", expected: .alreadyTrue),
        Case(
            setup: "ALTER TABLE t ADD CONSTRAINT ck CHECK (a > 0)", sql: "ALTER TABLE t DROP CONSTRAINT ck",
            expected: .alreadyTrue),
        Case(
            setup: "ALTER TABLE t ADD CONSTRAINT ck CHECK (a > 0)", sql: "ALTER TABLE t DROP CHECK ck",
            expected: .alreadyTrue, flavor: .mysql),
        Case(sql: "ALTER TABLE t RENAME INDEX ka TO kb", expected: .alreadyTrue),
        Case(sql: "ALTER TABLE t ADD n INT, DROP a, ADD KEY k (b)", expected: .splitAndRetry),
        Case(sql: "ALTER TABLE t DROP a, DROP KEY ka, RENAME COLUMN b TO n", expected: .splitAndRetry),
        Case(
            sql: "ALTER TABLE t CHANGE a n INT, ADD PRIMARY KEY (id), ADD CONSTRAINT ck CHECK (b > 0)",
            expected: .splitAndRetry),
        Case(
            sql: "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id), ADD n INT",
            expected: .splitAndRetry),
    ]

    @Test(arguments: Flavor.available) func theSecondRunIsSeenToBeDone(_ flavor: Flavor) throws {
        let connection = try TestServers.shared(flavor, .target).connect()
        defer { connection.close() }
        try connection.execute("DROP DATABASE IF EXISTS outcome; CREATE DATABASE outcome; USE outcome")
        let context = StatementContext(defaultSchema: "outcome", dialect: dialect(of: connection))
        for test in Self.cases where test.flavor == nil || test.flavor == flavor {
            try connection.execute(Self.base)
            if !test.setup.isEmpty { try connection.execute(test.setup) }
            #expect(try failure(of: test.sql, on: connection) == nil, "\(flavor): \(test.sql)")
            let before = try SchemaReader(connection).definitions(schemas: ["outcome"])
            let parsed = ParsedStatement.parse(test.sql, in: context)
            let failure = try #require(try failure(of: test.sql, on: connection), "\(flavor): \(test.sql)")
            let outcome = judged(failure, parsed)
            #expect(outcome == test.expected, "\(flavor): \(failure) for \(test.sql)")
            if outcome == .splitAndRetry { try expectDone(parsed.splitAlter(), context, connection) }
            #expect(try SchemaReader(connection).definitions(schemas: ["outcome"]) == before, "\(flavor): \(test.sql)")
        }
        try connection.execute("DROP DATABASE outcome")
    }

    /// Each clause by itself is judged as done.
    private func expectDone(_ clauses: [String], _ context: StatementContext, _ connection: Connection) throws {
        #expect(clauses.count > 1)
        for sql in clauses {
            let failure = try #require(try failure(of: sql, on: connection), "\(sql)")
            let outcome = judged(failure, ParsedStatement.parse(sql, in: context))
            #expect(outcome != .failed && outcome != .splitAndRetry, "\(failure) for \(sql)")
        }
    }

    @Test(arguments: Flavor.available) func whatIsDoneInPartIsFinished(_ flavor: Flavor) throws {
        let connection = try TestServers.shared(flavor, .target).connect()
        defer { connection.close() }
        try connection.execute("DROP DATABASE IF EXISTS outcome; CREATE DATABASE outcome; USE outcome")
        try connection.execute(Self.base)
        try connection.execute("ALTER TABLE t ADD n INT")
        let context = StatementContext(defaultSchema: "outcome", dialect: dialect(of: connection))
        let parsed = ParsedStatement.parse("ALTER TABLE t ADD n INT, DROP a, ADD UNIQUE KEY u (b)", in: context)
        let failure = try #require(try failure(of: String(decoding: parsed.sql, as: UTF8.self), on: connection))
        #expect(judged(failure, parsed) == .splitAndRetry)
        var failures = 0
        for sql in parsed.splitAlter() where try self.failure(of: sql, on: connection) != nil { failures += 1 }
        #expect(failures == 1)
        let table = try #require(try SchemaReader(connection).definition(of: TableName("outcome", "t")))
        #expect(table.columns.map(\.name) == ["id", "b", "n"])
        #expect(table.uniqueKeys.map(\.name) == ["u"])
        try connection.execute("DROP DATABASE outcome")
    }

    private func judged(_ failure: StatementFailure, _ parsed: ParsedStatement) -> DDLOutcome {
        DDLOutcome.judging(failure.number, message: failure.message, for: parsed.statement)
    }

    private func failure(of sql: String, on connection: Connection) throws -> StatementFailure? {
        do {
            try connection.execute(sql)
            return nil
        } catch let failure as StatementFailure where !failure.isConnectionLost {
            return failure
        }
    }
}
