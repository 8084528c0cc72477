import Load
import Logging
import Model
import Plan

/// TRANSFORM: plans each table once, then divides every batch among lanes and writes the SQL.
struct TransformStage {
    private let catalog: TargetCatalog
    private let options: ScriptOptions
    private var divider: BatchDivider
    private let tuning: LoadTuning
    private let log: Logger
    /// By the identity of the logged table, which lives as long as its plan.
    private var plans: [ObjectIdentifier: (table: LoggedTable, plan: TablePlan?)] = [:]

    /// - Parameter entry: where the target stands.
    init(
        catalog: TargetCatalog, options: ScriptOptions, load: LoadSpecification, keepsLarge: Bool, lanes: Int,
        entry: CheckpointTable.Entry, tuning: LoadTuning, log: Logger
    ) {
        self.log = log
        self.tuning = tuning
        self.catalog = catalog
        self.options = options
        divider = BatchDivider(
            load, keepsLarge: keepsLarge, lanes: lanes, done: entry.done, nextRow: entry.rowsBefore)
    }

    /// Works until the input ends or the output is gone. Then both are at their end.
    mutating func run(_ input: BoundedQueue<ExtractedItem>, _ output: BoundedQueue<LoadItem>) throws {
        defer {
            input.abort()
            output.close()
        }
        // A batch begins when the one before it was taken: a third that is ready sooner would only take memory.
        while output.waitForRoom(.init(rows: 1, bytes: 0)), let item = input.pop() {
            switch item {
            case .rows(let batch):
                let prepared = try prepare(batch)
                let cost = BoundedQueue<LoadItem>.Cost(rows: batch.rows.count, bytes: batch.bytes.count)
                guard output.push(.rows(prepared), cost: cost) else { return }
            case .ddl(let statement):
                let done = Gate()
                guard output.push(.ddl(statement, done: done), cost: .init(rows: 1, bytes: 1)) else { return }
                // What follows is planned by the target as the statement leaves it.
                done.wait()
                plans.removeAll()
                divider.reset()
                catalog.forget(statement.targetTables)
            case .xa(let change):
                // Everything before it is durable first.
                divider.reset()
                guard output.push(.xa(change), cost: .init(rows: 1, bytes: change.bytes)) else { return }
            case .undone:
                divider.takeBack()
                guard output.push(.undone, cost: .init(rows: 1, bytes: 1)) else { return }
            case .progress(let checkpoint):
                divider.pass(checkpoint)
                guard output.push(.progress(checkpoint), cost: .init(rows: 1, bytes: 1)) else { return }
            }
        }
    }

    private mutating func prepare(_ batch: RowBatch) throws -> PreparedBatch {
        let plans = try batch.tables.map { try plan(for: $0) }
        if let slice = divider.slice(of: batch) {
            let part = try PreparedPart(batch, plans, slice, options)
            return PreparedBatch(batch: batch, plans: plans, steps: [[part]], isSlice: true)
        }
        let steps = try divider.divide(batch, plans: plans, used: tuning.choice.lanes).map { parts in
            try parts.map { try PreparedPart(batch, plans, $0, options) }
        }
        for (table, reason) in divider.takeSerialTables() {
            log.notice(
                "the rows of a table keep their order, one lane at a time",
                metadata: ["table": "\(table)", "reason": "\(reason)"])
        }
        return PreparedBatch(batch: batch, plans: plans, steps: steps)
    }

    private mutating func plan(for table: LoggedTable) throws -> TablePlan? {
        if let known = plans[ObjectIdentifier(table)] { return known.plan }
        let plan = try catalog.plan(for: table)
        plans[ObjectIdentifier(table)] = (table, plan)
        return plan
    }
}
