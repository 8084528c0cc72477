import Capture
import Doctor
import Foundation
import Load
package import Logging
package import Model
import MySQLClient
package import PipelineRuntime
import Plan
import Snapshot

/// One channel in one process, from the checks to the end of its stream. Blocks.
package final class ChannelRun: Sendable {
    /// What the command line says beyond the specification.
    package struct Options: Sendable {
        /// Nil goes on from the saved state, or starts at the source's end.
        package var start: StartPoint?
        /// `--start` as it was written: the same text again goes on from the saved state.
        package var startText: String?
        package var stopAt: StopPoint?
        /// Ends when everything that the source has when the stream starts is on the target.
        package var untilCaughtUp = false
        package var initialLoad = false
        /// Checks and shows the plan, and writes nothing.
        package var dryRun = false
        package var stateDirectory: String
        package init(stateDirectory: String) { self.stateDirectory = stateDirectory }
    }

    let spec: ChannelSpecification
    let pipelineSpec: PipelineSpecification
    let options: Options
    let log: Logger
    let meter: ProgressMeter
    let stopRequest = OperatorRequest()
    private let switchRequest = OperatorRequest()

    package init(_ spec: ChannelSpecification, _ options: Options, log: Logger, meter: ProgressMeter) {
        precondition(spec.pipelines.count == 1, "one direction for now")
        self.spec = spec
        pipelineSpec = spec.pipelines[0]
        self.options = options
        self.log = log
        self.meter = meter
    }

    /// Asks the run to apply what it has read and to end. From any thread.
    package func stop() {
        meter.enter(.draining)
        stopRequest.raise()
    }

    /// Asks the run to read from the next host of the source. From any thread.
    package func switchSource() { switchRequest.raise() }

    /// Runs the channel to its end.
    ///
    /// - Parameter output: where a dry run writes its plan.
    /// - Throws: `LutraError`.
    package func run(output: (String) -> Void) throws {
        let sites = try ChannelSites(spec, pipelineSpec)
        let table = CheckpointTable(
            channel: spec.name, pipeline: pipelineSpec.name, origin: pipelineSpec.from, mapping: spec.mappingDigest)
        if let path = sites.source.url.logPath { return try replay(path, sites, table, output: output) }
        let preparation = try ChannelPreparation(
            spec, sites, loads: options.initialLoad, appliesDDL: pipelineSpec.ddl,
            savedCheckpoint: { target in
                // The same --start as before goes on from what was saved.
                let isAnother = StateDirectory.start(of: options.stateDirectory) != options.startText
                guard options.startText == nil || !isAnother else { return nil }
                return try table.read(target)
            }, startsInPast: startsInPast, log: log)
        if options.dryRun { return output(try preparation.describe()) }
        let identity = StateDirectory.Identity(
            channel: spec.name, pipeline: pipelineSpec.name, source: sites.sourceName, target: sites.targetName)
        let state = try StateDirectory(options.stateDirectory, identity: identity)
        let start = try startCheckpoint(state, table, preparation)
        guard !stopRequest.isRaised else { return }
        try state.save(start: options.startText)
        let pipeline = try makePipeline(start, table, preparation)
        preparation.close()
        stopRequest.onRaise { pipeline.stop() }
        switchRequest.onRaise { pipeline.switchSource() }
        log.info("streaming", metadata: ["from": "\(start.position)", "gtids": "\(start.gtids)"])
        try pipeline.run(from: start)
        meter.enter(.stopped)
    }

    /// Where the stream begins: the target's checkpoint, else `--start`, the initial load's position, or now.
    private func startCheckpoint(
        _ state: StateDirectory, _ table: CheckpointTable, _ preparation: ChannelPreparation
    ) throws -> Checkpoint {
        if let saved = preparation.saved {
            log.info("going on from the target's checkpoint", metadata: ["position": "\(saved.position)"])
            if options.initialLoad { log.notice("the initial load was done before and is not done again") }
            return saved
        }
        if options.initialLoad {
            let checkpoint = try preparation.load(
                limits: spec.limits, errors: pipelineSpec.errors, meter: meter, stop: stopRequest)
            try begin(at: checkpoint, preparation.schema, table, preparation.target)
            return checkpoint
        }
        let checkpoint =
            try startsInPast
            ? StartResolver(preparation.source).resolve(options.start ?? .now) : now(preparation.source)
        try begin(at: checkpoint, preparation.schema, table, preparation.target)
        return checkpoint
    }

    /// The end of the source's log when no XA transaction was prepared just before nor just after.
    private func now(_ source: Connection) throws -> Checkpoint {
        var prepared: [String] = []
        for _ in 0..<50 {
            prepared = try source.preparedTransactions() ?? []
            let end = try StartResolver(source).end()
            prepared += try source.preparedTransactions() ?? []
            if prepared.isEmpty { return end }
            Thread.sleep(forTimeInterval: 0.1)
        }
        throw LutraError.prepared(prepared, on: source.serverName)
    }

    /// Whether the stream begins behind the source's present state, when nothing was saved.
    private var startsInPast: Bool {
        switch options.start {
        case nil, .now: false
        case .earliest, .position, .gtids, .time: true
        }
    }

    /// Whether `--start` names another place than the one that the channel was begun with.
    func asksForAnotherStart(_ state: StateDirectory) -> Bool {
        guard let text = options.startText else { return false }
        return text != state.start
    }

    /// Writes the first checkpoint, in place of one that `--start` sets aside.
    func begin(
        at checkpoint: Checkpoint, _ schema: SourceSchema, _ table: CheckpointTable, _ target: Connection
    ) throws {
        func write() throws {
            for statement in CheckpointTable.creation { try target.execute(statement) }
            // The definitions first: where the checkpoint is, they must be.
            try SchemaTable(channel: table.channel, pipeline: table.pipeline)
                .reset(to: schema, at: checkpoint.position, target)
            _ = try table.takeOver(target, from: checkpoint, setsAside: true)
        }
        // Channels that begin at once lock the same gaps between keys, and the server undoes all but one of them: they
        // write the same again.
        var triesLeft = 20
        while true {
            do { return try write() } catch let failure as StatementFailure {
                triesLeft -= 1
                if failure.isDeadlock, triesLeft > 0 { continue }
                throw failure.error(
                    failure.userCode, "the first checkpoint cannot be written",
                    place: ["server": target.serverName, "schema": "retl"])
            }
        }
    }

    private func makePipeline(
        _ start: Checkpoint, _ table: CheckpointTable, _ preparation: ChannelPreparation
    ) throws -> Pipeline {
        var settings = Pipeline.Settings(
            hosts: preparation.hosts, source: preparation.source.options, target: preparation.target.options,
            router: preparation.router, checkpoints: table, present: preparation.schema)
        settings.limits = spec.limits
        settings.appliesDDL = pipelineSpec.ddl
        settings.errors = pipelineSpec.errors
        settings.load = pipelineSpec.load
        settings.semiSync = spec.sites[pipelineSpec.from]?.semiSync ?? false
        settings.heartbeatSeconds = pipelineSpec.heartbeatSeconds
        settings.endsServer = start.server
        if let stopAt = options.stopAt { settings.ends = [stopAt] }
        if options.untilCaughtUp {
            let end = try StartResolver(preparation.source).end()
            settings.ends.append(.position(end.position))
            if end.gtids != .none { settings.ends.append(.gtids(end.gtids)) }
        }
        return Pipeline(settings, log: log, meter: meter)
    }
}

extension ChannelSpecification {
    /// Tells one choice of source tables from another (FNV-1a).
    fileprivate var mappingDigest: UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for text in tables.flatMap({ [$0.source] + $0.exclude + [""] }) {
            for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            hash = (hash ^ 0x100) &* 0x100_0000_01b3
        }
        return hash
    }
}
