import Model
import Plan
import Testing

private let dialect = ServerDialect(.mysql, 9, 7, 4)
private let selection = ColumnSelection(exclude: ["gone", "lost"], rename: ["old": "new", "a": "a b"])

private func outcome(_ sql: String, _ columns: ColumnSelection = selection) -> RewriteOutcome {
    let parsed = ParsedStatement.parse(sql, in: StatementContext(defaultSchema: "d", dialect: dialect))
    let rewriter = DDLRewriter(
        target: dialect, map: { TableName("t", $0.table) },
        columns: { $0.table == "free" ? ColumnSelection() : columns })
    return rewriter.rewrite(parsed)
}

/// What stands behind the table's name.
private func rest(_ sql: String, _ columns: ColumnSelection = selection) -> String? {
    guard case .apply(let ddl) = outcome(sql, columns), let text = ddl.statements.last else { return nil }
    return text.firstRange(of: "`t`.`x` ").map { String(text[$0.upperBound...]) }
}

private func isRefused(_ sql: String) -> Bool {
    if case .refused = outcome(sql) { true } else { false }
}

/// A mapping's column list is applied to DDL.
@Suite struct DDLColumnTests {
    @Test(arguments: [
        ("ADD old INT", "ADD `new` INT"),
        ("ADD COLUMN OLD INT DEFAULT 1 FIRST", "ADD COLUMN `new` INT DEFAULT 1 FIRST"),
        ("ADD b INT AFTER old", "ADD b INT AFTER `new`"),
        ("ADD b INT AFTER gone, ADD gone INT", "ADD b INT "),
        ("ADD gone INT, ADD b INT, DROP lost", "ADD b INT"),
        ("ADD (gone INT, old DECIMAL(5, 2), b INT, KEY (gone))", "ADD (`new` DECIMAL(5, 2), b INT)"),
        ("DROP old, DROP COLUMN gone", "DROP `new`"),
        ("DROP COLUMN old", "DROP COLUMN `new`"),
        ("MODIFY old BIGINT AFTER lost", "MODIFY `new` BIGINT "),
        ("CHANGE old old BIGINT", "CHANGE `new` `new` BIGINT"),
        ("CHANGE `old` b ENUM('old', 'a') AFTER a", "CHANGE `new` b ENUM('old', 'a') AFTER `a b`"),
        ("RENAME COLUMN old TO b, RENAME COLUMN c TO a", "RENAME COLUMN `new` TO `b`, RENAME COLUMN `c` TO `a b`"),
        ("ALTER old SET DEFAULT 5, ALTER COLUMN gone DROP DEFAULT", "ALTER `new` SET DEFAULT 5"),
        ("ADD UNIQUE KEY old (old(3) DESC, b)", "ADD UNIQUE KEY old (`new`(3) DESC, b)"),
        ("ADD KEY k (gone), ADD KEY l ((old + 1))", "ADD KEY l ((`new` + 1))"),
        (
            "ADD CONSTRAINT f FOREIGN KEY (old) REFERENCES free (old)",
            "ADD CONSTRAINT f FOREIGN KEY (`new`) REFERENCES `t`.`free` (old)"
        ),
        ("ADD g INT AS (old * 2 + abs(b)) STORED", "ADD g INT AS (`new` * 2 + abs(b)) STORED"),
        ("ADD CHECK (old > 0 AND gone > 0), ADD CHECK (old > 'old')", "ADD CHECK (`new` > 'old')"),
        ("PARTITION BY HASH (old) PARTITIONS 4", "PARTITION BY HASH (`new`) PARTITIONS 4"),
        ("COMMENT 'old gone', ORDER BY gone", "COMMENT 'old gone'"),
        (
            "ADD IF NOT EXISTS old INT, ENGINE=InnoDB, LOCK=NONE, DROP gone",
            "ADD IF NOT EXISTS `new` INT, ENGINE=InnoDB"
        ),
    ])
    func clauses(_ source: String, _ expected: String) {
        #expect(rest("ALTER TABLE x " + source) == expected)
    }

    @Test(arguments: [
        "ALTER TABLE x DROP gone", "ALTER TABLE x ADD gone INT, LOCK=NONE", "ALTER TABLE x ADD (gone INT, lost INT)",
        "ALTER TABLE x MODIFY gone INT FIRST", "ALTER TABLE x CHANGE gone lost INT", "ALTER TABLE x ADD KEY (gone)",
        "ALTER TABLE x RENAME COLUMN gone TO lost", "ALTER TABLE x RENAME COLUMN old TO `new`",
        "CREATE INDEX i ON x (b, gone)", "ALTER TABLE x ADD FOREIGN KEY (gone) REFERENCES free (id)",
        "ALTER TABLE x ALTER gone SET INVISIBLE",
    ])
    func nothingIsLeft(_ sql: String) {
        #expect(outcome(sql) == .nothing)
    }

    @Test(arguments: [
        "ALTER TABLE x CHANGE gone b INT", "ALTER TABLE x RENAME COLUMN b TO gone",
        "ALTER TABLE x ADD g INT AS (gone + 1)", "ALTER TABLE x PARTITION BY HASH (gone)",
        "CREATE TABLE x (gone INT, lost INT)", "CREATE TABLE x (b INT, c INT AS (gone) VIRTUAL, gone INT)",
    ])
    func refused(_ sql: String) {
        #expect(isRefused(sql))
    }

    @Test func createTable() {
        #expect(
            rest(
                """
                CREATE TABLE x (id INT PRIMARY KEY, gone TEXT, old INT COMMENT 'gone', `lost` INT, \
                KEY k (old), KEY l (gone(9), old), CHECK (old > 1), b INT DEFAULT (abs(old))) \
                PARTITION BY HASH (id)
                """)
                    == """
                    (id INT PRIMARY KEY, `new` INT COMMENT 'gone', KEY k (`new`), CHECK (`new` > 1), \
                    b INT DEFAULT (abs(`new`))) PARTITION BY HASH (id)
                    """)
        #expect(rest("CREATE TABLE x (gone INT, lost INT, b INT)") == "(b INT)")
        let index = "CREATE UNIQUE INDEX old ON x (old(4), b)"
        #expect(rest(index) == "(`new`(4), b)")
    }

    @Test func whatAKeyLosesIsNoted() {
        guard case .apply(let ddl) = outcome("CREATE TABLE x (gone INT, b INT, PRIMARY KEY (gone))") else {
            Issue.record("not applied")
            return
        }
        #expect(ddl.statements == ["CREATE TABLE `t`.`x` (b INT)"])
        #expect(ddl.notes.count == 1 && ddl.notes[0].contains("PRIMARY KEY (gone)"))
    }

    @Test func onlyTheColumnsOfAnIncludeListTravel() {
        let list = ColumnSelection(include: ["id", "b"], rename: ["b": "c"])
        #expect(rest("CREATE TABLE x (id INT, b INT, z INT, KEY (z), KEY (b))", list) == "(id INT, `c` INT, KEY (`c`))")
        #expect(outcome("ALTER TABLE x ADD z INT", list) == .nothing)
        let check = "ALTER TABLE x ADD CHECK (b IS NOT NULL AND id > 0)"
        #expect(rest(check, list) == "ADD CHECK (`c` IS NOT NULL AND id > 0)")
    }
}
