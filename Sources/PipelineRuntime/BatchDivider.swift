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

    package init(_ load: LoadSpecification, lanes: Int, done: RowSet, nextRow: UInt64, rowsPerLane: Int = 64) {
        unit = load.unit
        partitioner = LanePartitioner(lanes: lanes, unit: load.unit, rowsPerLane: rowsPerLane)
        self.done = done
        self.nextRow = nextRow
    }

    /// Everything before is durable, and tables may look different.
    package mutating func reset() { partitioner.reset() }

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

    /// All that is to be applied of a batch in one part for the first lane; everything before it is durable first, and
    /// it is before anything behind it begins.
    package mutating func alone(_ batch: RowBatch) -> LanePart {
        partitioner.reset()
        return LanePart(lane: 0, rows: newRows(of: batch), waits: [])
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
