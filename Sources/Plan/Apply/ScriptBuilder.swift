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

    private mutating func write(weight: Int) throws(LutraError) {
        let ordered = orderedTargets(weight: weight)
        // Number of the folder of each plan; shards that merge into one target share it.
        var folderOfTarget: [TableName: Int] = [:]
        var folders: [RowFolder] = []
        var folderOfPlan = [Int?](repeating: nil, count: plans.count)
        for (number, plan) in plans.enumerated() {
            guard let plan, plan.weight == weight, !ordered.contains(plan.target.name) else { continue }
            let folder = folderOfTarget[plan.target.name] ?? folders.count
            if folder == folders.count {
                folders.append(RowFolder(keys: plans.map { $0?.keyOrdinals ?? [] }, expectedRows: 64))
                folderOfTarget[plan.target.name] = folder
            }
            folderOfPlan[number] = folder
        }
        var orderedRows: [UInt32] = []
        for index in rows {
            let row = batch.rows[Int(index)]
            if let folder = folderOfPlan[Int(row.table)] {
                folders[folder].add(row, index: index, plan: row.table, in: batch)
            } else if let plan = plans[Int(row.table)], plan.weight == weight {
                orderedRows.append(index)
            }
        }
        // Deletes of all tables first, then the rest: see `RowFolder`.
        for folder in folders { try writeDeletes(folder.effects) }
        for folder in folders { try writeImages(folder.effects) }
        try writeOrdered(orderedRows)
    }

    /// The targets whose rows cannot be folded in this batch: by their plan, or because some image is not whole.
    private func orderedTargets(weight: Int) -> Set<TableName> {
        var result: Set<TableName> = []
        var isWhole = [Bool](repeating: true, count: plans.count)
        for index in rows {
            let row = batch.rows[Int(index)]
            guard isWhole[Int(row.table)], let plan = plans[Int(row.table)], plan.path == .folded else { continue }
            isWhole[Int(row.table)] = hasWholeImages(row, plan)
        }
        for (number, plan) in plans.enumerated() {
            guard let plan, plan.weight == weight else { continue }
            if plan.path == .ordered || !isWhole[number] { result.insert(plan.target.name) }
        }
        return result
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
