package import Model

extension ScriptBuilder {
    /// Writes rows one by one in the order of the source.
    mutating func writeOrdered(_ rows: [UInt32]) throws(LutraError) {
        var foreignKeysOff = false
        var uniqueChecksOff = false
        var repeated = RepeatedDeletes()
        for index in rows {
            let row = batch.rows[Int(index)]
            guard let plan = plans[Int(row.table)] else { continue }
            if repeated.contains(row, key: plan.identifyingOrdinals, in: batch) { continue }
            if row.flags.contains(.foreignKeysOff) != foreignKeysOff {
                foreignKeysOff.toggle()
                script.append("SET SESSION foreign_key_checks=\(foreignKeysOff ? 0 : 1)")
            }
            if row.flags.contains(.uniqueChecksOff) != uniqueChecksOff {
                uniqueChecksOff.toggle()
                script.append("SET SESSION unique_checks=\(uniqueChecksOff ? 0 : 1)")
            }
            let isRelaxed = row.after != Row.noImage && needsRelaxedMode(plan, row.after)
            if isRelaxed { script.append(SessionMode.relaxed) }
            try writeOrdered(row, index, plan)
            if isRelaxed { script.append(SessionMode.strict) }
        }
        if foreignKeysOff { script.append("SET SESSION foreign_key_checks=1") }
        if uniqueChecksOff { script.append("SET SESSION unique_checks=1") }
    }

    private mutating func writeOrdered(_ row: Row, _ index: UInt32, _ plan: TablePlan) throws(LutraError) {
        let start = script.sql.count
        var expected: UInt64? = 1
        switch row.operation {
        case .insert:
            script.sql.append(contentsOf: options.replacesExisting ? Self.replaceWords : Self.insertWords)
            script.sql.append(contentsOf: plan.quotedTarget)
            try appendPresentColumns(plan, row.after)
            if options.replacesExisting {
                expected = nil
            } else if options.overwritesExisting, !plan.key.isEmpty, !plan.isMerged {
                script.sql.append(contentsOf: plan.upsertClause)
                expected = nil
            }
        case .update:
            guard changesSomething(plan, row) else { return }
            script.sql.append(contentsOf: Self.updateWord)
            script.sql.append(contentsOf: plan.quotedTarget)
            try appendAssignments(plan, row)
            try appendMatch(plan, row.before)
        case .delete:
            script.sql.append(contentsOf: Self.deleteWords)
            script.sql.append(contentsOf: plan.quotedTarget)
            try appendMatch(plan, row.before)
        }
        script.finish(from: start, expectedRows: expected, row: index, rowCount: 1, plan: row.table)
    }

    private func changesSomething(_ plan: TablePlan, _ row: Row) -> Bool {
        plan.columns.contains { isChanged($0, row) }
    }

    /// Whether the column is part of the new image and not known to be as it was.
    private func isChanged(_ column: TablePlan.PlannedColumn, _ row: Row) -> Bool {
        let after = batch.slices[Int(row.after) + column.ordinal]
        let before = batch.slices[Int(row.before) + column.ordinal]
        if after.isAbsent { return false }
        return after.isPartialJSON || before.isAbsent || !slicesEqual(before, after, in: batch.bytes)
    }

    /// The statement that writes one row's last image whether the row is there or not.
    ///
    /// - Throws: as `script(for:rows:plans:options:)`.
    package static func upsert(
        _ index: UInt32, of batch: RowBatch, plans: [TablePlan?]
    ) throws(LutraError) -> [UInt8]? {
        let row = batch.rows[Int(index)]
        guard let plan = plans[Int(row.table)], row.after != Row.noImage else { return nil }
        var builder = ScriptBuilder(
            batch: batch, rows: [index], plans: plans, options: ScriptOptions(limits: Limits(), packetBytes: .max / 4))
        // An image with holes may be put back only where the row was known whole: it would get defaults in them.
        guard builder.hasWholeImage(row.after, plan) else { return nil }
        builder.script.sql.append(contentsOf: Self.insertWords)
        builder.script.sql.append(contentsOf: plan.quotedTarget)
        builder.script.sql.append(contentsOf: plan.columnList)
        try builder.appendValues(plan, row.after)
        if !plan.key.isEmpty { builder.script.sql.append(contentsOf: plan.upsertClause) }
        return builder.script.sql
    }

    private mutating func appendPresentColumns(_ plan: TablePlan, _ image: UInt32) throws(LutraError) {
        let isWhole = plan.columns.allSatisfy { !batch.slices[Int(image) + $0.ordinal].isAbsent }
        if isWhole {
            script.sql.append(contentsOf: plan.columnList)
            try appendValues(plan, image)
            return
        }
        let present = plan.columns.filter { !batch.slices[Int(image) + $0.ordinal].isAbsent }
        script.sql.append(contentsOf: Self.openList)
        for (place, column) in present.enumerated() {
            if place > 0 { script.sql.append(UInt8(ascii: ",")) }
            script.sql.append(contentsOf: column.quotedName)
        }
        script.sql.append(contentsOf: Self.valuesWord)
        for (place, column) in present.enumerated() {
            if place > 0 { script.sql.append(UInt8(ascii: ",")) }
            try appendLiteral(plan, column, image)
        }
        script.sql.append(UInt8(ascii: ")"))
    }

    private mutating func appendAssignments(_ plan: TablePlan, _ row: Row) throws(LutraError) {
        script.sql.append(contentsOf: Self.setWord)
        var isFirst = true
        for column in plan.columns where isChanged(column, row) {
            if !isFirst { script.sql.append(UInt8(ascii: ",")) }
            isFirst = false
            script.sql.append(contentsOf: column.quotedName)
            script.sql.append(UInt8(ascii: "="))
            try appendLiteral(plan, column, row.after)
        }
    }

    /// ` WHERE … LIMIT 1`: by key where there is one and the image has it, else by every value of the image.
    private mutating func appendMatch(_ plan: TablePlan, _ image: UInt32) throws(LutraError) {
        script.sql.append(contentsOf: Self.whereWord)
        let hasKey =
            !plan.key.isEmpty
            && plan.keyOrdinals.allSatisfy { !batch.slices[Int(image) + $0].isAbsent }
        if hasKey {
            try appendKeyCondition(plan, image)
            return
        }
        var isFirst = true
        for column in plan.columns {
            let slice = batch.slices[Int(image) + column.ordinal]
            if slice.isAbsent { continue }
            if !isFirst { script.sql.append(contentsOf: Self.andWord) }
            isFirst = false
            do {
                try column.literal.appendExactMatch(slice, of: batch.bytes, to: &script.sql)
            } catch {
                throw place(error, plan, column)
            }
        }
        guard !isFirst else {
            throw LutraError(
                .rowRefused, "the row image holds none of the mapped columns, so that its row cannot be found",
                place: ["table": "\(plan.source.name)"], hint: "SET GLOBAL binlog_row_image = FULL on the source")
        }
        script.sql.append(contentsOf: Self.limitWords)
    }
}
