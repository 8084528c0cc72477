import Binlog
import Load
import Model
import PipelineRuntime
import Plan
import TestKit

/// How the pipeline of a schedule is set up: small limits, so that a short log meets all of them.
struct Setup {
    var limits = Limits()
    var load: LoadSpecification
    let rowsPerLane: Int
    let mostLanes: Int
    /// Rows of the largest transaction that the target takes.
    let rowsTakenWhole: Int

    init(_ random: inout SeededRandom) {
        load = LoadSpecification(
            mode: Int.random(in: 0..<3, using: &random) == 0 ? .merge : .transaction,
            commitOrder: Int.random(in: 0..<3, using: &random) == 0 ? .free : .keep)
        // A step of the schedule takes a millisecond.
        if Int.random(in: 0..<4, using: &random) == 0 {
            load.rowsPerSecond = Int.random(in: 5...2_000, using: &random)
        }
        rowsPerLane = Int.random(in: 1...3, using: &random)
        mostLanes = Int.random(in: 1...4, using: &random)
        limits.batchRows = Int.random(in: 1...10, using: &random)
        rowsTakenWhole = Bool.random(using: &random) ? .max : limits.batchRows + Int.random(in: 0...6, using: &random)
        limits.chunkBytes = Int.random(in: 1...80, using: &random)
        limits.queueBytes = Int.random(in: 1...600, using: &random)
        // Where order is kept, what is visible is counted in rows.
        limits.batchBytes = load.mode == .transaction ? 1 << 20 : Int.random(in: 30...800, using: &random)
    }

    static func options(_ statementRows: Int) -> ScriptOptions {
        var limits = Limits()
        limits.statementRows = statementRows
        return ScriptOptions(limits: limits, packetBytes: 1 << 20)
    }

    /// By name, one object for each table.
    static let logged: [TableName: LoggedTable] = {
        var tables: [TableName: LoggedTable] = [:]
        for table in Table.allCases {
            tables[table.name] = LoggedTable(
                name: table.name,
                columns: definition(table).columns.map { LoggedColumn(type: .long, definition: $0) },
                primaryKey: table.hasKey ? [0] : [])
        }
        return tables
    }()

    private static func definition(_ table: Table) -> TableDefinition {
        let columns = ["a", "b", "c"].prefix(table.columns).map {
            ColumnDefinition(name: $0, dataType: "int", fullType: "int", isNullable: $0 != "a")
        }
        var keys = table.hasKey ? [KeyDefinition(name: "PRIMARY", columns: ["a"])] : []
        if table == .keyed { keys.append(KeyDefinition(name: "b", columns: ["b"])) }
        return TableDefinition(name: table.name, columns: columns, uniqueKeys: keys)
    }

    private static let planned: [TableName: TablePlan] = {
        var plans: [TableName: TablePlan] = [:]
        for (name, source) in logged {
            guard let table = Table(name) else { continue }
            plans[name] = try? TablePlan(
                source: source, target: definition(table), columnNames: definition(table).columns.map(\.name),
                weight: table == .late ? 9 : 5, facts: TargetTableFacts(server: ServerDialect(.mysql, 8, 0, 36)))
        }
        return plans
    }()

    /// By `Row.table`.
    static func plans(_ batch: RowBatch) -> [TablePlan?] { batch.tables.map { planned[$0.name] } }
}
