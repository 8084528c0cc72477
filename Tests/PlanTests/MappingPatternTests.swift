import Model
import Plan
import Testing

@Suite struct MappingPatternTests {
    @Test(arguments: [
        ("shop.orders", "shop.orders", true), ("shop.orders", "SHOP.Orders", true),
        ("shop.orders", "shop.orders2", false),
        ("`shop`.`Orders`", "shop.Orders", true), ("`shop`.`Orders`", "shop.orders", false),
        ("`my.db`.`a``b`", "my.db.a`b", true),
        ("shop.*", "shop.anything", true), ("shop.*", "shop2.anything", false),
        ("*.*", "a.b", true), (".*\\..*", "a.b", true), (".*..*", "a.b", true), ("*.orders", "a.orders", true),
        ("shop.offer[0000-0031]", "shop.offer0000", true), ("shop.offer[0000-0031]", "shop.offer0031", true),
        ("shop.offer[0000-0031]", "shop.offer0032", false), ("shop.offer[0000-0031]", "shop.offer1", false),
        ("shop.offer[1-12]_x", "shop.offer12_x", true), ("shop.offer[1-12]_x", "shop.offer01_x", false),
        ("shop[01-02].t", "shop02.t", true),
        ("crm.(user|account)_.*", "crm.user_x", true), ("crm.(user|account)_.*", "CRM.ACCOUNT_", true),
        ("crm.(user|account)_.*", "crm.xuser_x", false), ("crm\\.user_[0-9]+", "crm.user_12", true),
        ("shop_[0-9]+.t", "shop_12.t", true), ("shop_[0-9]+.*", "shop_12.t", true), ("a.b.c", "a.bxc", true),
        ("*.*", "mysql.user", false), ("*.*", "retl.lutra_checkpoint", false), ("*.*", "SYS.x", false),
    ])
    func matches(pattern: String, table: String, expected: Bool) throws {
        let parts =
            table.hasPrefix("my.db.")
            ? ["my.db", String(table.dropFirst(6))] : table.split(separator: ".").map(String.init)
        let name = TableName(parts[0], parts[1])
        #expect(try TablePattern.parse(pattern).matches(name) == expected)
    }

    @Test(arguments: [
        "orders", "", ".", "shop.", ".orders", "shop.*_log", "shop.(a", "shop.[0-9", "mysql.user", "Retl.x",
        "shop.offer[0031-0000]", "shop.a[0-99999999]", "shop.a[00-31]b[0-2]", "shop.(a|b)[00-31]", "`shop.orders",
        "`shop`x.orders", "shop.`a`b`",
    ])
    func refuses(pattern: String) throws {
        let error = try #require(throws: LutraError.self) { try TablePattern.parse(pattern) }
        #expect(error.code == .patternInvalid)
    }

    @Test func serversWithoutCaseFoldExactNames() throws {
        let pattern = try TablePattern.parse("`shop`.`Orders`")
        #expect(pattern.matches(TableName("shop", "orders"), foldsCase: true))
    }

    @Test func singleTableIsNamed() throws {
        #expect(try TablePattern.parse("shop.orders").singleTable == TableName("shop", "orders"))
        #expect(try TablePattern.parse("shop.*").singleTable == nil)
    }
}
