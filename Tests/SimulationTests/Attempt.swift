import Binlog
import Load
import Model
import PipelineRuntime
import Plan
import TestKit

/// One start of the pipeline with its stages as values: what `PipelineAttempt`'s threads do between two waits is one
/// step here, and the schedule says whose step is next.
final class Attempt {
    enum Item { case rows(RowBatch), ddl(LoggedStatement), undone, progress(Checkpoint) }
    enum LoadItem {
        case rows(RowBatch, [[LanePart]]), slice(RowBatch, LanePart), ddl(LoggedStatement), undone, progress(Checkpoint)
    }
    typealias Cost = (rows: Int, bytes: Int)

    let setup: Setup
    let log: SourceLog
    let fence: UInt64
    let noted: String?

    // SELECT
    private var selector: EventSelector
    private var nextEvent: Int
    private var isReading = true
    private(set) var hasLostSource = false
    private var selecting: [StreamItem] = []
    private var selected: BoundedBuffer<StreamItem>
    // EXTRACT
    private let bounds: BatchBounds
    private var building: (batch: RowBatch, isOpen: Bool)?
    private var extracting: (item: Item, cost: Cost)?
    var extracted: BoundedBuffer<Item>
    // TRANSFORM
    var divider: BatchDivider
    var transforming: (item: LoadItem, cost: Cost)?
    /// A DDL statement is on its way: what follows is planned once it is done.
    var isGated = false
    var prepared: BoundedBuffer<LoadItem>
    // LOAD
    var state: LoadState
    var loading: (batch: RowBatch, steps: ArraySlice<[LanePart]>)?
    var slice: (batch: RowBatch, part: LanePart)?
    /// What the open transaction on the target holds.
    var open: (mark: LaneMark, changes: [SourceLog.Change])?
    var lanes: [SimulatedLane]
    var ddl: (statement: LoggedStatement, step: Int)?
    var reached: Checkpoint?
    var tuner: LoadTuner
    var throttle: Throttle
    /// The batch waits for the throttle.
    var isResting = false
    /// Since the start: rows of all batches that have begun, and of the largest one.
    var begun = (rows: 0, largest: 0)
    /// When it started.
    let started: Duration

    init(
        _ setup: Setup, _ log: SourceLog, _ entry: CheckpointTable.Entry, lanes: Int, keepsLarge: Bool, at now: Duration
    ) throws {
        started = now
        throttle = Throttle(setup.load)
        self.setup = setup
        self.log = log
        self.fence = entry.fence
        noted = entry.ddlIntent
        let limits = setup.limits
        var selector = EventSelector(
            start: entry.checkpoint, isMariaDB: false, limits: limits,
            takesBack: setup.load.mode == .transaction && keepsLarge, isMapped: { $0 != Table.other.name })
        _ = try log.formatBytes.withUnsafeBytes { try selector.consume($0) }
        self.selector = selector
        nextEvent = log.event(at: entry.checkpoint.position.offset)
        selected = BoundedBuffer(limit: .init(rows: .max / 2, bytes: limits.queueBytes))
        extracted = BoundedBuffer(limit: .init(rows: 1, bytes: limits.batchBytes))
        prepared = BoundedBuffer(limit: .init(rows: 1, bytes: limits.batchBytes))
        bounds = BatchBounds(limits, setup.load)
        divider = BatchDivider(
            setup.load, keepsLarge: keepsLarge, lanes: lanes, done: entry.done, nextRow: entry.rowsBefore,
            rowsPerLane: setup.rowsPerLane)
        let (keepsOrder, fence) = (setup.load.keepsOrder(lanes: lanes), entry.fence)
        state = LoadState(entry, lanes: lanes, keepsOrder: keepsOrder, limits: limits)
        tuner = LoadTuner(limits, setup.load, lanes: lanes, fewestRows: 1)
        self.lanes = (0..<lanes).map { SimulatedLane(number: $0, keepsOrder: keepsOrder, fence: fence) }
    }

    // SELECT: an event a step.

    var canSelect: Bool { selecting.isEmpty ? isReading : selected.hasRoom(for: selectCost) }

    private var selectCost: BoundedBuffer<StreamItem>.Cost {
        guard case .rows(let chunk)? = selecting.first else { return .init(rows: 0, bytes: 64) }
        return .init(rows: 0, bytes: chunk.bytes.count)
    }

    func select(_ random: inout SeededRandom) throws {
        guard selecting.isEmpty else {
            let cost = selectCost
            return selected.append(selecting.removeFirst(), cost: cost)
        }
        // At the end of the log the pipeline is asked to stop.
        guard nextEvent < log.events.count else { return endReading() }
        var overflow: [StreamItem] = []
        let isFull = try log.events[nextEvent].bytes.withUnsafeBytes { event in
            try selector.consume(event) { overflow += $0 }
        }
        nextEvent += 1
        selecting = overflow
        let waits = Bool.random(using: &random)
        if isFull || (selector.hasTransactionBoundary && waits) { selecting += selector.takeItems() }
    }

