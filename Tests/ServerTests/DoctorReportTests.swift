import Doctor
import Model
import Testing

@Suite struct DoctorReportTests {
    private let report = Report(checks: [
        Check("binlog", .source, "binlog", .refuse, "off", remedy: "log_bin=ON").failing(.binlogOff),
        Check("server-id", .source, "server id", .ok, "1"),
        Check("keys", .tables, "keys", .warning, "none"),
    ])

    @Test func textIsGroupedWithMarksAndRemedies() {
        #expect(
            report.text() == """
                Source
                  ✗ binlog     off
                     → log_bin=ON
                  ✓ server id  1

                Tables
                  ! keys  none

                1 check refuses a start, 1 warning.

                """)
        #expect(report.text(ascii: true).utf8.allSatisfy { $0 < 128 })
        #expect(!report.text(showsAll: false).contains("server id"))
    }

    @Test func oneReasonGivesItsOwnCodeAndSeveralTheGeneralOne() {
        #expect(report.error?.code == .binlogOff)
        var two = report
        two.checks.append(Check("x", .tables, "x", .refuse, "y").failing(.noTableMatches))
        #expect(two.error?.code == .prechecksRefused)
        #expect(Report(checks: [report.checks[2]]).error == nil)
    }

    @Test func grantsAreReadWithWildcardsAndColumnLists() {
        let grants = Grants(lines: [
            "GRANT USAGE ON *.* TO `a`@`%` IDENTIFIED BY PASSWORD '*X'",
            "GRANT REPLICATION SLAVE, BINLOG MONITOR ON *.* TO `a`@`%`",
            "GRANT SELECT, INSERT ON `shop\\_eu`.* TO `a`@`%`",
            "GRANT ALL PRIVILEGES ON `crm%`.* TO `a`@`%`",
            "GRANT SELECT (`a`, `b`), DELETE ON `one`.`t.x` TO `a`@`%`",
            "GRANT `role` TO `a`@`%`",
        ])
        #expect(grants.hasGlobal("REPLICATION SLAVE"))
        #expect(!grants.hasGlobal("RELOAD", "SUPER"))
        #expect(grants.has("INSERT", schema: "shop_eu", table: "orders"))
        #expect(!grants.has("INSERT", schema: "shopXeu", table: "orders"))
        #expect(grants.has("DROP", schema: "crm_2", table: nil))
        #expect(grants.has("DELETE", schema: "one", table: "t.x"))
        #expect(!grants.has("SELECT", schema: "one", table: "t.x"))
        #expect(!grants.has("DELETE", schema: "one", table: nil))
    }

    @Test func narrowingFindsTheUsualSlips() {
        func column(_ fullType: String, unsigned: Bool = false, labels: [String] = []) -> ColumnDefinition {
            let dataType = String(fullType.prefix { $0 != "(" && $0 != " " })
            return ColumnDefinition(
                name: "c", dataType: dataType, fullType: fullType, isUnsigned: unsigned, labels: labels)
        }
        #expect(narrowing(from: column("bigint"), to: column("int")) != nil)
        #expect(narrowing(from: column("int unsigned", unsigned: true), to: column("int")) != nil)
        #expect(narrowing(from: column("int unsigned", unsigned: true), to: column("bigint")) == nil)
        #expect(narrowing(from: column("int(11)"), to: column("int")) == nil)
        #expect(narrowing(from: column("varchar(30)"), to: column("varchar(10)")) != nil)
        #expect(narrowing(from: column("varchar(30)"), to: column("text")) == nil)
        #expect(
            narrowing(
                from: column("enum('a','b')", labels: ["a", "b"]), to: column("enum('a')", labels: ["a"])) != nil)
    }
}
