import Foundation
import Load
import Model
import Plan

/// How far the lanes of a pipeline are: what is on its way, what is durable, whose turn it is. From any thread.
///
/// A batch is one or more steps; a step is at most one part for each lane. Steps are numbered in order, and at most
/// `LanePartitioner.window` of them are on their way.
final class LoadProgress: @unchecked Sendable {
    // @unchecked: every access to the state is under the condition's lock.
    private let condition = NSCondition()
    private var steps: [Step] = []
    /// Steps before `steps[0]`.
    private var stepsDone: UInt64 = 0
    /// The turn of the next commit, where commits keep their order.
    private var nextTurn: UInt64 = 0
    private var failure: (any Error)?
    /// Everything before it is durable.
    private var low: Checkpoint
    private var rowsBefore: UInt64
    /// The furthest checkpoint that stands in some lane's row.
    private var written: Checkpoint
    /// Rows behind the checkpoint that each lane has applied.
    private var done: [RowSet]
    private let limits: Limits
    private let keepsOrder: Bool
    private let onDurable: (Checkpoint) -> Void
    /// What `pass` was told while something was on its way.
    private var passing: Checkpoint?
    private let onPassed: (Checkpoint) -> Void

    private struct Step {
        /// Bits of the lanes whose parts are not durable yet.
        var open: UInt64
        let lastTurn: UInt64
        /// Where the pipeline is when the step is durable and all before it; nil inside a batch.
        let resume: Checkpoint?
        let rowsBefore: UInt64
        let bytes: Int
        let onDone: () -> Void
    }

    /// Where a part stands among the others.
    struct Place: Sendable {
        let step: UInt64
        let turn: UInt64
        /// The number of the batch's first row.
        let firstRow: UInt64
    }

    init(
        _ entry: CheckpointTable.Entry, lanes: Int, keepsOrder: Bool, limits: Limits,
        onDurable: @escaping (Checkpoint) -> Void, onPassed: @escaping (Checkpoint) -> Void = { _ in }
    ) {
        low = entry.checkpoint
        written = entry.checkpoint
        rowsBefore = entry.rowsBefore
        done = Array(repeating: RowSet(from: entry.rowsBefore), count: lanes)
        done[0] = entry.done
        self.keepsOrder = keepsOrder
        self.limits = limits
        self.onDurable = onDurable
        self.onPassed = onPassed
    }

    /// The last checkpoint that is durable on the target, and the rows before it.
    var durable: (checkpoint: Checkpoint, rowsBefore: UInt64) { condition.withLock { (low, rowsBefore) } }

    /// Something that no lane can mend: everything ends.
    func fail(_ error: any Error) {
        condition.withLock {
            if failure == nil { failure = error }
            condition.broadcast()
        }
    }

    /// What failed, if anything.
    var failed: (any Error)? { condition.withLock { failure } }

    /// Waits for room, then takes in a step.
    ///
    /// - Parameters:
    ///   - resume: nil when more steps of the batch follow.
    ///   - onDone: called when the step is durable and all before it.
    /// - Returns: where each part stands.
    func begin(
        _ parts: [LanePart], firstRow: UInt64, rows: Int, bytes: Int, resume: Checkpoint?,
        onDone: @escaping () -> Void
    ) throws -> [Place] {
        try condition.withLock {
            while failure == nil,
                steps.count >= LanePartitioner.window
                    || (!steps.isEmpty && steps.reduce(bytes) { $0 + $1.bytes } > 2 * limits.batchBytes)
            {
                condition.wait()
            }
            if let failure { throw failure }
            let number = stepsDone + UInt64(steps.count)
            let firstTurn = (steps.last?.lastTurn).map { $0 &+ 1 } ?? nextTurn
            steps.append(
                Step(
                    open: parts.reduce(0) { $0 | 1 << UInt64($1.lane) },
                    lastTurn: firstTurn &+ UInt64(parts.count) &- 1, resume: resume,
                    rowsBefore: firstRow + UInt64(rows), bytes: bytes, onDone: onDone))
            let places = parts.indices.map { Place(step: number, turn: firstTurn + UInt64($0), firstRow: firstRow) }
            popDone()
            return places
        }
    }

