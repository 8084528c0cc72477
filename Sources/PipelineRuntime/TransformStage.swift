import Load
import Model
import Plan

/// TRANSFORM: plans each table once, then writes the SQL of every batch.
struct TransformStage {
    let catalog: TargetCatalog
    let options: ScriptOptions
    /// By the identity of the logged table, which lives as long as its plan.
    private var plans: [ObjectIdentifier: (table: LoggedTable, plan: TablePlan?)] = [:]

    init(catalog: TargetCatalog, options: ScriptOptions) {
        self.catalog = catalog
        self.options = options
    }

    /// Works until the input ends or the output is gone.
    mutating func run(_ input: BoundedQueue<ExtractedItem>, _ output: BoundedQueue<LoadItem>) throws {
        defer { output.close() }
        while let item = input.pop() {
            switch item {
            case .rows(let batch):
                let prepared = try PreparedBatch(batch, try batch.tables.map { try plan(for: $0) }, options)
                let cost = BoundedQueue<LoadItem>.Cost(rows: batch.rows.count, bytes: batch.bytes.count)
                guard output.push(.rows(prepared), cost: cost) else { return }
            case .ddl(let statement):
                let done = Gate()
                guard output.push(.ddl(statement, done: done), cost: .init(rows: 1, bytes: 1)) else { return }
                // What follows is planned by the target as the statement leaves it.
                done.wait()
                plans.removeAll()
                catalog.forget(statement.targetTables)
            case .progress(let checkpoint):
                guard output.push(.progress(checkpoint), cost: .init(rows: 1, bytes: 1)) else { return }
            }
        }
    }

    private mutating func plan(for table: LoggedTable) throws -> TablePlan? {
        if let known = plans[ObjectIdentifier(table)] { return known.plan }
        let plan = try catalog.plan(for: table)
        plans[ObjectIdentifier(table)] = (table, plan)
        return plan
    }
}
