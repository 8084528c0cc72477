import Model
import Plan
import Testing

private let x = TableName("d", "x")

private struct Followed {
    var tracker = SchemaTracker(schemaCollations: ["d": "utf8mb4_general_ci"])
    var dialect = ServerDialect(.mariadb, 10, 11, 14)

    @discardableResult
    mutating func run(_ sql: String) -> SchemaTracker.Outcome {
        tracker.apply(ParsedStatement.parse(sql, in: StatementContext(defaultSchema: "d", dialect: dialect)))
    }

    var columns: [String] { tracker[x]?.columns.map(\.name) ?? [] }
    var types: [String] { tracker[x]?.columns.map(\.fullType) ?? [] }
    var keys: [String] {
        tracker[x]?.uniqueKeys.map { $0.name + ":" + $0.columns.map { $0 ?? "?" }.joined(separator: ",") } ?? []
    }
}

@Suite struct DDLSchemaTrackerTests {
    @Test func typesPrintAsEachServerPrintsThem() {
        let sql =
            "CREATE TABLE x (a INTEGER UNSIGNED, b BOOL, c DEC(5), d YEAR, e FLOAT(30), f TEXT(40), g JSON, "
            + "h INT ZEROFILL)"
        var maria = Followed()
        #expect(maria.run(sql) == .changed([x]))
        #expect(
            maria.types == [
                "int(10) unsigned", "tinyint(1)", "decimal(5,0)", "year(4)", "double", "tinytext", "longtext",
                "int(10) unsigned zerofill",
            ])
        #expect(maria.tracker[x]?.columns[6].collation == "utf8mb4_bin")
        var my = Followed(dialect: ServerDialect(.mysql, 9, 7))
        my.run(sql)
        #expect(
            my.types == [
                "int unsigned", "tinyint(1)", "decimal(5,0)", "year", "double", "tinytext", "json",
                "int(10) unsigned zerofill",
            ])
    }

    @Test func characterSetsAreInherited() {
        var f = Followed()
        f.run(
            "CREATE TABLE x (a CHAR(1), b CHAR(1) CHARACTER SET gbk, c TEXT CHARACTER SET binary, "
                + "d CHAR(1) BINARY, i INT)"
        )
        #expect(
            f.tracker[x]?.columns.map(\.collation) == ["utf8mb4_general_ci", "gbk_chinese_ci", nil, "utf8mb4_bin", nil])
        #expect(f.tracker[x]?.columns[2].dataType == "blob")
        f.run("ALTER TABLE x CHARACTER SET latin1, ADD e CHAR(1)")
        #expect(
            f.tracker[x]?.columns.last?.collation == "latin1_swedish_ci"
                && f.tracker[x]?.collation == "latin1_swedish_ci")
        f.run("ALTER TABLE x CONVERT TO CHARACTER SET utf8mb4")
        #expect(f.tracker[x]?.columns.map(\.characterSet) == ["utf8mb4", "utf8mb4", nil, "utf8mb4", nil, "utf8mb4"])
    }

    @Test func columnsMove() {
        var f = Followed()
        f.run("CREATE TABLE x (a INT, b INT, c INT)")
        f.run("ALTER TABLE x ADD d INT FIRST, ADD e INT AFTER d, DROP b, MODIFY a BIGINT AFTER c")
        #expect(f.columns == ["d", "e", "c", "a"])
        f.run("ALTER TABLE x CHANGE c a INT, CHANGE a c INT")
        #expect(f.columns == ["d", "e", "a", "c"])
        f.run("ALTER TABLE x RENAME COLUMN d TO e, RENAME COLUMN e TO d")
        #expect(f.columns == ["e", "d", "a", "c"])
        f.run("ALTER TABLE x ADD COLUMN IF NOT EXISTS d INT, DROP COLUMN IF EXISTS zz")
        #expect(f.columns == ["e", "d", "a", "c"])
        #expect(f.run("ALTER TABLE x ADD q INT AFTER nothere") == .reread([x]))
    }

    @Test func keysFollowTheirColumns() {
        var f = Followed()
        f.run("CREATE TABLE x (a INT PRIMARY KEY, b INT UNIQUE, c INT NOT NULL, UNIQUE (c), UNIQUE (b, c), KEY (a))")
        #expect(f.keys == ["PRIMARY:a", "c:c", "b:b", "b_2:b,c"])
        #expect(f.tracker[x]?.columns[0].isNullable == false)
        f.run("ALTER TABLE x CHANGE b q INT, DROP INDEX c")
        #expect(f.keys == ["PRIMARY:a", "b:q", "b_2:q,c"])
        f.run("ALTER TABLE x DROP q, DROP PRIMARY KEY, ADD PRIMARY KEY (c)")
        #expect(f.keys == ["PRIMARY:c", "b_2:c"])
        f.run("CREATE UNIQUE INDEX u ON x (a(3))")
        f.run("DROP INDEX b_2 ON x")
        #expect(f.keys == ["PRIMARY:c", "u:a"] && f.tracker[x]?.uniqueKeys[1].hasPrefixParts == true)
    }

    @Test func tablesComeAndGo() {
        var f = Followed()
        let y = TableName("d", "y")
        f.run("CREATE TABLE x (a INT)")
        #expect(f.run("CREATE TABLE y LIKE x") == .changed([y]))
        f.run("ALTER TABLE y ADD b INT")
        #expect(f.run("RENAME TABLE x TO tmp, y TO x, tmp TO y").changedNames.contains(x))
        #expect(f.columns == ["a", "b"] && f.tracker[y]?.columns.count == 1)
        #expect(f.run("RENAME TABLE _x_new TO z") == .reread([TableName("d", "z")]))
        #expect(f.run("CREATE TABLE IF NOT EXISTS x (q INT)") == .unaffected)
        #expect(f.run("TRUNCATE TABLE x") == .unaffected)
        #expect(f.run("DROP TABLE IF EXISTS x, nothere") == .changed([x]))
        #expect(f.run("DROP DATABASE d") == .changed([y]))
    }

    @Test func whatIsNotUnderstoodIsReadAgain() {
        var f = Followed()
        f.run("CREATE TABLE x (a INT)")
        #expect(f.run("ALTER TABLE x CONVERT PARTITION p TO TABLE z") == .reread([x, TableName("d", "z")]))
        #expect(f.run("FROBNICATE TABLE `x` NOW") == .reread([x]))
        #expect(f.run("FROBNICATE TABLE other") == .unaffected)
        #expect(f.run("CREATE TABLE z (a FROB)") == .reread([TableName("d", "z")]))
        #expect(f.run("CREATE TABLE z LIKE nothere") == .reread([TableName("d", "z")]))
        #expect(f.run("CREATE TABLE other.z (a CHAR(1))") == .reread([TableName("other", "z")]))
        #expect(f.run("GRANT ALL ON x TO y") == .unaffected)
        #expect(f.run("ALTER TABLE nothere ADD a INT") == .unaffected)
    }
}

extension SchemaTracker.Outcome {
    fileprivate var changedNames: [TableName] {
        if case .changed(let names) = self { names } else { [] }
    }
}
