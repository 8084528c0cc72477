import Model

/// Finds deletes that the source logged twice.
///
/// MySQL 9.7 logs the rows that its foreign keys take along. Where rows refer to each other in a circle, it logs the
/// delete of one of them once for each way that leads to it; its own replicas stop there with "Can't find record".
struct RepeatedDeletes {
    private struct Deleted {
        var table: UInt32
        var image: UInt32
    }

    private var transaction = UInt32.max
    /// What the transaction deleted and did not make anew, by the hash of its key.
    private var deleted: [UInt64: Deleted] = [:]

    /// Whether the transaction deleted the row of this key before. Each row is asked about, in the order of the source.
    mutating func contains(_ row: Row, key: [Int], in batch: RowBatch) -> Bool {
        let image = row.operation == .delete ? row.before : row.after
        // NULL is a value that several rows may have.
        guard !key.isEmpty, key.allSatisfy({ batch.slices[Int(image) + $0].hasBytes }) else { return false }
        if row.transaction != transaction {
            transaction = row.transaction
            deleted.removeAll(keepingCapacity: true)
        }
        if row.operation != .delete {
            guard !deleted.isEmpty else { return false }
            deleted[keyHash(row.after, key, in: batch)] = nil
            return false
        }
        let hash = keyHash(row.before, key, in: batch)
        if let found = deleted[hash], found.table == row.table {
            return imagesEqual(found.image, key, row.before, key, in: batch)
        }
        deleted[hash] = Deleted(table: row.table, image: row.before)
        return false
    }
}
