package import Model

/// Where a batch ends: at the limits; with whole transactions, only a transaction that is larger than a batch is cut.
package struct BatchBounds: Sendable {
    package enum End: Equatable {
        /// More may be added.
        case open
        case here
        /// Before this row, with which a transaction begins whose end is not there yet.
        case before(row: Int)
    }

    private let limits: Limits
    private let keepsTransactions: Bool
    /// Where a batch ends if it may: what a throttle allows in a second is enough.
    private let enough: (rows: Int, bytes: Int)

    package init(_ limits: Limits, _ load: LoadSpecification) {
        self.limits = limits
        keepsTransactions = load.mode == .transaction
        enough = (
            min(limits.batchRows, load.rowsPerSecond ?? .max), min(limits.batchBytes, load.bytesPerSecond ?? .max)
        )
    }

    /// Where the batch is to end.
    ///
    /// - Parameters:
    ///   - isInside: what is there ends inside a transaction, whose rest follows.
    ///   - suited: rows that suit the target now.
    package func end(_ batch: RowBatch, isInside: Bool, suited: Int) -> End {
        let isFull =
            batch.rows.count >= min(enough.rows, suited)
            || Self.bytes(batch.bytes.count, batch.slices.count) >= enough.bytes
        guard isInside, keepsTransactions, let start = startOfLastTransaction(batch) else {
            return isFull ? .here : .open
        }
        if start > 0 { return isFull ? .before(row: start) : .open }
        return isLarge(batch) ? .here : .open
    }

    /// Ends a batch before a transaction that began in it, and returns what is there of that one.
    package func cut(_ batch: inout RowBatch, before row: Int) -> RowBatch {
        let rest = batch.splitOff(from: row)
        // No slice of the rest's transaction went on before.
        batch.resume.eventsIntoTransaction = 0
        return rest
    }

    /// The batch when the stream ended inside its last transaction, which comes again from its start: with whole
    /// transactions nothing of it is to be seen before.
    ///
    /// - Returns: nil where nothing else is in the batch.
    package func whole(_ batch: RowBatch) -> RowBatch? {
        guard keepsTransactions, let start = startOfLastTransaction(batch) else { return batch }
        guard start > 0 else { return nil }
        var whole = batch
        _ = cut(&whole, before: start)
        return whole
    }

    /// The index of its first row.
    private func startOfLastTransaction(_ batch: RowBatch) -> Int? {
        guard let last = batch.rows.last else { return nil }
        return batch.rows.lastIndex { $0.transaction != last.transaction }.map { $0 + 1 } ?? 0
    }

    /// Whether a transaction alone, as far as it is there, reaches the limits.
    private func isLarge(_ batch: RowBatch) -> Bool {
        batch.rows.count >= limits.batchRows
            || Self.bytes(batch.bytes.count, batch.slices.count) >= limits.batchBytes
    }

    /// Slices count, too: a NULL has one and takes no byte of the log.
    private static func bytes(_ bytes: Int, _ slices: Int) -> Int {
        max(bytes, slices * MemoryLayout<ColumnSlice>.stride)
    }
}
