import Binlog
import Capture
import Foundation
import Load
import Logging
import Model
import MySQLClient
import Plan

/// The stages from one start to their end: a thread for each stage and each lane, and queues between them.
final class PipelineAttempt: @unchecked Sendable {
    // @unchecked: what threads share is the queues, the signals, and the first failure, which a lock guards.
    /// Of the source only the host that was chosen, once it is.
    private var settings: Pipeline.Settings
    private let log: Logger
    private let meter: ProgressMeter
    private let stop: StopSignal
    private let pause: Pause
    private let selected: BoundedQueue<StreamItem>
    private let extracted: BoundedQueue<ExtractedItem>
    private let prepared: BoundedQueue<LoadItem>
    private let lock = NSLock()
    private var firstFailure: (any Error)?
    private var lastDurable: Checkpoint?

    init(_ settings: Pipeline.Settings, log: Logger, meter: ProgressMeter, stop: StopSignal, pause: Pause) {
        self.settings = settings
        self.settings.limits = settings.limits.throttled(settings.load)
        self.log = log
        self.meter = meter
        self.stop = stop
        self.pause = pause
        let limits = settings.limits
        selected = BoundedQueue(limit: .init(rows: .max / 2, bytes: limits.queueBytes))
        // One batch waits while the next stage works on another: batches grow by what comes meanwhile.
        extracted = BoundedQueue(limit: .init(rows: 1, bytes: limits.batchBytes))
        prepared = BoundedQueue(limit: .init(rows: 1, bytes: limits.batchBytes))
    }

    /// The last checkpoint that this attempt knows to be on the target.
    var durable: Checkpoint? { lock.withLock { lastDurable } }

    /// Runs all stages. Blocks until they have ended.
    func run(from start: Checkpoint, _ sourceSwitch: SourceSwitch) throws {
        let (lanes, found) = try transient { try openLanes(from: start) }
        defer { for lane in lanes { lane.close() } }
        lock.withLock { lastDurable = found.checkpoint }
        let entry = try chooseSource(for: found)
        let schema = try transient { try knownSchema(at: entry.checkpoint, lanes[0].connection) }
        let kept = PreparedTable(channel: settings.checkpoints.channel, pipeline: settings.checkpoints.pipeline)
        let waiting = try transient { try kept.read(lanes[0].connection) }
        let (dump, source) = try transient { try openStream(at: entry.checkpoint) }
        meter.started(from: entry.checkpoint, host: settings.source.url.address)
        // A drain ends SELECT; what it has handed on is still applied.
        let action = stop.onRaise { dump.interrupt() }
        defer { stop.remove(action) }
        sourceSwitch.onAsk { dump.interrupt() }
        defer { sourceSwitch.onAsk(nil) }
        let heartbeat = settings.heartbeatSeconds.map {
            HeartbeatWriter(
                settings.source, seconds: $0, readSeconds: settings.limits.readSeconds, meter: meter, log: log)
        }
        heartbeat?.start()
        defer { heartbeat?.end() }
        let feedback = (dump as? DumpStream).map {
            SourceFeedback(dump: $0, heartbeat: heartbeat, log: settings.semiSync ? log : nil)
        }
        let targetVersion = lanes[0].connection.server
        let options = ScriptOptions(limits: settings.limits, packetBytes: lanes[0].packetBytes)
        let laneCount = lanes.count
        let tuning = LoadTuning(LoadTuner(settings.limits, settings.load, lanes: laneCount), log: log)
        let threads = [
            reader("select") { [self] in
                var stage = SelectStage(
                    settings, stream: dump, isMariaDB: source.flavor == .mariadb, start: entry.checkpoint,
                    prepared: waiting, stop: stop, meter: meter, feedback: feedback)
                try stage.run(selected)
            },
            reader("extract") { [self] in
                let resolver = SchemaResolver(settings, schema, source: source, target: targetVersion, log: log)
                var stage = ExtractStage(settings, resolver: resolver, tuning: tuning, log: log)
                try stage.run(selected, extracted)
            },
            reader("transform") { [self] in
                let catalog = TargetCatalog(
                    settings.target, router: settings.router, sourceTables: settings.present.tables.keys,
                    errors: settings.errors)
                var stage = TransformStage(
                    catalog: catalog, options: options, load: settings.load,
                    keepsLarge: settings.keepsLargeWhole, lanes: laneCount, entry: entry, tuning: tuning, log: log)
                try stage.run(extracted, prepared)
            },
        ]
        load(lanes, entry, feedback, tuning)
        dump.interrupt()
        for thread in threads { thread.wait() }
        dump.close()
        if let failure = lock.withLock({ firstFailure }) { throw failure }
    }

    /// The source's log from a checkpoint on, and the server that wrote it.
    private func openStream(at checkpoint: Checkpoint) throws -> (any EventStream, ServerVersion) {
        if let logs = settings.logs {
            let version = try LogFileSearch(logs, limits: settings.limits).server
            let reader = try BinlogFileReader(
                logs, from: checkpoint.position, skipping: checkpoint.gtids, limits: settings.limits)
            return (reader, version)
        }
        let dump = try DumpStream.open(
            settings.source, from: DumpStart(checkpoint),
            DumpOptions(readSeconds: settings.limits.readSeconds, semiSync: settings.semiSync))
        return (dump, dump.server)
    }

    /// The definitions that hold at the checkpoint. Where none were noted, the present ones are, from now on.
    private func knownSchema(at checkpoint: Checkpoint, _ connection: Connection) throws -> SourceSchema {
        if let known = try settings.schema.read(connection) { return known }
        try settings.schema.reset(to: settings.present, at: checkpoint.position, connection)
        return settings.present
    }

