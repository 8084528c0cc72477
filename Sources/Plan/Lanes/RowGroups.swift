import Model

/// The groups of a batch's rows that depend on each other: union-find over rows, joined by the values of their keys.
struct RowGroups {
    private let batch: RowBatch
    private let plans: [TablePlan?]
    /// By plan: whether the table's rows keep their order among each other.
    private var isSerial: [Bool]
    private var parents: [UInt32]
    /// The first value's hash of each row: the same row tends to the same lane from batch to batch.
    private(set) var hashes: [UInt64]
    private(set) var index: KeyIndex

    init(batch: RowBatch, plans: [TablePlan?], serial: Set<TableName>) {
        self.batch = batch
        self.plans = plans
        isSerial = plans.map { plan in plan.map { $0.conflicts.isSerial || serial.contains($0.target.name) } ?? true }
        parents = Array(0..<UInt32(batch.rows.count))
        hashes = Array(repeating: 0, count: batch.rows.count)
        index = KeyIndex(expecting: batch.rows.count)
    }

    /// Joins the rows.
    ///
    /// - Returns: a target with a value whose order is not known: its rows must keep theirs, and all begins anew.
    mutating func form(_ rows: [UInt32], unit: LaneUnit) -> TableName? {
        var previous: UInt32?
        for number in rows {
            let row = batch.rows[Int(number)]
            guard let plan = plans[Int(row.table)] else { continue }
            if isSerial[Int(row.table)] {
                for value in plan.conflicts.shared { touch(value, number) }
            } else {
                for key in plan.conflicts.keys {
                    guard touch(key, row, number) else { return plan.target.name }
                }
            }
            if unit == .transactions, let previous, batch.rows[Int(previous)].transaction == row.transaction {
                join(previous, number)
            }
            previous = number
        }
        return nil
    }

    /// Notes the values of a key before and after the change; false when one of them is not clear.
    private mutating func touch(_ key: ConflictKeys.Key, _ row: Row, _ number: UInt32) -> Bool {
        if row.before != Row.noImage {
            switch ConflictKeys.value(key, row.before, in: batch) {
            case .hash(let hash): touch(hash, number)
            case .null: break
            case .unclear: return false
            case .absent:
                // A partial image that does not change the key says nothing of it.
                guard row.operation == .update, isAbsent(key, row.after) else { return false }
                return true
            }
        }
        guard row.after != Row.noImage else { return true }
        switch ConflictKeys.value(key, row.after, in: batch) {
        case .hash(let hash): touch(hash, number)
        case .null: break
        case .unclear: return false
        case .absent:
            guard row.operation == .update, isAbsent(key, row.after) else { return false }
        }
        return true
    }

    private func isAbsent(_ key: ConflictKeys.Key, _ image: UInt32) -> Bool {
        key.columns.allSatisfy { batch.slices[Int(image) + $0.ordinal].isAbsent }
    }

    private mutating func touch(_ hash: UInt64, _ number: UInt32) {
        if hashes[Int(number)] == 0 { hashes[Int(number)] = hash }
        if let other = index.claim(hash, number) { join(other, number) }
    }

    private mutating func join(_ left: UInt32, _ right: UInt32) {
        let (a, b) = (root(left), root(right))
        // The earlier row leads, so that a group is met at its first row.
        if a < b { parents[Int(b)] = a } else if b < a { parents[Int(a)] = b }
    }

    /// The row that stands for the group.
    mutating func root(_ row: UInt32) -> UInt32 {
        var row = row
        while parents[Int(row)] != row {
            parents[Int(row)] = parents[Int(parents[Int(row)])]
            row = parents[Int(row)]
        }
        return row
    }
}
