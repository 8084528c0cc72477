import Capture
import Doctor
import Load
import Logging
import Model
import MySQLClient
import PipelineRuntime
import Plan
import Snapshot

/// What is known of both servers before a channel starts: connections, tables, and that the checks passed.
final class ChannelPreparation {
    /// To the one host of the source that is read first.
    let source: Connection
    let target: Connection
    let hosts: SourceHosts
    /// The checkpoint from which an earlier run goes on, in terms of that host's log.
    let saved: Checkpoint?
    let router: TableRouter
    /// The source's mapped tables.
    let schema: SourceSchema
    private let report: Report
    private let log: Logger

    /// Connects, finds the mapped tables and runs the checks. Changes nothing on either side.
    ///
    /// - Parameter savedCheckpoint: reads what an earlier run left on the target.
    /// - Throws: `no-table-matches`, `prechecks-refused`, or the code of the one check that refuses; `source-behind`,
    ///   `source-changed`, `position-purged` when no host of the source goes on where the saved checkpoint ends.
    init(
        _ spec: ChannelSpecification, _ sites: ChannelSites, loads: Bool, appliesDDL: Bool,
        savedCheckpoint: (Connection) throws -> CheckpointTable.Entry?, startsInPast: Bool, log: Logger
    ) throws {
        self.log = log
        target = try Connection.open(sites.target)
        hosts = SourceHosts(sites.source, readSeconds: spec.limits.readSeconds, log: log)
        if let entry = try savedCheckpoint(target) {
            let choice = try hosts.choose(for: entry.checkpoint, isWhole: entry.done.isEmpty)
            source = try Connection.open(choice.options)
            saved = choice.checkpoint
        } else {
            let first = try Connection.open(sites.source)
            hosts.prefer(first.host)
            source = try Connection.open(hosts.options(first.host))
            first.close()
            saved = nil
        }
        let facts = try ServerFacts.read(source)
        router = try TableRouter(tables: spec.tables, foldsCase: facts.lowerCaseTableNames != 0)
        let router = router
        let names = try SchemaReader(source).tableNames().filter { router.route($0) != nil }
        schema = SourceSchema(
            tables: try SchemaReader(source).definitions(of: names),
            collations: try SchemaReader(source).schemaCollations())
        report = try examine(
            source: source, target: target,
            plan: ExaminationPlan(
                tables: spec.tables, willCreateTables: loads, loadsFirst: loads, appliesDDL: appliesDDL,
                startsInPast: startsInPast || saved != nil))
        for check in report.checks where check.verdict == .warning {
            log.warning("\(check.title): \(check.detail)", metadata: check.remedy.map { ["remedy": "\($0)"] })
        }
        if let refusal = report.error { throw refusal }
    }

    /// Ends the connections.
    func close() {
        source.close()
        target.close()
    }

    /// What a run would do, for `--dry-run`.
    func describe() throws -> String {
        var lines = [report.text(), "Tables:"]
        for name in schema.tables.keys.sorted() {
            guard let route = router.route(name), let definition = schema.tables[name] else { continue }
            let columns = try route.mapping.columns.apply(to: definition)
            let all =
                columns.count == definition.columns.count ? "all" : "\(columns.count) of \(definition.columns.count)"
            lines.append("  \(name) -> \(route.target)  columns: \(all)  weight: \(route.mapping.weight)")
        }
        lines.append("Nothing was written.")
        return lines.joined(separator: "\n")
    }

    /// Copies what the mapped tables hold now; the stream goes on from the returned checkpoint.
    func load(
        limits: Limits, errors: ErrorPolicies, meter: ProgressMeter, stop: OperatorRequest
    ) throws -> Checkpoint {
        meter.enter(.loading)
        var job = SnapshotJob(
            source: source.options, target: target.options,
            tables: schema.tables.values.sorted { $0.name < $1.name }.compactMap { definition in
                router.route(definition.name).map { SnapshotJob.Table(source: definition, route: $0) }
            }, limits: limits)
        job.allowsChange = errors[.value] == .overwrite
        return try job.run(log: log, progress: { meter.loading($0.load, rows: $0.rows) }, isStopped: { stop.isRaised })
    }
}
