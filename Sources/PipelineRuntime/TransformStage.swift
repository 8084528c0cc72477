import Load
import Model
import Plan

/// TRANSFORM: plans each table once, then divides every batch among lanes and writes the SQL.
struct TransformStage {
    private let catalog: TargetCatalog
    private let options: ScriptOptions
    private let unit: LaneUnit
    private var partitioner: LanePartitioner
    /// Rows that were applied before this start, by the pipeline's numbers, and the number of the next row.
    private let done: RowSet
    private var nextRow: UInt64
    /// By the identity of the logged table, which lives as long as its plan.
    private var plans: [ObjectIdentifier: (table: LoggedTable, plan: TablePlan?)] = [:]

    /// - Parameter entry: where the target stands.
    init(
        catalog: TargetCatalog, options: ScriptOptions, load: LoadSpecification, lanes: Int,
        entry: CheckpointTable.Entry
    ) {
        self.catalog = catalog
        self.options = options
        unit = load.unit
        partitioner = LanePartitioner(lanes: lanes, unit: load.unit)
        done = entry.done
        nextRow = entry.rowsBefore
    }

    /// Works until the input ends or the output is gone.
    mutating func run(_ input: BoundedQueue<ExtractedItem>, _ output: BoundedQueue<LoadItem>) throws {
        defer { output.close() }
        while let item = input.pop() {
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
                partitioner.reset()
                catalog.forget(statement.targetTables)
            case .xa(let change):
                guard output.push(.xa(change), cost: .init(rows: 1, bytes: change.bytes)) else { return }
            case .progress(let checkpoint):
                guard output.push(.progress(checkpoint), cost: .init(rows: 1, bytes: 1)) else { return }
            }
        }
    }

    private mutating func prepare(_ batch: RowBatch) throws -> PreparedBatch {
        let plans = try batch.tables.map { try plan(for: $0) }
        let rows = newRows(of: batch)
        var steps: [[PreparedPart]] = []
        let weights = Set(plans.compactMap { $0?.weight }).sorted()
        if unit == .rows, partitioner.lanes > 1, weights.count > 1 {
            for weight in weights {
                let ofWeight = rows.filter { plans[Int(batch.rows[Int($0)].table)]?.weight == weight }
                steps.append(try step(ofWeight, batch, plans, isBarrier: !steps.isEmpty))
            }
        } else {
            steps.append(try step(rows, batch, plans, isBarrier: false))
        }
        return PreparedBatch(batch: batch, plans: plans, steps: steps)
    }

    private mutating func step(
        _ rows: [UInt32], _ batch: RowBatch, _ plans: [TablePlan?], isBarrier: Bool
    ) throws -> [PreparedPart] {
        try partitioner.divide(rows, of: batch, plans: plans, isBarrier: isBarrier).map {
            try PreparedPart(batch, plans, $0, options)
        }
    }

    /// The rows that no earlier run has applied.
    private mutating func newRows(of batch: RowBatch) -> [UInt32] {
        let first = nextRow
        nextRow += UInt64(batch.rows.count)
        let all = 0..<UInt32(batch.rows.count)
        return first < done.end ? all.filter { !done.contains(first + UInt64($0)) } : Array(all)
    }

    private mutating func plan(for table: LoggedTable) throws -> TablePlan? {
        if let known = plans[ObjectIdentifier(table)] { return known.plan }
        let plan = try catalog.plan(for: table)
        plans[ObjectIdentifier(table)] = (table, plan)
        return plan
    }
}

extension LoadSpecification {
    /// What keeps together on its way.
    fileprivate var unit: LaneUnit {
        switch (mode, commitOrder) {
        case (.merge, _): .rows
        case (.transaction, .keep): .runs
        case (.transaction, .free): .transactions
        }
    }
}
