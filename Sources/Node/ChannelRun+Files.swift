import Capture
import Foundation
import Load
import Logging
import Model
import MySQLClient
import PipelineRuntime
import Plan

/// Binlog files as the source: archived logs are replayed to the target, to their end, a position or a time.
extension ChannelRun {
    /// - Throws: `LutraError`.
    func replay(_ path: String, _ sites: ChannelSites, _ table: CheckpointTable, output: (String) -> Void) throws {
        guard !options.initialLoad else {
            throw LutraError(
                .usage, "files hold no tables to load", place: ["files": path],
                hint: "restore a backup on the target, and give its position with --start")
        }
        let search = try LogFileSearch(try LogFile.list([path]), limits: spec.limits)
        let target = try Connection.open(sites.target)
        defer { target.close() }
        let saved = try table.read(target)?.checkpoint
        if options.dryRun {
            let start = try saved ?? search.resolve(options.start ?? .earliest)
            return output(try examine(search, from: start, target).description)
        }
        let identity = StateDirectory.Identity(
            channel: spec.name, pipeline: pipelineSpec.name, source: sites.sourceName, target: sites.targetName)
        let state = try StateDirectory(options.stateDirectory, identity: identity)
        let goesOn = saved != nil && !asksForAnotherStart(state)
        let start = goesOn ? saved : nil
        let checkpoint = try start ?? search.resolve(options.start ?? .earliest)
        let plan = try examine(search, from: checkpoint, target)
        if goesOn {
            log.info("going on from the target's checkpoint", metadata: ["position": "\(checkpoint.position)"])
        } else {
            try begin(at: checkpoint, plan.schema, table, target)
        }
        guard !stopRequest.isRaised else { return }
        try state.save(start: options.startText)
        let settings = settings(search, plan, table, sites)
        let pipeline = Pipeline(settings, log: log, meter: meter)
        stopRequest.onRaise { pipeline.stop() }
        log.info("replaying", metadata: ["from": "\(checkpoint.position)", "to": "\(plan.survey.end)"])
        try pipeline.run(from: checkpoint)
        meter.enter(.stopped)
        log.info("the end is reached", metadata: ["position": "\(plan.survey.end)"])
    }

    private func settings(
        _ search: LogFileSearch, _ plan: ReplayPlan, _ table: CheckpointTable, _ sites: ChannelSites
    ) -> Pipeline.Settings {
        var settings = Pipeline.Settings(
            source: sites.source, target: sites.target, router: plan.router, checkpoints: table,
            present: plan.schema)
        settings.logs = search.files
        settings.limits = spec.limits
        settings.appliesDDL = pipelineSpec.ddl
        settings.errors = pipelineSpec.errors
        settings.load = pipelineSpec.load
        settings.ends = options.stopAt.map { [$0] } ?? []
        return settings
    }

    /// Reads the files once without applying anything, and compares what they hold with the target.
    private func examine(_ search: LogFileSearch, from start: Checkpoint, _ target: Connection) throws -> ReplayPlan {
        let router = try TableRouter(tables: spec.tables)
        let survey = try search.survey(from: start, to: options.stopAt.map { [$0] } ?? []) { router.route($0) != nil }
        if survey.endsInsideTransaction {
            log.warning(
                "the files end inside a transaction, which is left out", metadata: ["position": "\(survey.end)"])
        }
        let unmatched = router.unmatched(survey.tables).map { spec.tables[$0].source }
        for pattern in unmatched {
            log.warning("the files hold no rows of tables that match", metadata: ["pattern": "\(pattern)"])
        }
        if try ServerFacts.read(target).isReadOnly {
            log.warning("the target is read-only", metadata: ["remedy": "SET GLOBAL read_only = OFF"])
        }
        let plan = try ReplayPlan(search, start, survey, router, target)
        for name in plan.missing {
            guard pipelineSpec.ddl else {
                throw LutraError(.targetTableMissing, "the target has no such table", place: ["table": "\(name)"])
            }
            log.warning("the target has no such table yet; the files must create it", metadata: ["table": "\(name)"])
        }
        return plan
    }
}

/// What a replay will do, and with which definitions.
struct ReplayPlan: CustomStringConvertible {
    let router: TableRouter
    let survey: LogSurvey
    /// The source's tables as the target has them now: as it was restored, and so as they were at the start.
    private(set) var schema: SourceSchema
    /// Targets that are not there.
    private(set) var missing: [TableName] = []
    let description: String

    init(
        _ search: LogFileSearch, _ start: Checkpoint, _ survey: LogSurvey, _ router: TableRouter, _ target: Connection
    ) throws {
        self.router = router
        self.survey = survey
        let routes = survey.tables.sorted().compactMap { name in router.route(name).map { (name, $0) } }
        // Files do not tell what tables inherit: the target was restored from the same source.
        schema = SourceSchema(collations: try SchemaReader(target).schemaCollations())
        let present = try SchemaReader(target).definitions(of: routes.map(\.1.target))
        var lines = [
            "\(search.files.count) files of \(search.server), from \(start.position) to \(survey.end)", "", "Tables:",
        ]
        for (name, route) in routes {
            lines.append("  \(name) -> \(route.target)")
            guard var definition = present[route.target] else {
                missing.append(route.target)
                continue
            }
            // With other columns on the target, only the log itself can tell what the source had.
            guard route.mapping.columns == ColumnSelection() else { continue }
            definition.name = name
            schema.tables[name] = definition
        }
        lines.append("Nothing was written.")
        description = lines.joined(separator: "\n")
    }
}
