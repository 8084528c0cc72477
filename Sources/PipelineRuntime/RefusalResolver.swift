import Foundation
import Load
import Logging
import Model
import MySQLClient
import Plan

/// Decides about the rows of a lane's part that the target does not take, by the pipeline's policies.
struct RefusalResolver {
    private let prepared: PreparedPart
    private let policies: ErrorPolicies
    private let ledger: ErrorLedger
    private var told: [Told] = []
    /// Warnings of one batch; more are counted.
    private static let toldMax = 20

    private struct Told {
        let code: String
        let error: LutraError
    }

    init(_ prepared: PreparedPart, _ policies: ErrorPolicies, _ ledger: ErrorLedger) {
        self.prepared = prepared
        self.policies = policies
        self.ledger = ledger
    }

    /// What runs in place of a refused statement; nil where the batch must be given up, or written row by row first.
    mutating func resolve(_ refusal: Lane.Refusal, _ statement: ApplyScript.Statement) -> [UInt8]? {
        guard statement.row != ApplyScript.Statement.noRow, statement.rowCount == 1,
            let plan = prepared.plans[Int(statement.plan)]
        else { return nil }
        let refused = RefusedRow(prepared, statement)
        let errorClass: ErrorClass
        let error: LutraError
        switch refusal {
        case .error(let failure):
            errorClass = ErrorClass(refusedBy: failure)
            // It may be the order alone: see `RefusalStep.keepOrder`.
            if errorClass == .foreignKey, prepared.options.foldsJoined { return nil }
            error = refused.refused(failure)
        case .missing(let matched):
            errorClass = .missing
            error = refused.missing(matched: matched)
        }
        switch policies.policyInPlace(for: errorClass, rows: statement.rowCount, isMerged: plan.isMerged) {
        case .stop: return nil
        case .skip:
            told.append(Told(code: "row-skipped", error: error))
            return ledger.insertStatement(refused.record(errorClass, refusal, error))
        case .overwrite:
            // A duplicate is overwritten by writing the part anew; see `LaneWorker`.
            guard errorClass == .missing, let sql = refused.overwriting() else { return nil }
            told.append(Told(code: "row-overwritten", error: error))
            return sql
        }
    }

    /// Logs what was resolved, once the batch is durable.
    func tell(_ log: Logger, _ meter: ProgressMeter) {
        guard !told.isEmpty else { return }
        for entry in told.prefix(Self.toldMax) {
            let what = entry.code == "row-skipped" ? "a change was skipped" : "a missing row was put back"
            log.warning("\(what)", metadata: ["code": "\(entry.code)", "cause": "\(entry.error)"])
        }
        if told.count > Self.toldMax { log.warning("\(told.count - Self.toldMax) more of this batch") }
        let skipped = told.count { $0.code == "row-skipped" }
        if skipped > 0 {
            meter.overcame("\(skipped) changes were skipped: lutra errors list shows them")
        } else {
            meter.overcame("\(told.count) missing rows were put back")
        }
    }
}

extension ErrorClass {
    /// The class of what a server said of a row (MySQL and MariaDB manuals, "Server Error Message Reference").
    init(refusedBy failure: StatementFailure) {
        switch failure.number {
        // 1022, 1062, 1169, 1586: duplicate keys, by storage engine.
        case 1022, 1062, 1169, 1586: self = .duplicate
        // 1690 of our own: an upsert met another row by a unique key.
        case 1690 where failure.message.contains(TablePlan.otherRowMark): self = .duplicate
        // 1216, 1217, 1451, 1452: parent or child rows.
        case 1216, 1217, 1451, 1452: self = .foreignKey
        // 1048 NULL, 1264 out of range, 1265 truncated, 1292 and 1366 incorrect value, 1364 no default, 1406 too long,
        // 1411 and 1416 wrong value for a function or geometry, 1690 overflow, 3140 and 4038 JSON, 3819 and 4025 check.
        case 1048, 1264, 1265, 1292, 1364, 1366, 1406, 1411, 1416, 1690, 3140, 3819, 4025, 4038: self = .value
        default: self = .other
        }
    }
}
