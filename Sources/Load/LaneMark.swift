package import Model
package import Plan

/// What a lane writes into its row of the checkpoint table, in the transaction of its rows.
package struct LaneMark: Equatable, Sendable {
    /// Everything before it is durable when the transaction is.
    package var checkpoint: Checkpoint
    /// Rows of the pipeline before the checkpoint, since its beginning: the number of the first row behind it.
    package var rowsBefore: UInt64
    /// The rows behind the checkpoint that the lane has applied, those of the transaction included.
    package var done: RowSet

    package init(checkpoint: Checkpoint, rowsBefore: UInt64, done: RowSet? = nil) {
        self.checkpoint = checkpoint
        self.rowsBefore = rowsBefore
        self.done = done ?? RowSet(from: rowsBefore)
    }
}
