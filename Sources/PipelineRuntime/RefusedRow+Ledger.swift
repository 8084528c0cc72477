import Foundation
import Load
import Model
import MySQLClient
import Plan

extension RefusedRow {
    /// What the ledger keeps of the row.
    func record(_ errorClass: ErrorClass, _ refusal: Lane.Refusal, _ error: LutraError) -> ErrorLedger.Record {
        let transaction = prepared.batch.transactions[Int(row.transaction)]
        var number: UInt32 = 0
        if case .error(let failure) = refusal { number = failure.number }
        return ErrorLedger.Record(
            errorClass: errorClass, position: transaction.start, gtid: transaction.gtid?.description,
            commitMicroseconds: transaction.commitMicroseconds,
            sourceTable: prepared.batch.tables[Int(row.table)].name,
            targetTable: plan?.target.name ?? prepared.batch.tables[Int(row.table)].name,
            operation: "\(row.operation)", key: plan.map { keyText($0) } ?? "", before: image(row.before),
            after: image(row.after), statement: Array(prepared.script.sql[statement.range]), errorNumber: number,
            error: error.cause ?? error.message)
    }

    /// The statement that puts the row's last image on the target; empty for a row that is gone already.
    func overwriting() -> [UInt8]? {
        guard row.after != Row.noImage else { return [] }
        return try? ScriptBuilder.upsert(statement.row, of: prepared.batch, plans: prepared.plans)
    }

    /// A JSON object of columns to SQL literals, in the order of the table; nil without an image.
    private func image(_ image: UInt32) -> String? {
        guard image != Row.noImage, let plan else { return nil }
        let members = plan.columns.compactMap { column -> String? in
            plan.valueText(column, image, in: prepared.batch).map { "\(json(column.name)): \(json($0))" }
        }
        return "{\(members.joined(separator: ", "))}"
    }

    private func json(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    }
}
