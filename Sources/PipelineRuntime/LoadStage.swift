import Binlog
import Foundation
import Load
import Logging
import Model
import MySQLClient
import Plan

/// LOAD: hands the parts of batches to the lanes and keeps count of what is durable.
struct LoadStage {
    let workers: [LaneWorker]
    let progress: LoadProgress
    private let ddl: DDLExecutor
    private let prepared: PreparedTable
    let meter: ProgressMeter
    /// What the first lane's row says on the target in a transaction that is open: more slices of it follow.
    var openMark: LaneMark?
    /// The last checkpoint that was reached without rows and is not written yet.
    private var reached: Checkpoint?
    private var lastIdleWrite = ContinuousClock.now
    private var throttle: Throttle
    private let replicas: ReplicaWatch
    private let started = ContinuousClock.now
    private let stop: StopSignal

    init(
        _ workers: [LaneWorker], progress: LoadProgress, ddl: DDLExecutor, prepared: PreparedTable,
        throttle: Throttle, replicas: ReplicaWatch, stop: StopSignal, meter: ProgressMeter
    ) {
        self.throttle = throttle
        self.replicas = replicas
        self.stop = stop
        self.prepared = prepared
        self.workers = workers
        self.progress = progress
        self.ddl = ddl
        self.meter = meter
    }

    /// Works until the queue ends, then writes the last checkpoint.
    mutating func run(_ queue: BoundedQueue<LoadItem>) throws {
        while let next = queue.waitForNext() {
            if case .rows(let prepared) = next {
                let batch = prepared.batch
                meter.asks(
                    committedMicroseconds: batch.transactions.first?.commitMicroseconds ?? 0, upTo: batch.resume)
                // Meanwhile it stays in the queue, so that TRANSFORM makes no other one.
                try progress.waitForRoom(bytes: prepared.bytes)
            }
            guard let item = queue.pop() else { break }
            switch item {
            case .rows(let prepared):
                reached = nil
                if prepared.isSlice { try apply(slice: prepared) } else { try hand(prepared) }
            case .ddl(let statement, let done):
                defer { done.open() }
                try run(statement)
            case .xa(let change): try note(change)
            case .undone: abandonSlices()
            case .progress(let checkpoint) where openMark != nil:
                if !checkpoint.isInsideTransaction { try endSlices(at: checkpoint) }
            case .progress(let checkpoint):
                reached = checkpoint
                progress.pass(checkpoint)
                // An idle pipeline moves its checkpoint once a second at most; nobody waits for it.
                guard queue.isEmpty, lastIdleWrite.duration(to: .now) > .seconds(1), progress.isIdle else { continue }
                try settle()
            }
        }
        abandonSlices()
        try settle()
    }

    private mutating func hand(_ prepared: PreparedBatch) throws {
        let batch = prepared.batch
        rest(before: prepared)
        for (number, step) in prepared.steps.enumerated() {
            let isLast = number == prepared.steps.count - 1
            let meter = meter
            let places = try progress.begin(
                step.map(\.part), rows: batch.rows.count, bytes: isLast ? prepared.bytes : 0,
                resume: isLast ? batch.resume : nil,
                onDone: { if isLast { meter.applied(prepared) } })
            for (part, place) in zip(step, places) {
                let job = LaneWorker.Job(part: part, place: place)
                // A worker's queue ends only when something failed.
                guard workers[part.part.lane].jobs.push(job, cost: .init(rows: 1, bytes: 0)) else {
                    return try progress.drain()
                }
            }
        }
    }

    /// Waits as long as the throttle wants it, and until the target's replicas are near it, unless the pipeline is to
    /// stop or something failed.
    mutating func rest(before prepared: PreparedBatch) {
        let batch = prepared.batch
        let rows = prepared.steps.reduce(0) { $1.reduce($0) { $0 + $1.part.rows.count } }
        while !stop.isStopped, progress.failed == nil {
            // What is applied in an open transaction, the replicas get with its end.
            let isBehind = openMark == nil && replicas.isBehind
            let wait = max(throttle.wait(at: started.duration(to: .now)), isBehind ? .seconds(1) : .zero)
            guard wait > .zero else { break }
            meter.throttled(true)
            // In short naps, as a lane may fail meanwhile.
            _ = stop.wait(seconds: min(0.1, wait / .seconds(1)))
        }
        meter.throttled(false)
        // Rows that an earlier run has applied cost nothing.
        let bytes = batch.rows.isEmpty ? 0 : batch.bytes.count * rows / batch.rows.count
        throttle.begin(rows: rows, bytes: bytes, at: started.duration(to: .now))
    }

    /// Runs a statement alone: everything before it is durable, and nothing behind it has begun.
    private mutating func run(_ statement: PlannedDDL) throws {
        try progress.drain()
        try endSlices()
        meter.asks(committedMicroseconds: statement.resume.commitMicroseconds, upTo: statement.resume)
        let lane = workers[0].lane
        lane.rowsBefore = progress.durable.rowsBefore
        try progress.alone { try ddl.run(statement, on: lane) }
        reached = nil
        progress.noteWritten(LaneMark(checkpoint: statement.resume, rowsBefore: lane.rowsBefore))
    }

    /// Keeps or forgets an XA transaction; everything before it is durable, and nothing behind it has begun.
    private mutating func note(_ change: XAChange) throws {
        try progress.drain()
        try endSlices()
        let lane = workers[0].lane
        lane.rowsBefore = progress.durable.rowsBefore
        if case .prepared = change.kind { try lane.connection.execute(PreparedTable.creation) }
        let script = prepared.script(for: change, packetBytes: lane.packetBytes)
        try told { () throws(Lane.Failure) in try lane.move(to: change.resume, script) }
        reached = nil
        progress.noteWritten(LaneMark(checkpoint: change.resume, rowsBefore: lane.rowsBefore))
    }

    /// Waits for all lanes and writes the checkpoint where no lane's row says it.
    private mutating func settle() throws {
        try progress.drain()
        if let reached { progress.reach(reached) }
        reached = nil
        lastIdleWrite = .now
        guard let mark = progress.unwritten else { return }
        try move(to: mark)
        progress.noteWritten(mark)
    }

    private func move(to mark: LaneMark) throws {
        try told { () throws(Lane.Failure) in try workers[0].lane.apply(ApplyScript(), mark: mark) }
    }

    func told(_ body: () throws(Lane.Failure) -> Void) throws {
        do throws(Lane.Failure) { try body() } catch {
            if case .transient(let error) = error { throw TransientFailure(error: error) }
            throw LaneWorker.told(error)
        }
    }
}
