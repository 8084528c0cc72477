package import Model

/// Where a batch ends: at the limits; with whole transactions, only a transaction that is larger than a batch is cut.
package struct BatchBounds: Sendable {
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

    /// Whether nothing may be added to the batch.
    ///
    /// - Parameters:
    ///   - isInside: the batch ends inside a transaction, whose rest follows.
    ///   - suited: rows that suit the target now.
    package func end(_ batch: RowBatch, isInside: Bool, suited: Int) -> Bool {
        if isInside && keepsTransactions { return lastTransactionIsFull(batch) }
        return batch.rows.count >= min(enough.rows, suited)
            || Self.bytes(batch.bytes.count, batch.slices.count) >= enough.bytes
    }

    /// The batch when the stream ended inside its last transaction, which comes again from its start: with whole
    /// transactions nothing of it is to be seen before.
    ///
    /// - Returns: nil where nothing else is in the batch.
    package func whole(_ batch: RowBatch) -> RowBatch? {
        guard keepsTransactions, let start = startOfLastTransaction(batch) else { return batch }
        guard start > 0 else { return nil }
        var whole = batch
        whole.rows.removeSubrange(start...)
        // It began in this batch, so that no slice of it went on before.
        whole.resume.eventsIntoTransaction = 0
        return whole
    }

    /// The index of its first row.
    private func startOfLastTransaction(_ batch: RowBatch) -> Int? {
        guard let last = batch.rows.last else { return nil }
        return batch.rows.lastIndex { $0.transaction != last.transaction }.map { $0 + 1 } ?? 0
    }

    /// Whether the batch's last transaction alone reaches the batch's limits.
    private func lastTransactionIsFull(_ batch: RowBatch) -> Bool {
        guard let start = startOfLastTransaction(batch) else { return false }
        let row = batch.rows[start]
        let image = Int(row.before == Row.noImage ? row.after : row.before)
        let offset = batch.slices[image...].first(where: \.hasBytes)?.offset ?? 0
        let bytes = Self.bytes(batch.bytes.count - Int(offset), batch.slices.count - image)
        return batch.rows.count - start >= limits.batchRows || bytes >= limits.batchBytes
    }

    /// Slices count, too: a NULL has one and takes no byte of the log.
    private static func bytes(_ bytes: Int, _ slices: Int) -> Int {
        max(bytes, slices * MemoryLayout<ColumnSlice>.stride)
    }
}
