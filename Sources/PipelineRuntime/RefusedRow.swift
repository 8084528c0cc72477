import Foundation
import Load
import Model
import MySQLClient
import Plan

/// Says which row of a batch the target did not take, and why.
struct RefusedRow {
    let prepared: PreparedPart
    let statement: ApplyScript.Statement
    let row: Row
    let plan: TablePlan?

    init(_ prepared: PreparedPart, _ statement: ApplyScript.Statement) {
        self.prepared = prepared
        self.statement = statement
        let index = statement.row == ApplyScript.Statement.noRow ? 0 : Int(statement.row)
        row = prepared.batch.rows[index]
        plan = prepared.plans[Int(row.table)]
    }

    /// The target answered with an error.
    func refused(_ failure: StatementFailure) -> LutraError {
        let column = columnNamed(in: failure.message)
        var error = LutraError(
            column == nil ? .rowRefused : .valueRefused,
            column == nil ? "the target refuses a row" : "the target refuses a value", cause: failure.description)
        error = placed(error)
        if let column, let type = column.type {
            error = error.at("column", column.name).at("type", type).at("value", column.value)
        }
        error.hint = hint(failure)
        return error
    }

    /// The target has no such row, or several.
    func missing(matched: UInt64) -> LutraError {
        placed(
            LutraError(
                .rowMissing, "a row that the source changed is not on the target as it was there",
                cause: "\(matched) rows matched in place of 1"))
    }

    private func placed(_ error: LutraError) -> LutraError {
        guard let plan else { return error }
        let transaction = prepared.batch.transactions[Int(row.transaction)]
        var error = error.at("table", plan.target.name.description)
        if !plan.key.isEmpty { error = error.at("key", keyText(plan)) }
        error = error.at("operation", "\(row.operation)").at("position", transaction.start.description)
        if let gtid = transaction.gtid { error = error.at("gtid", gtid.description) }
        return error
    }

    func keyText(_ plan: TablePlan) -> String {
        let image = row.before == Row.noImage ? row.after : row.before
        return plan.key.map { place in
            "\(plan.columns[place].name)=\(valueText(plan.columns[place], image))"
        }.joined(separator: ", ")
    }

    /// The value as SQL, cut to what fits a line.
    private func valueText(_ column: TablePlan.PlannedColumn, _ image: UInt32) -> String {
        let text = plan?.valueText(column, image, in: prepared.batch) ?? "?"
        return text.count > 80 ? text.prefix(77) + "…" : text
    }

    private func hint(_ failure: StatementFailure) -> String {
        switch failure.number {
        case 1062: "the target holds another row with this key; compare both sides, then remove it or load again"
        case 1452, 1451: "a foreign key of the target refuses it; map the other table too, or drop the key there"
        case 1406, 1264, 1366, 1265, 3140, 1292:
            "make the target's column as wide as the source's, or leave it out with columns: { exclude: [...] }"
        case 1142, 1044, 1143: "grant the account the right that is missing; lutra doctor prints the statement"
        default: "mend the cause on the target, then start again: nothing of this transaction was applied"
        }
    }

    /// The column that the server's message names (`… for column 'c' at row 1`, `` … for column `s`.`t`.`c` … ``).
    private func columnNamed(in message: String) -> (name: String, type: String?, value: String)? {
        guard let plan, let mark = message.range(of: "column ", options: .caseInsensitive) else { return nil }
        let rest = message[mark.upperBound...]
        guard let quote = rest.first, quote == "'" || quote == "`" else { return nil }
        let quoted = rest.prefix(while: { $0 != " " })
        let name = quoted.split(separator: ".").last.map { $0.filter { $0 != "'" && $0 != "`" } } ?? ""
        guard let column = plan.columns.first(where: { $0.name.lowercased() == name.lowercased() }) else { return nil }
        let type = plan.target.ordinal(of: column.name).map { plan.target.columns[$0].fullType }
        let image = row.after == Row.noImage ? row.before : row.after
        return (column.name, type, valueText(column, image))
    }
}
