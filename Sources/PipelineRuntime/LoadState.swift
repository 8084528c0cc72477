package import Load
package import Model
package import Plan

/// How far the lanes of a pipeline are: what is on its way, what is durable, whose turn it is. A value without threads
/// or clock; `LoadProgress` waits for what it says, and the simulation drives it through all kinds of interleavings.
///
/// A batch is one or more steps; a step is at most one part for each lane. Steps are numbered in order, and at most
/// `LanePartitioner.window` of them are on their way.
package struct LoadState: Sendable {
    private var steps: [Step] = []
    /// Steps before `steps[0]`.
    private var stepsDone: UInt64 = 0
    /// The turn of the next commit, where commits keep their order.
    package private(set) var nextTurn: UInt64 = 0
    /// Everything before it is durable.
    private var low: Checkpoint
    private var rowsBefore: UInt64
    /// The furthest checkpoint that stands in some lane's row.
    private var written: Checkpoint
    /// Rows behind the checkpoint that each lane has applied.
    private var done: [RowSet]
    /// The number of the next batch's first row.
    private var nextRow: UInt64
    private let limits: Limits
    private let keepsOrder: Bool

    private struct Step {
        /// Bits of the lanes whose parts are not durable yet.
        var open: UInt64
        let lastTurn: UInt64
        /// Where the pipeline is when the step is durable and all before it; nil inside a batch.
        let resume: Checkpoint?
        let rowsBefore: UInt64
        let bytes: Int
    }

    /// Where a part stands among the others.
    package struct Place: Sendable {
        package let step: UInt64
        package let turn: UInt64
        /// The number of the batch's first row.
        package let firstRow: UInt64
    }

    /// A step that is durable with all before it.
    package struct DurableStep: Sendable {
        /// Nil inside a batch.
        package let resume: Checkpoint?
    }

    package init(_ entry: CheckpointTable.Entry, lanes: Int, keepsOrder: Bool, limits: Limits) {
        low = entry.checkpoint
        written = entry.checkpoint
        rowsBefore = entry.rowsBefore
        nextRow = entry.rowsBefore
        done = Array(repeating: RowSet(from: entry.rowsBefore), count: lanes)
        done[0] = entry.done
        self.keepsOrder = keepsOrder
        self.limits = limits
    }

    /// The last checkpoint that is durable on the target, and the rows before it.
    package var durable: (checkpoint: Checkpoint, rowsBefore: UInt64) { (low, rowsBefore) }

    package var isIdle: Bool { steps.isEmpty }

    /// Bytes of the batches that are on their way, and of their SQL.
    package var bytes: Int { steps.reduce(0) { $0 + $1.bytes } }

    /// Whether a step with so many bytes may begin; one that is larger than the bounds may when it is alone.
    package func hasRoom(bytes: Int) -> Bool {
        steps.isEmpty || (steps.count < LanePartitioner.window && self.bytes + bytes <= 3 * limits.batchBytes)
    }

    /// Takes in a step.
    ///
    /// - Parameters:
    ///   - rows: rows of the whole batch, those that are left out included.
    ///   - resume: nil when more steps of the batch follow.
    /// - Returns: where each part stands; a step without parts is durable at once when all before it is.
    package mutating func begin(
        _ parts: [LanePart], rows: Int, bytes: Int, resume: Checkpoint?
    ) -> (places: [Place], durable: [DurableStep]) {
        let number = stepsDone + UInt64(steps.count)
        let firstTurn = (steps.last?.lastTurn).map { $0 &+ 1 } ?? nextTurn
        let end = nextRow + UInt64(rows)
        steps.append(
            Step(
                open: parts.reduce(0) { $0 | 1 << UInt64($1.lane) },
                lastTurn: firstTurn &+ UInt64(parts.count) &- 1, resume: resume, rowsBefore: end, bytes: bytes))
        let places = parts.indices.map { Place(step: number, turn: firstTurn + UInt64($0), firstRow: nextRow) }
        if resume != nil { nextRow = end }
        return (places, popDurable())
    }

    /// Whether everything that the part depends on is durable.
    package func isFree(_ part: LanePart, _ place: Place) -> Bool {
        for (age, lanes) in part.waits.enumerated() where lanes != 0 {
            guard place.step > UInt64(age) else { return true }
            let step = place.step - UInt64(age) - 1
            if step >= stepsDone, steps[Int(step - stepsDone)].open & lanes != 0 { return false }
        }
        return true
    }

    /// Whether it is the part's turn to commit.
    package func isTurn(_ place: Place) -> Bool { nextTurn == place.turn }

    /// What the lane writes into its row with the part.
    package func mark(for part: LanePart, _ place: Place) -> LaneMark {
        let step = steps[Int(place.step - stepsDone)]
        let isLast: Bool
        if keepsOrder {
            isLast = place.turn == step.lastTurn
        } else {
            isLast = place.step == stepsDone && step.open == 1 << UInt64(part.lane)
        }
        var rows = done[part.lane]
        // When this commits, everything up to the step's end is durable. Rows behind it may be so since an earlier run.
        if isLast, let resume = step.resume {
            rows.removeBelow(step.rowsBefore)
            return LaneMark(checkpoint: resume, rowsBefore: step.rowsBefore, done: rows)
        }
        rows.removeBelow(rowsBefore)
        for row in part.rows { rows.insert(place.firstRow + UInt64(row)) }
        return LaneMark(checkpoint: low, rowsBefore: rowsBefore, done: rows)
    }

    /// The part is durable, with the mark.
    package mutating func complete(_ part: LanePart, _ place: Place, _ mark: LaneMark) -> [DurableStep] {
        done[part.lane] = mark.done
        written = mark.checkpoint
        steps[Int(place.step - stepsDone)].open &= ~(1 << UInt64(part.lane))
        nextTurn = max(nextTurn, place.turn + 1)
        return popDurable()
    }

    private mutating func popDurable() -> [DurableStep] {
        var durable: [DurableStep] = []
        while let step = steps.first, step.open == 0 {
            steps.removeFirst()
            stepsDone += 1
            if let resume = step.resume {
                low = resume
                rowsBefore = step.rowsBefore
            }
            durable.append(DurableStep(resume: step.resume))
        }
        return durable
    }

    /// Nothing is on its way, and nothing was to be applied up to here.
    package mutating func reach(_ checkpoint: Checkpoint) { low = checkpoint }

    /// What the first lane's row is to say when nothing is on its way; nil when some row says it.
    package mutating func unwritten() -> LaneMark? {
        guard written != low else { return nil }
        done[0].removeBelow(rowsBefore)
        return LaneMark(checkpoint: low, rowsBefore: rowsBefore, done: done[0])
    }

    /// What the first lane's row is to say with a slice of a transaction that ends with a later one, or with this one:
    /// nothing else is on its way, and `noteWritten` is told of the last one when it is durable.
    ///
    /// - Parameter rows: of the slice, those that are left out included.
    package mutating func markOfSlice(rows: Int, resume: Checkpoint) -> LaneMark {
        nextRow += UInt64(rows)
        var done = done[0]
        done.removeBelow(nextRow)
        return LaneMark(checkpoint: resume, rowsBefore: nextRow, done: done)
    }

    /// The slices since the last whole transaction are taken back.
    package mutating func forgetSlices() { nextRow = rowsBefore }

    /// The first lane's row says so now.
    package mutating func noteWritten(_ mark: LaneMark) {
        (low, written) = (mark.checkpoint, mark.checkpoint)
        rowsBefore = mark.rowsBefore
        done[0] = mark.done
    }
}
