package import Model
package import MySQLClient
import Plan

/// What a start would do, as far as checks depend on it.
package struct ExaminationPlan: Sendable {
    package var tables: [TableMapping]
    /// Missing tables are created on the target (`--initial-load`).
    package var willCreateTables: Bool
    /// The tables are loaded first, which needs further rights on the source.
    package var loadsFirst: Bool
    /// DDL is applied on the target.
    package var appliesDDL: Bool
    /// The stream begins in the past: DDL that is still to come may make the tables equal, so that what differs now is
    /// no reason to refuse. It stops there when it does not.
    package var startsInPast: Bool

    package init(
        tables: [TableMapping] = [], willCreateTables: Bool = false, loadsFirst: Bool = false, appliesDDL: Bool = true,
        startsInPast: Bool = false
    ) {
        self.startsInPast = startsInPast
        self.tables = tables
        self.willCreateTables = willCreateTables
        self.loadsFirst = loadsFirst
        self.appliesDDL = appliesDDL
    }
}

/// Checks before a start. Reads only: nothing changes on either side.
///
/// - Parameters:
///   - target: nil to look at the source alone.
///   - plan: without tables, only the servers are looked at.
/// - Throws: `LutraError` when a server does not answer, or with `pattern-invalid`. What the doctor itself may not see
///   is a check of its own, not an error.
package func examine(source: Connection, target: Connection?, plan: ExaminationPlan) throws -> Report {
    var examination = try Examination(source: source, target: target, plan: plan)
    try examination.checkSource()
    try examination.checkTarget()
    try examination.checkBetween()
    if !plan.tables.isEmpty { try examination.checkTables() }
    return examination.report
}

/// A server under examination.
struct Patient {
    let connection: Connection
    let facts: ServerFacts
    let grants: Grants
    /// `'user'@'host'`, as GRANT takes it.
    let account: String

    init(_ connection: Connection) throws {
        self.connection = connection
        facts = try ServerFacts.read(connection)
        let lines = try connection.ask("SHOW GRANTS", "the account's grants cannot be read")
        grants = Grants(lines: lines.compactMap { $0.text(0) })
        let user = try connection.ask("SELECT CURRENT_USER()", "the account cannot be read").first?.text(0) ?? "@"
        let at = user.lastIndex(of: "@") ?? user.endIndex
        account = "'\(user[..<at])'@'\(user[at...].dropFirst())'"
    }

    var version: ServerVersion { facts.version }
}

/// The state of one examination: what was read, and the checks so far.
struct Examination {
    let source: Patient
    let target: Patient?
    let plan: ExaminationPlan
    let router: TableRouter
    /// The source's tables that the plan wants, with their routes.
    let routes: [(source: TableSummary, route: Route)]
    private(set) var report = Report()

    init(source: Connection, target: Connection?, plan: ExaminationPlan) throws {
        self.source = try Patient(source)
        self.target = try target.map(Patient.init)
        self.plan = plan
        let router = try TableRouter(tables: plan.tables, foldsCase: self.source.facts.lowerCaseTableNames != 0)
        self.router = router
        let all = plan.tables.isEmpty ? [] : try SchemaReader(source).summaries()
        routes = all.compactMap { summary in router.route(summary.name).map { (summary, $0) } }
    }

    mutating func add(_ check: Check) { report.checks.append(check) }

    /// Whether source and target are one server under two addresses.
    var isSameServer: Bool {
        guard let target else { return false }
        if let uuid = source.facts.serverUUID { return uuid == target.facts.serverUUID }
        return ["hostname", "port", "datadir", "server_id", "version"].allSatisfy {
            source.facts[$0] == target.facts[$0]
        }
    }
}

/// The first few names of a list, and how many more there are.
func shortened(_ names: some Collection<String>, limit: Int = 5) -> String {
    let text = names.prefix(limit).joined(separator: ", ")
    return names.count > limit ? "\(text) and \(names.count - limit) more" : text
}
