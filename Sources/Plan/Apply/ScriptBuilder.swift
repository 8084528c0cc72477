package import Model

/// Turns a batch into SQL: folds what can be folded, keeps the source's order elsewhere, lower weights first.
package struct ScriptBuilder {
    let batch: RowBatch
    /// By `Row.table`; nil for a table that is not mapped.
    let plans: [TablePlan?]
    let options: ScriptOptions
    /// The rows that are written, by their indices in the batch; in order.
    let rows: [UInt32]
    var script = ApplyScript()
    /// Targets of which rows go away, or change a unique value: what references them must be moved before.
    var losers: Set<TableName> = []
    /// Groups of joined tables whose rows are folded and written without checks of foreign keys, as on the source.
    private var unchecked: Set<TableName> = []

    /// The script of some rows of a batch, or of all of them.
    ///
    /// - Parameters:
    ///   - rows: indices into the batch's rows, in order.
    ///   - plans: by `Row.table`; rows without a plan are left out.
    /// - Throws: `valueRefused`, `typeUnsupported`, `binlogCorrupt` for a value that cannot be written.
    package static func script(
        for batch: RowBatch, rows: [UInt32], plans: [TablePlan?], options: ScriptOptions
    ) throws(LutraError) -> ApplyScript {
        var builder = ScriptBuilder(batch: batch, rows: rows, plans: plans, options: options)
        for weight in Set(plans.compactMap { $0?.weight }).sorted() {
            try builder.write(weight: weight)
        }
        return builder.script
    }

    init(batch: RowBatch, rows: [UInt32], plans: [TablePlan?], options: ScriptOptions) {
        self.batch = batch
        self.rows = rows
        self.plans = plans
        self.options = options
        let bytes = batch.rows.isEmpty ? 0 : batch.bytes.count * rows.count / batch.rows.count
        script.sql.reserveCapacity(bytes + bytes / 2 + 1_024)
    }

    /// The rows of a weight: those that are folded, by target, and those that keep their order.
    private struct Division {
        var folders: [(plan: TablePlan, folder: RowFolder)] = []
        var orderedRows: [UInt32] = []
    }

    private mutating func write(weight: Int) throws(LutraError) {
        var ordered = orderedTargets(weight: weight)
        var division = divide(weight: weight, ordered)
        let groups = groupsThatKeepOrder(division)
        if !groups.isEmpty {
            for case let plan? in plans where plan.joinGroup.map(groups.contains) == true {
                ordered.insert(plan.target.name)
            }
            division = divide(weight: weight, ordered)
            _ = groupsThatKeepOrder(division)
        }
        let isUnchecked = division.folders.map { $0.plan.joinGroup.map(unchecked.contains) ?? false }
        try writeFolded(zip(division.folders, isUnchecked).filter { !$1 }.map(\.0))
        if isUnchecked.contains(true) {
            script.append("SET SESSION foreign_key_checks=0")
            try writeFolded(zip(division.folders, isUnchecked).filter { $1 }.map(\.0))
            script.append("SET SESSION foreign_key_checks=1")
        }
        try writeOrdered(division.orderedRows)
    }

    /// Deletes of all tables first, then the rest: see `RowFolder`. Rows that reference others go before them, and come
    /// after them.
    private mutating func writeFolded(_ folders: [(plan: TablePlan, folder: RowFolder)]) throws(LutraError) {
        let sorted = folders.sorted { $0.plan.depth < $1.plan.depth }
        for (_, folder) in sorted.reversed() { try writeDeletes(folder.effects) }
        for (_, folder) in sorted { try writeImages(folder.effects) }
    }

    private func divide(weight: Int, _ ordered: Set<TableName>) -> Division {
        var division = Division()
        let keys = plans.map { $0?.keyOrdinals ?? [] }
        // Number of the folder of each plan; shards that merge into one target share it.
        var folderOfTarget: [TableName: Int] = [:]
        var folderOfPlan = [Int?](repeating: nil, count: plans.count)
        for (number, plan) in plans.enumerated() {
            guard let plan, plan.weight == weight, !ordered.contains(plan.target.name) else { continue }
            let folder = folderOfTarget[plan.target.name] ?? division.folders.count
            if folder == division.folders.count {
                division.folders.append((plan, RowFolder(keys: keys, expectedRows: 64)))
                folderOfTarget[plan.target.name] = folder
            }
            folderOfPlan[number] = folder
        }
        for index in rows {
            let row = batch.rows[Int(index)]
            if let folder = folderOfPlan[Int(row.table)] {
                division.folders[folder].folder.add(row, index: index, plan: row.table, in: batch)
            } else if let plan = plans[Int(row.table)], plan.weight == weight {
                division.orderedRows.append(index)
            }
        }
        return division
    }

    /// The targets whose rows cannot be folded in this batch: by their plan, because some image is not whole, because a
    /// row may cascade, or since such a table is joined with them. Notes the groups that need no checks.
    private mutating func orderedTargets(weight: Int) -> Set<TableName> {
        var seen = plans.map { SeenRows(isFolded: $0?.path == .folded) }
        for index in rows {
            let row = batch.rows[Int(index)]
            guard let plan = plans[Int(row.table)] else { continue }
            look(at: row, plan, &seen[Int(row.table)])
        }
        // What a row replaces would be deleted before it.
        let foldsJoined = options.foldsJoined && !options.overwritesExisting
        var (ordered, checked, others) = (Set<TableName>(), Set<TableName>(), Set<TableName>())
        for (plan, rows) in zip(plans, seen) {
            guard let group = plan?.joinGroup, rows.isChecked || rows.isUnchecked else { continue }
            if !rows.isFolded || rows.cascades || !foldsJoined { ordered.insert(group) }
            if rows.isChecked { checked.insert(group) }
            if rows.isUnchecked { others.insert(group) }
        }
        ordered.formUnion(checked.intersection(others))
        unchecked = others.subtracting(ordered)
        var result: Set<TableName> = []
        for (plan, rows) in zip(plans, seen) {
            guard let plan, plan.weight == weight else { continue }
            if !rows.isFolded || plan.joinGroup.map(ordered.contains) == true { result.insert(plan.target.name) }
        }
        return result
    }

    /// What is known of a table's rows in the batch.
    private struct SeenRows {
        var isFolded: Bool
        /// Some with checks of foreign keys, some without.
        var isChecked = false
        var isUnchecked = false
        var cascades = false
    }

    private func look(at row: Row, _ plan: TablePlan, _ seen: inout SeenRows) {
        if seen.isFolded { seen.isFolded = hasWholeImages(row, plan) }
        if row.flags.contains(.foreignKeysOff) {
            seen.isUnchecked = true
        } else {
            seen.isChecked = true
            if plan.joined?.isCascadeParent == true, !seen.cascades { seen.cascades = mayCascade(row, plan) }
        }
    }

    /// Whether rows that reference the row may change with it: it goes, or a unique value of it changes.
    private func mayCascade(_ row: Row, _ plan: TablePlan) -> Bool {
        switch row.operation {
        case .insert: false
        case .delete: true
        case .update: plan.uniqueOrdinals.map { !ordinalsEqual(row.before, row.after, $0) } ?? true
        }
    }

    /// Joined tables of which a row that others reference would have to be deleted and inserted again. Notes the
    /// tables that lose rows.
    private mutating func groupsThatKeepOrder(_ division: Division) -> Set<TableName> {
        losers = []
        let referenced = division.folders.filter { folder in
            folder.plan.joined?.isReferenced == true && folder.plan.joinGroup.map(unchecked.contains) == false
        }
        // Those that are referenced first, as losing a row goes down from there.
        for (plan, folder) in referenced.sorted(by: { $0.plan.depth < $1.plan.depth }) {
            let isLoser = folder.effects.contains { effect in
                effect.initial != Row.noImage && (effect.final == Row.noImage || mustReinsert(effect))
            }
            if isLoser { losers.insert(plan.target.name) }
        }
        var groups: Set<TableName> = []
        for (plan, folder) in referenced {
            let isMoved = folder.effects.contains { effect in
                effect.initial != Row.noImage && effect.final != Row.noImage && mustReinsert(effect)
            }
            if isMoved, let group = plan.joinGroup { groups.insert(group) }
        }
        return groups
    }

    private func hasWholeImages(_ row: Row, _ plan: TablePlan) -> Bool {
        for image in [row.before, row.after] where image != Row.noImage && !hasWholeImage(image, plan) {
            return false
        }
        return true
    }

    func hasWholeImage(_ image: UInt32, _ plan: TablePlan) -> Bool {
        for column in plan.columns {
            let slice = batch.slices[Int(image) + column.ordinal]
            if slice.isAbsent || slice.isPartialJSON { return false }
        }
        return true
    }
}

extension TablePlan {
    /// How many tables lie above it that its rows reference.
    fileprivate var depth: Int { joined?.depth ?? 0 }
}