    /// SELECT ends: what was read whole goes on.
    private func endReading() {
        isReading = false
        let items = selector.takeWholeItems()
        if selector.hasTransactionBoundary { selecting += items }
    }

    /// What was read whole is still applied; then the pipeline starts again.
    func loseSource() {
        guard isReading else { return }
        hasLostSource = true
        endReading()
    }

    private var selectHasEnded: Bool { !isReading && selecting.isEmpty }

    // EXTRACT: a chunk a step.

    var canExtract: Bool {
        if let cost = extracting?.cost { return extracted.hasRoom(for: .init(rows: cost.rows, bytes: cost.bytes)) }
        if let building { return !building.isOpen || !selected.isEmpty || selectHasEnded }
        return !selected.isEmpty
    }

    func extract() throws {
        if let (item, cost) = extracting {
            extracted.append(item, cost: .init(rows: cost.rows, bytes: cost.bytes))
            extracting = nil
            if let (batch, isOpen) = building { end(batch, isOpen: isOpen) }
        } else if let (batch, isOpen) = building {
            guard case .rows(let chunk)? = selected.first else { return finish(batch, isOpen: isOpen) }
            _ = selected.take()
            try decode(chunk, into: batch)
        } else {
            switch selected.take() {
            case .rows(let chunk): try decode(chunk, into: RowBatch(resume: chunk.resume))
            case .statement(let statement): extracting = (.ddl(statement), (1, 1))
            case .undone: extracting = (.undone, (0, 0))
            case .progress(let checkpoint): extracting = (.progress(checkpoint), (0, 0))
            case .xa, nil: break
            }
        }
    }

    private func decode(_ chunk: EventChunk, into batch: RowBatch) throws {
        var batch = batch
        try RowsDecoder().decode(chunk, resolve: { Setup.logged[$0.name] }, into: &batch)
        end(batch, isOpen: chunk.endsInsideTransaction)
    }

    private func end(_ batch: RowBatch, isOpen: Bool) {
        building = (batch, isOpen)
        switch bounds.end(batch, isInside: isOpen, suited: tuner.choice.batchRows) {
        case .open: break
        case .here: finish(batch)
        case .before(let row):
            var whole = batch
            let rest = bounds.cut(&whole, before: row)
            finish(whole)
            building = (rest, isOpen)
        }
    }

    /// No rows come next.
    private func finish(_ batch: RowBatch, isOpen: Bool) {
        guard isOpen else { return finish(batch) }
        var batch = batch
        switch selected.first {
        case nil, .undone:
            guard let whole = bounds.whole(batch) else { return building = nil }
            batch = whole
        case .progress(let checkpoint): batch.resume = checkpoint
        default: break
        }
        finish(batch)
    }

    private func finish(_ batch: RowBatch) {
        building = nil
        extracting = (
            batch.rows.isEmpty ? .progress(batch.resume) : .rows(batch), (batch.rows.count, batch.bytes.count)
        )
    }

    var extractHasEnded: Bool {
        selectHasEnded && selected.isEmpty && building == nil && extracting == nil
    }

    /// What the target answered a lane. How long the part took is anybody's guess.
    func answer(_ answer: Packet.Answer, lane: Int, _ random: inout SeededRandom) throws -> Outcome {
        let rows = lanes[lane].job?.part.rows.count ?? 0
        let outcome = try lanes[lane].answer(answer, &state)
        guard case .done = answer else { return outcome }
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            _ = tuner.note(
                rows: rows, time: .milliseconds(Int.random(in: 0...6_000, using: &random)),
                conflicts: Int.random(in: 0...4, using: &random) / 4)
        }
        guard (1...lanes.count).contains(tuner.choice.lanes),
            (1...setup.limits.batchRows).contains(tuner.choice.batchRows)
        else { throw BrokenPromise("out of the operator's bounds: \(tuner.choice)") }
        return outcome
    }

    // LOAD: see `Attempt+Load`.

    func takePrepared() -> LoadItem? { prepared.take() }
    var hasPrepared: Bool { !prepared.isEmpty }
    var loadEnds: Bool { transformHasEnded && prepared.isEmpty && loading == nil && slice == nil && ddl == nil }

    /// Promise 5: no queue holds more than it may, unless a single element is larger.
    func checkBounds() throws {
        let limits = setup.limits
        let isBounded =
            (selected.held.bytes <= limits.queueBytes || selected.count == 1)
            && (extracted.held.rows <= 1 && extracted.held.bytes <= limits.batchBytes || extracted.count == 1)
            && (prepared.held.rows <= 1 && prepared.held.bytes <= limits.batchBytes || prepared.count == 1)
            && lanes.allSatisfy { $0.jobs.count <= LanePartitioner.window }
        guard isBounded else { throw BrokenPromise("a queue holds more than its bounds") }
    }
}
