/// What one lane gets of a batch.
package struct LanePart: Equatable, Sendable {
    package var lane: Int
    /// Indices into the batch's rows, in order.
    package var rows: [UInt32]
    /// Bits of lanes, for the batch before, the one before that, and so on: their parts must be durable first.
    package var waits: [UInt64]

    package init(lane: Int, rows: [UInt32], waits: [UInt64]) {
        self.lane = lane
        self.rows = rows
        self.waits = waits
    }
}

/// What keeps together on its way through the lanes.
package enum LaneUnit: Sendable {
    /// Rows that depend on each other (mode `merge`).
    case rows
    /// Whole source transactions; those that depend on each other (mode `transaction`, commit order `free`).
    case transactions
    /// Runs of whole source transactions, which commit in the order of the source (mode `transaction`, order `keep`).
    case runs
}