    /// Picks the host to read from; from here on the settings name no other.
    ///
    /// - Returns: the entry with its checkpoint in terms of that host's log.
    private func chooseSource(for entry: CheckpointTable.Entry) throws -> CheckpointTable.Entry {
        let checkpoint = entry.checkpoint
        guard let hosts = settings.hosts else { return entry }
        let choice = try transient { try hosts.choose(for: checkpoint, isWhole: entry.done.isEmpty) }
        settings.source = choice.options
        var here = entry
        here.checkpoint = choice.checkpoint
        guard let server = choice.checkpoint.server, let endsServer = settings.endsServer, server != endsServer else {
            return here
        }
        let elsewhere = settings.ends.filter { if case .position = $0 { false } else { true } }
        guard settings.ends.isEmpty || !elsewhere.isEmpty else {
            throw LutraError(
                .sourceChanged, "the run is to end at a position in the log of another server",
                place: ["server": choice.options.url.address], hint: "start it again to end at one of this server")
        }
        settings.ends = elsewhere
        return here
    }

    /// Connects all lanes and takes the pipeline over.
    private func openLanes(from start: Checkpoint) throws -> ([Lane], CheckpointTable.Entry) {
        let first = try Lane(settings.target, table: settings.checkpoints, log: log)
        let count = settings.load.lanes ?? LaneCount.suited(to: first.connection)
        let entry = try first.takeOver(from: start, lanes: count)
        if settings.errors.skipsSome { try first.connection.execute(ErrorLedger.creation) }
        let others = try (1..<count).map { number in
            let lane = try Lane(settings.target, table: settings.checkpoints, number: number, log: log)
            lane.fence = entry.fence
            return lane
        }
        return ([first] + others, entry)
    }

    /// LOAD runs on the caller's thread, each lane on one of its own.
    private func load(
        _ lanes: [Lane], _ entry: CheckpointTable.Entry, _ feedback: SourceFeedback?, _ tuning: LoadTuning
    ) {
        let keepsOrder = settings.load.keepsOrder(lanes: lanes.count)
        let meter = meter
        let progress = LoadProgress(
            LoadState(entry, lanes: lanes.count, keepsOrder: keepsOrder, limits: settings.limits),
            onDurable: { checkpoint in
                meter.durable(checkpoint)
                feedback?.reached(checkpoint)
            }, onPassed: { feedback?.reached($0) })
        let workers = lanes.map { lane in
            LaneWorker(
                lane: lane, jobs: BoundedQueue(limit: .init(rows: LanePartitioner.window, bytes: 0)),
                progress: progress, tuning: tuning, keepsOrder: keepsOrder, meter: meter, log: log, pause: pause,
                errors: settings.errors,
                ledger: ErrorLedger(channel: settings.checkpoints.channel, pipeline: settings.checkpoints.pipeline))
        }
        let replicas = ReplicaWatch(settings.load, target: settings.target, log: log)
        replicas.start()
        defer { replicas.end() }
        let target = TargetWatch(
            settings.target, lanes: lanes.map(\.connection.threadID), waiting: { progress.waiting }, meter: meter,
            log: log)
        target.start()
        defer { target.end() }
        let threads = workers.map { worker in thread("lane-\(worker.lane.number)") { try worker.run() } }
        var stage = LoadStage(
            workers, progress: progress, ddl: DDLExecutor(intent: entry.ddlIntent, schema: settings.schema, log: log),
            prepared: PreparedTable(
                channel: settings.checkpoints.channel, pipeline: settings.checkpoints.pipeline),
            throttle: Throttle(settings.load), replicas: replicas, stop: stop, meter: meter)
        do { try stage.run(prepared) } catch {
            progress.fail(error)
            fail(error)
        }
        for worker in workers { worker.jobs.close() }
        for thread in threads { thread.wait() }
        lock.withLock { lastDurable = progress.durable.checkpoint }
    }

    private func thread(_ name: String, _ body: @escaping @Sendable () throws -> Void) -> Gate {
        let ended = Gate()
        let thread = Thread { [self] in
            do { try body() } catch { fail(error) }
            ended.open()
        }
        thread.name = "lutra-\(name)"
        thread.stackSize = 4 << 20
        thread.start()
        return ended
    }

    /// A stage before LOAD. When it fails, those behind it end by themselves: what was read whole is applied, so that
    /// nothing is half done when another host takes over, and nothing missing before a statement that the error names.
    private func reader(_ name: String, _ body: @escaping @Sendable () throws -> Void) -> Gate {
        thread(name) { [self] in do { try body() } catch { keep(error) } }
    }

    private func keep(_ error: any Error) {
        lock.withLock { if firstFailure == nil { firstFailure = asPipelineFailure(error) } }
    }

    /// Keeps the first failure and ends all stages.
    private func fail(_ error: any Error) {
        keep(error)
        selected.abort()
        extracted.abort()
        for case .ddl(_, let gate) in prepared.abort() { gate.open() }
    }

    private func transient<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch { throw asPipelineFailure(error) }
    }
}

/// A lost connection becomes a `TransientFailure`; any other server error a `LutraError`.
func asPipelineFailure(_ error: any Error) -> any Error {
    switch error {
    case let failure as StatementFailure:
        let code: ErrorCode = failure.isConnectionLost ? .connectionLost : .queryFailed
        let told = failure.error(code, failure.isConnectionLost ? "a connection broke" : "a query failed")
        return failure.isTransient ? TransientFailure(error: told) : told
    case Lane.Failure.transient(let error):
        return TransientFailure(error: error)
    case let error as LutraError where [.unreachable, .connectionLost, .sourceBehind].contains(error.code):
        return TransientFailure(error: error)
    default:
        return error
    }
}
