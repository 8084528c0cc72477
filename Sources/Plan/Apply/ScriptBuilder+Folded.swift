import Model

extension ScriptBuilder {
    /// Deletes the rows that are gone, and those whose unique values change: these are inserted anew afterwards.
    mutating func writeDeletes(_ effects: [RowFolder.Effect]) throws(LutraError) {
        var pending = MultiRow(limit: options)
        for effect in effects {
            guard let plan = plans[Int(effect.initialPlan)] else { continue }
            var image = effect.initial
            if image == Row.noImage {
                // A second try: what the row replaces must go, whatever it was.
                guard options.overwritesExisting, plan.updateStyle == .deleteInsert, effect.final != Row.noImage
                else { continue }
                image = effect.final
            } else {
                guard effect.final == Row.noImage || mustReinsert(effect) else { continue }
            }
            // Conditions over several columns are ranges of their own each: fewer of them keep the optimizer's
            // memory for ranges below its limit.
            pending.rowsMax = plan.key.count == 1 ? options.statementRows : min(options.statementRows, 100)
            if pending.mustClose(plan: effect.initialPlan, kind: .delete, size: script.sql.count) {
                closeDelete(&pending)
            }
            if pending.rows == 0 {
                pending.open(plan: effect.initialPlan, kind: .delete, row: effect.row, at: script.sql.count)
                script.sql.append(contentsOf: Self.deleteWords)
                script.sql.append(contentsOf: plan.quotedTarget)
                script.sql.append(contentsOf: Self.whereWord)
                if plan.key.count == 1 {
                    script.sql.append(contentsOf: plan.columns[plan.key[0]].quotedName)
                    script.sql.append(contentsOf: Self.inWords)
                }
            } else {
                script.sql.append(contentsOf: plan.key.count == 1 ? Self.comma : Self.orWord)
            }
            try appendKeyTerm(plan, image)
            pending.rows += 1
        }
        closeDelete(&pending)
    }

    private mutating func closeDelete(_ pending: inout MultiRow) {
        guard pending.rows > 0 else { return }
        if let plan = plans[Int(pending.plan)], plan.key.count == 1 { script.sql.append(UInt8(ascii: ")")) }
        close(&pending)
    }

    /// Inserts new rows, and writes the last image of those that stay where they are.
    mutating func writeImages(_ effects: [RowFolder.Effect]) throws(LutraError) {
        try writeImages(effects, kind: .insert)
        try writeImages(effects, kind: .overwrite)
    }

    private mutating func writeImages(_ effects: [RowFolder.Effect], kind: MultiRow.Kind) throws(LutraError) {
        var pending = MultiRow(limit: options)
        for effect in effects where effect.final != Row.noImage {
            guard let plan = plans[Int(effect.finalPlan)], kindOfImage(effect, plan) == kind else { continue }
            let isRelaxed = needsRelaxedMode(plan, effect.final)
            if isRelaxed || pending.mustClose(plan: effect.finalPlan, kind: kind, size: script.sql.count) {
                close(&pending)
            }
            if isRelaxed { script.append(SessionMode.relaxed) }
            if pending.rows == 0 {
                pending.open(plan: effect.finalPlan, kind: kind, row: effect.row, at: script.sql.count)
                script.sql.append(contentsOf: kind == .insert ? Self.insertWords : plan.overwriteWords)
                script.sql.append(contentsOf: plan.quotedTarget)
                script.sql.append(contentsOf: plan.columnList)
            } else {
                script.sql.append(UInt8(ascii: ","))
            }
            try appendValues(plan, effect.final)
            pending.rows += 1
            if isRelaxed {
                close(&pending)
                script.append(SessionMode.strict)
            }
        }
        close(&pending)
    }

    /// Which statement carries the row's last image; nil when the row did not change.
    private func kindOfImage(_ effect: RowFolder.Effect, _ plan: TablePlan) -> MultiRow.Kind? {
        if effect.initial == Row.noImage {
            return options.overwritesExisting && plan.updateStyle == .overwrite ? .overwrite : .insert
        }
        if mustReinsert(effect) { return .insert }
        if effect.initialPlan == effect.finalPlan, imagesEqual(plan, effect.initial, effect.final) { return nil }
        return .overwrite
    }

    private func imagesEqual(_ plan: TablePlan, _ left: UInt32, _ right: UInt32) -> Bool {
        plan.columns.allSatisfy { column in
            slicesEqual(
                batch.slices[Int(left) + column.ordinal], batch.slices[Int(right) + column.ordinal], in: batch.bytes)
        }
    }

    /// Whether the row must be deleted by its old key and inserted again: its key or a unique value changes, an upsert
    /// could hit another row, or the row that it referenced may go away before it is written.
    func mustReinsert(_ effect: RowFolder.Effect) -> Bool {
        guard let plan = plans[Int(effect.finalPlan)], let old = plans[Int(effect.initialPlan)] else { return false }
        if plan !== old { return true }
        // In a second try, or row by row: the server says which other row is in the way.
        let isAgain = options.overwritesExisting || options.statementRows == 1
        guard let unique = plan.uniqueOrdinals, plan.updateStyle == .overwrite || !isAgain else {
            return !imagesEqual(plan, effect.initial, effect.final)
        }
        if !ordinalsEqual(effect.initial, effect.final, unique) { return true }
        guard let joined = plan.joined, !losers.isEmpty else { return false }
        return joined.references.contains { reference in
            losers.contains(reference.parent)
                && !ordinalsEqual(effect.initial, effect.final, reference.ordinals)
        }
    }

    func ordinalsEqual(_ left: UInt32, _ right: UInt32, _ ordinals: [Int]) -> Bool {
        ordinals.allSatisfy { ordinal in
            slicesEqual(batch.slices[Int(left) + ordinal], batch.slices[Int(right) + ordinal], in: batch.bytes)
        }
    }

    private mutating func close(_ pending: inout MultiRow) {
        guard pending.rows > 0 else { return }
        if pending.kind == .overwrite, let plan = plans[Int(pending.plan)] {
            script.sql.append(contentsOf: plan.overwriteClause)
        }
        script.finish(from: pending.start, row: pending.row, rowCount: UInt32(pending.rows), plan: pending.plan)
        pending.rows = 0
    }
}

/// The multi-row statement that is being written.
struct MultiRow {
    enum Kind { case insert, overwrite, delete }
    var plan: UInt32 = 0
    var kind = Kind.insert
    var start = 0
    var rows = 0
    var row: UInt32 = 0
    var rowsMax: Int
    let bytesMax: Int

    init(limit: ScriptOptions) {
        rowsMax = limit.statementRows
        bytesMax = limit.statementBytes
    }

    mutating func open(plan: UInt32, kind: Kind, row: UInt32, at start: Int) {
        self.plan = plan
        self.kind = kind
        self.row = row
        self.start = start
    }

    func mustClose(plan: UInt32, kind: Kind, size: Int) -> Bool {
        guard rows > 0 else { return false }
        return plan != self.plan || kind != self.kind || rows >= rowsMax || size - start >= bytesMax
    }
}
