import Binlog
import Load
import Model
import PipelineRuntime
import Plan
import TestKit

extension Attempt {
    enum Outcome {
        case goesOn, restarts, fenced, done
        /// The target does not take a transaction whole.
        case tooLarge
    }

    /// Time passes in the whole simulation by one clock; the throttle counts from the start.
    func canLoad(at now: Duration) -> Bool {
        if isResting { return throttle.wait(at: now - started) == .zero }
        if ddl != nil || slice != nil { return state.isIdle }
        if let loading { return state.hasRoom(bytes: loading.steps.count == 1 ? loading.batch.bytes.count : 0) }
        return hasPrepared || (loadEnds && state.isIdle)
    }

    /// - Parameter isLost: the answer to what is sent to the target in this step gets lost, when it sends something.
    func load(
        _ target: inout FakeTarget, isLost: Bool, at now: Duration, _ random: inout SeededRandom
    ) throws -> Outcome {
        if isResting { return try endRest(at: now - started) }
        if ddl != nil { return try runDDL(&target, isLost) }
        if loading != nil { return try handStep() }
        if slice != nil { return try applySlice(&target, isLost) }
        guard let item = takePrepared() else {
            takeBackSlices()
            let outcome = try settle(&target, isLost)
            return outcome != .goesOn ? outcome : hasLostSource ? .restarts : .done
        }
        switch item {
        case .rows(let batch, let steps):
            reached = nil
            loading = (batch, steps[...])
            isResting = true
        case .slice(let batch, let part):
            reached = nil
            slice = (batch, part)
            isResting = true
        case .ddl(let statement): ddl = (statement, 0)
        case .undone: takeBackSlices()
        case .progress(let checkpoint) where open != nil:
            if !checkpoint.isInsideTransaction { return try endSlices(at: checkpoint, &target, isLost) }
        case .progress(let checkpoint):
            reached = checkpoint
            if state.isIdle, Bool.random(using: &random) { return try settle(&target, isLost) }
        }
        return .goesOn
    }

    /// The batch begins: no more than the throttle allows, and one batch.
    private func endRest(at time: Duration) throws -> Outcome {
        isResting = false
        let rows = loading.map { $0.steps.reduce(0) { $1.reduce($0) { $0 + $1.rows.count } } } ?? slice?.part.rows.count
        guard let rows else { return .goesOn }
        throttle.begin(rows: rows, bytes: 0, at: time)
        begun = (begun.rows + rows, max(begun.largest, rows))
        if let most = setup.load.rowsPerSecond.map({ Double($0) * (time / .seconds(1)) }) {
            guard Double(begun.rows - begun.largest) <= most + 0.001 else {
                throw BrokenPromise("\(begun.rows) rows have begun after \(time)")
            }
        }
        return .goesOn
    }

    private func handStep() throws -> Outcome {
        guard let (batch, steps) = loading, let step = steps.first else { return .goesOn }
        let isLast = steps.count == 1
        let (places, _) = state.begin(
            step, rows: batch.rows.count, bytes: isLast ? batch.bytes.count : 0, resume: isLast ? batch.resume : nil)
        guard state.bytes <= 3 * setup.limits.batchBytes || state.bytes == batch.bytes.count else {
            throw BrokenPromise("\(state.bytes) bytes are on their way")
        }
        for (part, place) in zip(step, places) {
            let job = SimulatedLane.Job(batch: batch, part: part, place: place)
            lanes[part.lane].jobs.append(job, cost: .init(rows: 1, bytes: 0))
        }
        loading = isLast ? nil : (batch, steps.dropFirst())
        return .goesOn
    }

    private func settle(_ target: inout FakeTarget, _ isLost: Bool) throws -> Outcome {
        if let reached { state.reach(reached) }
        reached = nil
        guard let mark = state.unwritten() else { return .goesOn }
        guard try target.commit(lane: 0, fence: fence, mark, []) else { return .fenced }
        if isLost { return .restarts }
        state.noteWritten(mark)
        return .goesOn
    }

    /// `DDLExecutor.run` in its steps: note, statement, move.
    private func runDDL(_ target: inout FakeTarget, _ isLost: Bool) throws -> Outcome {
        // The rest of a large transaction had no rows of mapped tables.
        if open != nil { return try endSlices(&target, isLost) }
        guard let (statement, step) = ddl else { return .goesOn }
        let text = String(decoding: statement.sql, as: UTF8.self)
        guard let table = Table(TableName("t", String(text.dropFirst("TRUNCATE TABLE ".count)))) else {
            throw BrokenPromise("an unknown statement arrives: \(text)")
        }
        ddl = (statement, step + 1)
        switch step {
        case 0:
            let note = DDLNote(position: statement.start, number: 0, look: target.look(table))
            if note.wasDone(since: noted) {
                ddl = (statement, 2)
            } else if !target.note(note.text, fence: fence) {
                return .fenced
            }
        case 1: try target.truncate(table)
        default:
            let mark = LaneMark(checkpoint: statement.resume, rowsBefore: state.durable.rowsBefore)
            guard try target.commitDDL(fence: fence, mark) else { return .fenced }
            if isLost { return .restarts }
            reached = nil
            state.noteWritten(mark)
            ddl = nil
            openGate()
        }
        return isLost ? .restarts : .goesOn
    }
}

