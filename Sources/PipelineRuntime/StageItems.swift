import Binlog
import Foundation
import Load
import Model
import Plan

/// What EXTRACT hands to TRANSFORM.
enum ExtractedItem: Sendable {
    case rows(RowBatch)
    case ddl(PlannedDDL)
    /// Nothing to apply up to here.
    case progress(Checkpoint)
}

/// What TRANSFORM hands to LOAD.
enum LoadItem: Sendable {
    case rows(PreparedBatch)
    case ddl(PlannedDDL, done: Gate)
    case progress(Checkpoint)
}

/// A batch with its SQL. The rows stay with it: a second try writes the SQL anew, and an error names its row.
struct PreparedBatch: Sendable {
    let batch: RowBatch
    /// By `Row.table`.
    let plans: [TablePlan?]
    let script: ApplyScript
    let options: ScriptOptions

    init(_ batch: RowBatch, _ plans: [TablePlan?], _ options: ScriptOptions) throws(LutraError) {
        self.batch = batch
        self.plans = plans
        self.options = options
        script = try ScriptBuilder.script(for: batch, plans: plans, options: options)
    }

    /// The same rows, written another way.
    func rewritten(_ options: ScriptOptions) throws(LutraError) -> PreparedBatch {
        try PreparedBatch(batch, plans, options)
    }
}

/// A door that one thread waits at until another opens it.
final class Gate: @unchecked Sendable {
    // @unchecked: the state is under the condition's lock.
    private let condition = NSCondition()
    private var isOpen = false

    func open() {
        condition.lock()
        isOpen = true
        condition.broadcast()
        condition.unlock()
    }

    func wait() {
        condition.lock()
        while !isOpen { condition.wait() }
        condition.unlock()
    }
}
