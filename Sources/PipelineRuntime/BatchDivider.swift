package import Model
package import Plan

/// Divides each batch among lanes: rows that an earlier run has applied are left out, and with table weights the
/// rows of each weight are a step of their own. A value; the plans and the SQL are the stage's.
package struct BatchDivider: Sendable {
    private let unit: LaneUnit
    private var partitioner: LanePartitioner
    /// Rows that were applied before this start, by the pipeline's numbers, and the number of the next row.
    private let done: RowSet
    private var nextRow: UInt64
    /// Whether a source transaction that is larger than a batch becomes visible as a whole.
    private let keepsWhole: Bool
    /// The first row of such a transaction whose end has not come yet.
    private var sliced: UInt64?

    /// - Parameter keepsLarge: false where the target has refused a transaction for its size.
    package init(
        _ load: LoadSpecification, keepsLarge: Bool = true, lanes: Int, done: RowSet, nextRow: UInt64,
        rowsPerLane: Int = 64
    ) {
        keepsWhole = load.mode == .transaction && keepsLarge
        unit = load.unit
        partitioner = LanePartitioner(lanes: lanes, unit: load.unit, rowsPerLane: rowsPerLane)
        self.done = done
        self.nextRow = nextRow
    }

    /// Everything before is durable, and tables may look different.
    package mutating func reset() {
        partitioner.reset()
        sliced = nil
    }

    /// Targets whose rows keep their order, in one lane at a time, since the last call; each is told once.
    package mutating func takeSerialTables() -> [(table: TableName, reason: String)] {
        partitioner.takeSerialTables()
    }

    /// - Parameters:
    ///   - plans: by `Row.table`.
    ///   - used: the lanes that get something, the first ones.
    /// - Returns: what may go at the same time, one after another.
    package mutating func divide(_ batch: RowBatch, plans: [TablePlan?], used: Int) -> [[LanePart]] {
        let rows = newRows(of: batch)
        let weights = Set(plans.compactMap { $0?.weight }).sorted()
        guard unit == .rows, partitioner.lanes > 1, weights.count > 1 else {
            return [partitioner.divide(rows, of: batch, plans: plans, isBarrier: false, used: used)]
        }
        return weights.enumerated().map { number, weight in
            let ofWeight = rows.filter { plans[Int(batch.rows[Int($0)].table)]?.weight == weight }
            return partitioner.divide(ofWeight, of: batch, plans: plans, isBarrier: number > 0, used: used)
        }
    }

    /// The batch's part, for the first lane, if it is a slice of a source transaction that is larger than a batch and
    /// becomes visible as a whole: nothing else may be on its way with the slices, and the last of them commits.
    package mutating func slice(of batch: RowBatch) -> LanePart? {
        guard keepsWhole, sliced != nil || batch.resume.isInsideTransaction else { return nil }
        let first = sliced ?? nextRow
        reset()
        if batch.resume.isInsideTransaction { sliced = first }
        return LanePart(lane: 0, rows: newRows(of: batch), waits: [])
    }

    /// The stream goes on behind the checkpoint, without rows since the last batch.
    package mutating func pass(_ checkpoint: Checkpoint) {
        if !checkpoint.isInsideTransaction { sliced = nil }
    }

    /// The slices since the last whole transaction are not to be seen.
    package mutating func takeBack() {
        if let sliced { nextRow = sliced }
        sliced = nil
    }

    /// The rows that no earlier run has applied.
    private mutating func newRows(of batch: RowBatch) -> [UInt32] {
        let first = nextRow
        nextRow += UInt64(batch.rows.count)
        let all = 0..<UInt32(batch.rows.count)
        return first < done.end ? all.filter { !done.contains(first + UInt64($0)) } : Array(all)
    }
}

extension LoadSpecification {
    /// What keeps together on its way.
    fileprivate var unit: LaneUnit {
        switch (mode, commitOrder) {
        case (.merge, _): .rows
        case (.transaction, .keep): .runs
        case (.transaction, .free): .transactions
        }
    }

    /// Whether several lanes wait for their turns to commit.
    package func keepsOrder(lanes: Int) -> Bool { lanes > 1 && unit == .runs }
}