/// A lane: `LaneWorker` in its steps.
struct SimulatedLane {
    struct Job {
        let batch: RowBatch
        let part: LanePart
        let place: LoadState.Place
    }

    enum Phase {
        case idle
        /// The part waits for what it depends on.
        case waiting
        /// Its transaction is open and waits for its turn.
        case open(LaneMark)
        /// It gave its locks up and waits for its turn without them.
        case gaveWay
        /// The commit is on its way.
        case sent(LaneMark)
    }

    let number: Int
    let keepsOrder: Bool
    let fence: UInt64
    var jobs = BoundedBuffer<Job>(limit: .init(rows: LanePartitioner.window, bytes: 0))
    private(set) var job: Job?
    private(set) var phase = Phase.idle
    private var retry = LaneRetry()
    private var statementRows = 3

    init(number: Int, keepsOrder: Bool, fence: UInt64) {
        self.number = number
        self.keepsOrder = keepsOrder
        self.fence = fence
    }

    func canStep(_ state: LoadState) -> Bool {
        guard let job else { return !jobs.isEmpty }
        return switch phase {
        case .idle, .sent: false
        case .waiting: state.isFree(job.part, job.place)
        case .open: state.isTurn(job.place) || retry.yields
        case .gaveWay: state.isTurn(job.place)
        }
    }

    /// - Returns: what it sends to the target, if anything.
    mutating func step(_ state: LoadState, _ target: FakeTarget) throws -> Packet? {
        guard let job else {
            job = jobs.take()
            phase = .waiting
            retry = LaneRetry()
            statementRows = 3
            return nil
        }
        switch phase {
        case .waiting:
            let mark = state.mark(for: job.part, job.place)
            if !keepsOrder || state.isTurn(job.place) { return packet(job, mark) }
            if target.lanes[number].fence == fence, !target.canApply(job.changes) {
                throw BrokenPromise("lane \(number) changes rows before what they depend on is there")
            }
            phase = .open(mark)
        case .open(let mark):
            if state.isTurn(job.place) { return packet(job, mark) }
            _ = retry.step(after: .gaveWay)
            phase = .gaveWay
        case .gaveWay: phase = .waiting
        case .idle, .sent: break
        }
        return nil
    }

    private mutating func packet(_ job: Job, _ mark: LaneMark) -> Packet {
        phase = .sent(mark)
        return Packet(lane: number, fence: fence, mark: mark, changes: job.changes, statementRows: statementRows)
    }

    /// What the target answered.
    mutating func answer(_ answer: Packet.Answer, _ state: inout LoadState) throws -> Attempt.Outcome {
        guard let job, case .sent(let mark) = phase else { return .goesOn }
        let failure: Lane.Failure
        switch answer {
        case .done:
            _ = state.complete(job.part, job.place, mark)
            (self.job, phase) = (nil, .idle)
            return .goesOn
        case .refused(let rows):
            let step = ErrorPolicies.skippingValues.step(
                after: .value, rows: rows, isMerged: false, written: Setup.options(statementRows))
            guard case .isolate(let options) = step else { throw BrokenPromise("a refused row stops the pipeline") }
            (statementRows, phase) = (options.statementRows, .waiting)
            return .goesOn
        case .failed(let cause): failure = cause
        }
        switch retry.step(after: failure) {
        case .waitForTurn: phase = .gaveWay
        case .again: phase = .waiting
        case .restart: return .restarts
        case .end: return .fenced
        }
        return .goesOn
    }
}

extension SimulatedLane.Job {
    var changes: [SourceLog.Change] { part.rows.compactMap { SourceLog.Change(batch.rows[Int($0)], of: batch) } }
}

extension SourceLog.Change {
    init?(_ row: Row, of batch: RowBatch) {
        let logged = batch.tables[Int(row.table)]
        guard let table = Table(logged.name) else { return nil }
        func values(_ image: UInt32) -> [Int32?]? {
            guard image != Row.noImage else { return nil }
            return batch.slices[Int(image)..<Int(image) + logged.columns.count].map { slice in
                let bits = slice.range.reversed().reduce(0) { $0 << 8 | UInt32(batch.bytes[$1]) }
                return slice.isNull ? nil : Int32(bitPattern: bits)
            }
        }
        self.init(table: table, before: values(row.before), after: values(row.after))
    }
}
