import Binlog
import Capture
import Foundation
import Load
import Logging
import Model
import MySQLClient
import Plan

/// The stages from one start to their end: four threads and three queues.
final class PipelineAttempt: @unchecked Sendable {
    // @unchecked: what threads share is the queues, the signals, and the first failure, which a lock guards.
    private let settings: Pipeline.Settings
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
    func run(from start: Checkpoint) throws {
        let lane = try transient { try Lane(settings.target, table: settings.checkpoints, log: log) }
        defer { lane.close() }
        let entry = try transient { try lane.takeOver(from: start) }
        if settings.errors.skipsSome { try transient { _ = try lane.connection.execute(ErrorLedger.creation) } }
        lock.withLock { lastDurable = entry.checkpoint }
        meter.started(from: entry.checkpoint)
        let (dump, source) = try transient { try openStream(at: entry.checkpoint) }
        // A drain ends SELECT; what it has handed on is still applied.
        let action = stop.onRaise { dump.interrupt() }
        defer { stop.remove(action) }
        let targetVersion = lane.connection.server
        let options = ScriptOptions(limits: settings.limits, packetBytes: lane.packetBytes)
        let threads = [
            thread("select") { [self] in
                var stage = SelectStage(
                    settings, stream: dump, isMariaDB: source.flavor == .mariadb, start: entry.checkpoint, stop: stop,
                    meter: meter)
                try stage.run(selected)
            },
            thread("extract") { [self] in
                let resolver = try SchemaResolver(
                    settings, at: entry.checkpoint, source: source, target: targetVersion, log: log)
                var stage = ExtractStage(settings, resolver: resolver, log: log)
                try stage.run(selected, extracted)
            },
            thread("transform") { [self] in
                let catalog = TargetCatalog(
                    settings.target, router: settings.router, sourceTables: settings.sourceTables.keys,
                    errors: settings.errors)
                var stage = TransformStage(catalog: catalog, options: options)
                try stage.run(extracted, prepared)
            },
        ]
        load(lane, entry)
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
        let dump = try DumpStream.open(settings.source, from: DumpStart(checkpoint))
        return (dump, dump.server)
    }

    /// LOAD runs on the caller's thread.
    private func load(_ lane: Lane, _ entry: CheckpointTable.Entry) {
        var stage = LoadStage(
            lane: lane, ddl: DDLExecutor(intent: entry.ddlIntent, log: log), meter: meter, log: log, pause: pause,
            durable: entry.checkpoint, errors: settings.errors,
            ledger: ErrorLedger(channel: settings.checkpoints.channel, pipeline: settings.checkpoints.pipeline))
        do { try stage.run(prepared) } catch { fail(error) }
        lock.withLock { lastDurable = stage.durable }
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

    /// Keeps the first failure and ends all stages.
    private func fail(_ error: any Error) {
        lock.withLock { if firstFailure == nil { firstFailure = asPipelineFailure(error) } }
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
    case let error as LutraError where error.code == .unreachable || error.code == .connectionLost:
        return TransientFailure(error: error)
    default:
        return error
    }
}
