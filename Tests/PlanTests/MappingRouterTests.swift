import Model
import Plan
import Testing

@Suite struct MappingRouterTests {
    private func target(_ source: String, _ target: String?, _ schema: String, _ table: String) throws -> String? {
        let router = try TableRouter(tables: [TableMapping(source: source, target: target)])
        return router.route(TableName(schema, table))?.target.description
    }

    @Test func oneToOne() throws {
        #expect(try target("shop.orders", nil, "shop", "orders") == "shop.orders")
        #expect(try target("shop.orders", "s2.o2", "shop", "orders") == "s2.o2")
        #expect(try target("shop.orders", "`s.2`.`o``2`", "shop", "orders") == "s.2.o`2")
    }

    @Test func manyToOne() throws {
        #expect(try target("shop.offer[0000-0031]", "shop.offer", "shop", "offer0007") == "shop.offer")
        #expect(try target("shop.o_.*", "all.o", "shop", "o_x") == "all.o")
    }

    @Test func enumerationToEnumerationByIndex() throws {
        #expect(try target("shop.offer[0000-0031]", "s.o[100-131]", "shop", "offer0007") == "s.o107")
        #expect(try target("shop[1-2].t[01-03]", "n[8-9].*", "shop2", "t03") == "n9.t03")
    }

    @Test func patternsKeepNames() throws {
        #expect(try target("shop.*", nil, "shop", "Orders") == "shop.Orders")
        #expect(try target("shop.*", "other.*", "shop", "Orders") == "other.Orders")
        #expect(try target(".*\\..*", ".*\\..*", "a", "b") == "a.b")
        #expect(try target("*.log", "*.log2", "a", "log") == "a.log2")
    }

    @Test func groupsAreNumberedAcrossBothSides() throws {
        #expect(try target("crm.(user|account)_(.*)", "crm2.$1_$2_v2", "crm", "user_x") == "crm2.user_x_v2")
        #expect(try target("(a|b)_(.*)\\.t_([0-9]+)", "$2.${1}$3$$", "a_z", "t_9") == "z.a9$")
        #expect(try target("crm.(?:x)(a)?(.*)", "n.$1_$2", "crm", "xb") == "n._b")
    }

    @Test(arguments: [
        ("shop.orders", "s.o[0-3]"), ("shop.*", "s.o[0-3]"), ("shop.o[0-3]", "s.o[0-4]"), ("shop.(a|b)", "s.$2"),
        ("shop.orders", "s.$1"), ("shop.(a|b)", "s.$x"), ("shop.(a|b)", "s.(c|d)"), ("shop.orders", "orders"),
        ("shop.orders", "mysql.user"),
    ])
    func refusesImpossibleTargets(source: String, target: String) throws {
        let error = try #require(throws: LutraError.self) {
            try TableRouter(tables: [TableMapping(source: source, target: target)])
        }
        #expect(error.code == .patternInvalid)
    }

    @Test func singleBeforeEnumerationBeforePatternThenOrder() throws {
        let router = try TableRouter(tables: [
            TableMapping(source: "shop.*"), TableMapping(source: "shop.t[0-9]"), TableMapping(source: "shop.t5"),
            TableMapping(source: "shop.t5", target: "late.t5"),
        ])
        #expect(router.route(TableName("shop", "t5"))?.mappingIndex == 2)
        #expect(router.route(TableName("shop", "t6"))?.mappingIndex == 1)
        #expect(router.route(TableName("shop", "x"))?.mappingIndex == 0)
        #expect(router.route(TableName("other", "x")) == nil)
    }

    @Test func excludedTablesFallToLaterEntries() throws {
        let router = try TableRouter(tables: [
            TableMapping(source: "crm.(user)_.*", exclude: ["crm.user_tmp", "crm.user_x.*"]),
            TableMapping(source: "crm..*_tmp", target: "late.tmp"),
        ])
        #expect(router.route(TableName("crm", "user_a"))?.mappingIndex == 0)
        #expect(router.route(TableName("crm", "user_x1")) == nil)
        #expect(router.route(TableName("crm", "user_tmp"))?.mappingIndex == 1)
    }

    @Test func unmatchedEntriesAreFound() throws {
        let router = try TableRouter(tables: [TableMapping(source: "a.*"), TableMapping(source: "b.typo")])
        #expect(router.unmatched([TableName("a", "x"), TableName("b", "right")]) == [1])
        #expect(router.mayMatch(schema: "a") && !router.mayMatch(schema: "c"))
    }
}

@Suite struct MappingColumnTests {
    let table = TableDefinition(
        name: TableName("crm", "user"),
        columns: ["id", "Name", "ssn"].map { ColumnDefinition(name: $0, dataType: "int", fullType: "int") })

    @Test func includeExcludeRename() throws {
        let selection = ColumnSelection(include: ["ID", "name"], exclude: [], rename: ["name": "full_name"])
        let expected = [MappedColumn(ordinal: 0, targetName: "id"), MappedColumn(ordinal: 1, targetName: "full_name")]
        #expect(try selection.apply(to: table) == expected)
        #expect(try ColumnSelection(exclude: ["ssn"]).apply(to: table).map(\.ordinal) == [0, 1])
        #expect(try ColumnSelection().apply(to: table).map(\.targetName) == ["id", "Name", "ssn"])
    }

    @Test(arguments: [
        ColumnSelection(include: ["nope"]), ColumnSelection(exclude: ["nope"]), ColumnSelection(rename: ["nope": "x"]),
        ColumnSelection(rename: ["ssn": "NAME"]), ColumnSelection(include: []),
    ])
    func refusals(selection: ColumnSelection) throws {
        let error = try #require(throws: LutraError.self) { try selection.apply(to: table) }
        #expect(error.code == .specInvalid)
        #expect(error.place.contains { $0.value == "crm.user" })
    }

    @Test func columnsThatAreGoneDoNotCount() throws {
        let selection = ColumnSelection(
            include: ["ID", "gone", "ssn"], exclude: ["SSN", "lost"], rename: ["old": "id"])
        let present = selection.withoutMissing(in: table)
        #expect(present == ColumnSelection(include: ["ID", "ssn"], exclude: ["SSN"]))
        #expect(try present.apply(to: table) == [MappedColumn(ordinal: 0, targetName: "id")])
        #expect(ColumnSelection(exclude: ["gone"]).withoutMissing(in: table).isEverything)
        // None of the listed columns is left: that is not "every column".
        #expect(!ColumnSelection(include: ["gone"]).withoutMissing(in: table).isEverything)
    }
}
