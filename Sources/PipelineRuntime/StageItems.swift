import Binlog
import Foundation
import Load
import Model
import Plan

/// What EXTRACT hands to TRANSFORM.
enum ExtractedItem: Sendable {
    case rows(RowBatch)
    case ddl(PlannedDDL)
    case xa(XAChange)
    /// The source undid the transaction of the slices before: they are not to be seen.
    case undone
    /// Nothing to apply up to here.
    case progress(Checkpoint)
}

/// What TRANSFORM hands to LOAD.
enum LoadItem: Sendable {
    case rows(PreparedBatch)
    case ddl(PlannedDDL, done: Gate)
    case xa(XAChange)
    /// The source undid the transaction of the slices before: they are not to be seen.
    case undone
    case progress(Checkpoint)
}

/// A batch, divided among lanes.
struct PreparedBatch: Sendable {
    let batch: RowBatch
    /// By `Row.table`.
    let plans: [TablePlan?]
    /// What may go at the same time, one after another: usually one step, with table weights one for each weight.
    let steps: [[PreparedPart]]
    /// Whether it is one part for the first lane, which shares a target transaction with batches before or behind it.
    var isSlice = false

    /// Of the rows and their SQL.
    var bytes: Int { batch.bytes.count + steps.reduce(0) { $1.reduce($0) { $0 + $1.script.sql.count } } }
}

/// A lane's part of a batch with its SQL. The rows stay with it: a second try writes the SQL anew, and an error names
/// its row.
struct PreparedPart: Sendable {
    let batch: RowBatch
    /// By `Row.table`.
    let plans: [TablePlan?]
    let part: LanePart
    let script: ApplyScript
    let options: ScriptOptions

    init(_ batch: RowBatch, _ plans: [TablePlan?], _ part: LanePart, _ options: ScriptOptions) throws(LutraError) {
        self.batch = batch
        self.plans = plans
        self.part = part
        self.options = options
        script = try ScriptBuilder.script(for: batch, rows: part.rows, plans: plans, options: options)
    }

    /// The same rows, written another way.
    func rewritten(_ options: ScriptOptions) throws(LutraError) -> PreparedPart {
        try PreparedPart(batch, plans, part, options)
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
