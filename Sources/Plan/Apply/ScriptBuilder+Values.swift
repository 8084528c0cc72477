import Model

/// The session's `sql_mode` for ordinary rows, and for rows that hold values which strict mode refuses although a
/// source can hold them (the error value of ENUM).
package enum SessionMode {
    /// Refuses what does not fit; takes zero and invalid dates, and 0 in AUTO_INCREMENT columns, as they are.
    package static let strict =
        "SET SESSION sql_mode='STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION'"
    /// What a trigger on the target can ask for, to step aside: `IF @lutra_apply IS NULL THEN …`.
    package static let mark = "SET @lutra_apply=1"
    package static let relaxed = "SET SESSION sql_mode='NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'"
}

extension ScriptBuilder {
    static let insertWords = Array("INSERT INTO ".utf8)
    static let replaceWords = Array("REPLACE INTO ".utf8)
    static let deleteWords = Array("DELETE FROM ".utf8)
    static let updateWord = Array("UPDATE ".utf8)
    static let setWord = Array(" SET ".utf8)
    static let whereWord = Array(" WHERE ".utf8)
    static let inWords = Array(" IN (".utf8)
    static let andWord = Array(" AND ".utf8)
    static let orWord = Array(" OR ".utf8)
    static let comma = Array(",".utf8)
    static let openList = Array(" (".utf8)
    static let valuesWord = Array(") VALUES (".utf8)
    static let limitWords = Array(" LIMIT 1".utf8)

    /// `(v1,v2,…)` over all written columns.
    mutating func appendValues(_ plan: TablePlan, _ image: UInt32) throws(LutraError) {
        script.sql.append(UInt8(ascii: "("))
        for place in plan.columns.indices {
            if place > 0 { script.sql.append(UInt8(ascii: ",")) }
            try appendLiteral(plan, plan.columns[place], image)
        }
        script.sql.append(UInt8(ascii: ")"))
    }

    mutating func appendLiteral(
        _ plan: TablePlan, _ column: TablePlan.PlannedColumn, _ image: UInt32
    ) throws(LutraError) {
        do {
            try column.literal.appendLiteral(
                batch.slices[Int(image) + column.ordinal], of: batch.bytes, to: &script.sql)
        } catch {
            throw place(error, plan, column)
        }
    }

    /// One key of a delete: a value where the key has one column, else a condition in brackets.
    mutating func appendKeyTerm(_ plan: TablePlan, _ image: UInt32) throws(LutraError) {
        guard plan.key.count == 1 else {
            script.sql.append(UInt8(ascii: "("))
            try appendKeyCondition(plan, image)
            script.sql.append(UInt8(ascii: ")"))
            return
        }
        try appendKeyLiteral(plan, plan.columns[plan.key[0]], image)
    }

    mutating func appendKeyCondition(_ plan: TablePlan, _ image: UInt32) throws(LutraError) {
        for (place, index) in plan.key.enumerated() {
            if place > 0 { script.sql.append(contentsOf: Self.andWord) }
            script.sql.append(contentsOf: plan.columns[index].quotedName)
            script.sql.append(UInt8(ascii: "="))
            try appendKeyLiteral(plan, plan.columns[index], image)
        }
    }

    private mutating func appendKeyLiteral(
        _ plan: TablePlan, _ column: TablePlan.PlannedColumn, _ image: UInt32
    ) throws(LutraError) {
        do {
            try column.literal.appendKeyLiteral(
                batch.slices[Int(image) + column.ordinal], of: batch.bytes, to: &script.sql)
        } catch {
            throw place(error, plan, column)
        }
    }

    func needsRelaxedMode(_ plan: TablePlan, _ image: UInt32) -> Bool {
        guard plan.mayNeedRelaxedMode else { return false }
        return plan.columns.contains {
            $0.literal.needsRelaxedMode(batch.slices[Int(image) + $0.ordinal], of: batch.bytes)
        }
    }

    func place(_ error: LutraError, _ plan: TablePlan, _ column: TablePlan.PlannedColumn) -> LutraError {
        error.at("table", "\(plan.source.name)").at("column", column.name)
    }
}
