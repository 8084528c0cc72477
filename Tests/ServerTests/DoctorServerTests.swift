import Doctor
import Model
import MySQLClient
import TestKit
import Testing

/// The doctor against each pair of servers.
@Suite struct DoctorServerTests {
    private struct Pair: CustomStringConvertible {
        let source: Flavor
        let target: Flavor
        var description: String { "\(source)-\(target)" }
    }

    private static let pairs = Flavor.available.flatMap { source in
        Flavor.available.map { Pair(source: source, target: $0) }
    }

    private func report(_ pair: Pair, _ plan: ExaminationPlan) throws -> Report {
        try examine(
            source: try TestServers.shared(pair.source, .source).connect(),
            target: try TestServers.shared(pair.target, .target).connect(), plan: plan)
    }

    private func prepare(_ pair: Pair, schema: String, source: String, target: String) throws {
        let servers = try (TestServers.shared(pair.source, .source), TestServers.shared(pair.target, .target))
        try servers.0.freshSchema(schema)
        try servers.1.freshSchema(schema)
        try servers.0.runScript(source, schema: schema)
        try servers.1.runScript(target, schema: schema)
    }

    private func verdict(_ report: Report, _ id: String) -> Check.Verdict? {
        report.checks.first { $0.id == id }?.verdict
    }

    @Test(arguments: pairs) private func equalTablesMayStart(_ pair: Pair) throws {
        let schema = "doctor_ok_\(pair.source)_\(pair.target)"
        let sql = "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20) CHARACTER SET latin1)"
        try prepare(pair, schema: schema, source: sql, target: sql)
        let report = try report(pair, ExaminationPlan(tables: [TableMapping(source: "\(schema).*")], loadsFirst: true))
        #expect(report.mayStart, "\(report.text())")
        #expect(report.error == nil)
    }

    @Test(arguments: pairs) private func whatLosesDataIsRefused(_ pair: Pair) throws {
        let schema = "doctor_bad_\(pair.source)_\(pair.target)"
        try prepare(
            pair, schema: schema,
            source: """
                CREATE TABLE p (id INT PRIMARY KEY);
                CREATE TABLE c (id BIGINT, p INT, v VARCHAR(9), FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE);
                CREATE TABLE gone (id INT PRIMARY KEY);
                """,
            target: """
                CREATE TABLE p (id INT PRIMARY KEY);
                CREATE TABLE c (id INT, p INT);
                CREATE TRIGGER fires BEFORE INSERT ON p FOR EACH ROW SET NEW.id = 1;
                """)
        let mappings = [TableMapping(source: "\(schema).*"), TableMapping(source: "\(schema)_none.t")]
        let report = try report(pair, ExaminationPlan(tables: mappings))
        #expect(verdict(report, "tables") == .refuse)
        #expect(verdict(report, "target-tables") == .refuse)
        #expect(verdict(report, "target-columns") == .refuse)
        #expect(verdict(report, "column-types") == .warning)
        #expect(verdict(report, "keys") == .warning)
        #expect(verdict(report, "triggers") == .warning)
        // MySQL 9.7 alone logs what a cascade does.
        #expect(verdict(report, "foreign-keys") == (pair.source == .mysql ? .ok : .refuse))
        #expect(report.error?.code == .prechecksRefused)
    }

    @Test(arguments: Flavor.available) func missingRightsAreListedAsStatements(_ flavor: Flavor) throws {
        let server = try TestServers.shared(flavor, .source)
        try server.freshSchema("doctor_rights")
        try server.execute(
            """
            CREATE TABLE doctor_rights.t (id INT PRIMARY KEY); \
            DROP USER IF EXISTS doctor_poor; CREATE USER doctor_poor IDENTIFIED BY 'poor'; \
            GRANT SELECT (id), INSERT ON doctor_rights.t TO doctor_poor
            """)
        var options = try flavor.options
        options.url.user = "doctor_poor"
        options.url.password = "poor"
        let poor = try Connection.open(options)
        let plan = ExaminationPlan(tables: [TableMapping(source: "doctor_rights.t", target: "doctor_rights.u")])
        let report = try examine(source: poor, target: poor, plan: plan)
        let source = try #require(report.checks.first { $0.id == "source-grants" })
        let client = flavor == .mariadb ? "BINLOG MONITOR" : "REPLICATION CLIENT"
        #expect(source.verdict == .refuse)
        #expect(
            source.remedy == """
                GRANT REPLICATION SLAVE, \(client) ON *.* TO 'doctor_poor'@'%'
                GRANT SELECT ON `doctor_rights`.* TO 'doctor_poor'@'%'
                """)
        #expect(report.checks.contains { $0.id == "target-grants" && $0.verdict == .refuse })
        #expect(report.checks.contains { $0.id == "same-server" && $0.verdict == .note })
    }

    @Test(arguments: Flavor.available) func aSourceWithoutBinlogIsRefused(_ flavor: Flavor) throws {
        let server = try Server(flavor, name: "doctor-nolog-\(flavor)", options: ["--skip-log-bin"])
        defer { try? server.remove() }
        let report = try examine(source: try server.connect(), target: nil, plan: ExaminationPlan())
        #expect(report.error?.code == .binlogOff)
    }

    @Test(arguments: Flavor.available) func aSourceInStatementFormatIsRefused(_ flavor: Flavor) throws {
        let server = try Server(flavor, name: "doctor-statement-\(flavor)", options: ["--binlog-format=STATEMENT"])
        defer { try? server.remove() }
        let report = try examine(source: try server.connect(), target: nil, plan: ExaminationPlan())
        #expect(report.error?.code == .binlogNotRow)
    }

    @Test(arguments: Flavor.available) func aTableOntoItselfIsRefused(_ flavor: Flavor) throws {
        let server = try TestServers.shared(flavor, .source)
        try server.freshSchema("doctor_self")
        try server.execute("CREATE TABLE doctor_self.t (id INT PRIMARY KEY)")
        let plan = ExaminationPlan(tables: [TableMapping(source: "doctor_self.t")])
        let report = try examine(source: try server.connect(), target: try server.connect(), plan: plan)
        #expect(verdict(report, "same-server") == .refuse)
    }
}