    /// Waits until everything that the part depends on is durable.
    func waitForOthers(_ part: LanePart, _ place: Place) throws {
        try condition.withLock {
            while failure == nil, !isFree(part, place) { condition.wait() }
            if let failure { throw failure }
        }
    }

    private func isFree(_ part: LanePart, _ place: Place) -> Bool {
        for (age, lanes) in part.waits.enumerated() where lanes != 0 {
            guard place.step > UInt64(age) else { return true }
            let step = place.step - UInt64(age) - 1
            if step >= stepsDone, steps[Int(step - stepsDone)].open & lanes != 0 { return false }
        }
        return true
    }

    /// What the lane writes into its row with the part.
    func mark(for part: LanePart, _ place: Place) -> LaneMark {
        condition.withLock {
            let step = steps[Int(place.step - stepsDone)]
            let isLast: Bool
            if keepsOrder {
                isLast = place.turn == step.lastTurn
            } else {
                isLast = place.step == stepsDone && step.open == 1 << UInt64(part.lane)
            }
            var rows = done[part.lane]
            // When this commits, everything up to the step's end is durable. Rows behind it may be so since an earlier
            // run.
            if isLast, let resume = step.resume {
                rows.removeBelow(step.rowsBefore)
                return LaneMark(checkpoint: resume, rowsBefore: step.rowsBefore, done: rows)
            }
            rows.removeBelow(rowsBefore)
            for row in part.rows { rows.insert(place.firstRow + UInt64(row)) }
            return LaneMark(checkpoint: low, rowsBefore: rowsBefore, done: rows)
        }
    }

    /// The part is durable, with the mark.
    func complete(_ part: LanePart, _ place: Place, _ mark: LaneMark) {
        condition.withLock {
            done[part.lane] = mark.done
            written = mark.checkpoint
            steps[Int(place.step - stepsDone)].open &= ~(1 << UInt64(part.lane))
            nextTurn = max(nextTurn, place.turn + 1)
            popDone()
            condition.broadcast()
        }
    }

    private func popDone() {
        while let step = steps.first, step.open == 0 {
            steps.removeFirst()
            stepsDone += 1
            if let resume = step.resume {
                low = resume
                rowsBefore = step.rowsBefore
                onDurable(resume)
            }
            step.onDone()
        }
        guard steps.isEmpty, let passing else { return }
        self.passing = nil
        onPassed(passing)
    }

    /// Nothing is to be applied up to here: told to `onPassed` once everything before it is durable.
    func pass(_ checkpoint: Checkpoint) {
        condition.withLock { if steps.isEmpty { onPassed(checkpoint) } else { passing = checkpoint } }
    }

    var isIdle: Bool { condition.withLock { steps.isEmpty } }

    /// Nothing is on its way, and nothing was to be applied up to here.
    func reach(_ checkpoint: Checkpoint) { condition.withLock { low = checkpoint } }

    /// Waits until nothing is on its way.
    func drain() throws {
        try condition.withLock {
            while failure == nil, !steps.isEmpty { condition.wait() }
            if let failure { throw failure }
        }
    }

    /// What the first lane's row is to say when nothing is on its way; nil when some row says it.
    var unwritten: LaneMark? {
        condition.withLock {
            guard written != low else { return nil }
            done[0].removeBelow(rowsBefore)
            return LaneMark(checkpoint: low, rowsBefore: rowsBefore, done: done[0])
        }
    }

    /// Some lane's row says so now.
    func noteWritten(_ mark: LaneMark) {
        condition.withLock {
            (low, written) = (mark.checkpoint, mark.checkpoint)
            onDurable(mark.checkpoint)
        }
    }

    // Commits in order.

    func isTurn(_ place: Place) -> Bool { condition.withLock { nextTurn == place.turn } }

    /// Waits for the part's turn to commit.
    ///
    /// - Parameter yields: gives up when nobody committed for a while: whose turn it is may wait for this one's locks.
    /// - Returns: false when it gave up, or something failed.
    func waitTurn(_ place: Place, yields: Bool) -> Bool {
        condition.withLock {
            while failure == nil, nextTurn != place.turn {
                let seen = nextTurn
                let isOver = !condition.wait(until: Date(timeIntervalSinceNow: Self.patience))
                if yields, isOver, nextTurn == seen { return false }
            }
            return failure == nil
        }
    }

    /// Seconds without a commit after which locks are given up.
    private static let patience = 0.5
}
