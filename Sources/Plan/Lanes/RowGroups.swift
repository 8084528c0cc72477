import Model

/// The groups of a batch's rows that depend on each other: union-find over rows, joined by the values of their keys.
struct RowGroups {
    private let batch: RowBatch
    private let plans: [TablePlan?]
    /// By plan: whether the table's rows keep their order among each other.
    private var isSerial: [Bool]
    private var parents: [UInt32]
    private(set) var index: KeyIndex

    /// The hashes of the keys' values that rows reference, with the rows.
    private(set) var references: [(hash: UInt64, row: UInt32)] = []

    init(batch: RowBatch, plans: [TablePlan?], serial: Set<UInt64>) {
        self.batch = batch
        self.plans = plans
        isSerial = plans.map { plan in
            plan.map { $0.conflicts.isSerial || !serial.isDisjoint(with: $0.conflicts.shared) } ?? true
        }
        parents = Array(0..<UInt32(batch.rows.count))
        index = KeyIndex(expecting: batch.rows.count)
    }

    /// Rows of the whole batch.
    var count: Int { parents.count }

    /// Joins the rows.
    ///
    /// - Returns: what has a value whose order is not known: its rows must keep theirs, and all begins anew.
    mutating func form(_ rows: [UInt32], unit: LaneUnit) -> TablePlan? {
        var previous: UInt32?
        for number in rows {
            let row = batch.rows[Int(number)]
            guard let plan = plans[Int(row.table)] else { continue }
            if isSerial[Int(row.table)] {
                for value in plan.conflicts.shared { touch(value, number) }
            } else {
                guard touchKeys(plan.conflicts, row, number) else { return plan }
            }
            if unit == .transactions, let previous, batch.rows[Int(previous)].transaction == row.transaction {
                join(previous, number)
            }
            previous = number
        }
        // Rows that reference the same value do not depend on each other, only on changes of the row that has it.
        for (hash, number) in references {
            if let parent = index.row(hash) { join(parent, number) }
        }
        return nil
    }

    /// Notes the values of the row's keys; false when one of them is not clear.
    private mutating func touchKeys(_ conflicts: ConflictKeys, _ row: Row, _ number: UInt32) -> Bool {
        var mayCascade = row.operation == .delete
        for key in conflicts.keys {
            guard let (before, after) = values(of: key, row) else { return false }
            // By the bytes: a change of case may cascade.
            if conflicts.isCascadeParent, row.operation == .update, !isSame(key, row) { mayCascade = true }
            if before != 0 { touch(before, number) }
            if after != 0, after != before { touch(after, number) }
        }
        for key in conflicts.references {
            guard let (before, after) = values(of: key, row) else { return false }
            if before != 0 { references.append((before, number)) }
            if after != 0, after != before { references.append((after, number)) }
        }
        // Without checks nothing cascades.
        if let cascade = conflicts.cascade, !row.flags.contains(.foreignKeysOff) {
            if mayCascade, conflicts.isCascadeParent { touch(cascade, number) }
            references.append((cascade, number))
        }
        return true
    }

    /// The hashes of a key's values before and after the change, 0 for none; nil when one of them is not clear.
    private func values(of key: ConflictKeys.Key, _ row: Row) -> (before: UInt64, after: UInt64)? {
        var hashes: (before: UInt64, after: UInt64) = (0, 0)
        if row.before != Row.noImage {
            switch ConflictKeys.value(key, row.before, in: batch) {
            case .hash(let hash): hashes.before = hash
            case .null: break
            case .unclear: return nil
            case .absent:
                // A partial image that does not change the key says nothing of it.
                return row.operation == .update && isAbsent(key, row.after) ? (0, 0) : nil
            }
        }
        guard row.after != Row.noImage else { return hashes }
        switch ConflictKeys.value(key, row.after, in: batch) {
        case .hash(let hash): hashes.after = hash
        case .null: break
        case .unclear: return nil
        case .absent:
            guard row.operation == .update, isAbsent(key, row.after) else { return nil }
        }
        return hashes
    }

    private func isSame(_ key: ConflictKeys.Key, _ row: Row) -> Bool {
        key.columns.allSatisfy {
            slicesEqual(
                batch.slices[Int(row.before) + $0.ordinal], batch.slices[Int(row.after) + $0.ordinal],
                in: batch.bytes)
        }
    }

    private func isAbsent(_ key: ConflictKeys.Key, _ image: UInt32) -> Bool {
        key.columns.allSatisfy { batch.slices[Int(image) + $0.ordinal].isAbsent }
    }

    private mutating func touch(_ hash: UInt64, _ number: UInt32) {
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
