import Binlog
import Model
import MySQLClient
import Plan

/// Writes rows as SQL that does the change again, or takes it back.
struct StatementWriter {
    private let server: ServerDialect
    private let options: ScriptOptions
    private var plans: [ObjectIdentifier: (table: LogTable, plan: TablePlan)] = [:]

    init(server: ServerVersion) {
        self.server = server.ownDialect
        options = ScriptOptions(limits: Limits(), packetBytes: 16 << 20)
    }

    /// What a session needs for these statements.
    static let opening = """
        SET NAMES binary;
        SET SESSION time_zone='+00:00';
        \(SessionMode.strict);

        """

    /// Appends one statement a line.
    mutating func append(_ rows: EventRows, undoes: Bool, to text: inout [UInt8]) throws(LutraError) {
        let plan = try plan(rows)
        var batch = rows.batch
        var options = options
        if undoes {
            // MySQL 9.7 logs what its foreign keys delete, and where rows refer to each other in a circle the same row
            // more than once: it is put back as often, at last as it was at first.
            let mayRepeat = rows.event.operation == .delete && rows.event.flags.contains(.foreignKeysOff)
            // The log tells of the primary key only.
            options.overwritesExisting = mayRepeat && !plan.key.isEmpty
            options.replacesExisting = mayRepeat && plan.key.isEmpty
            for row in batch.rows { try checkUndo(row, plan, rows) }
            batch.rows = batch.rows.reversed().map { row in
                var back = row
                swap(&back.before, &back.after)
                switch row.operation {
                case .insert: back.operation = .delete
                case .delete: back.operation = .insert
                case .update: break
                }
                return back
            }
        }
        var plans = [TablePlan?](repeating: nil, count: batch.tables.count)
        for row in batch.rows { plans[Int(row.table)] = plan }
        let script: ApplyScript
        do {
            script = try ScriptBuilder.script(
                for: batch, rows: Array(0..<UInt32(batch.rows.count)), plans: plans, options: options)
        } catch {
            throw error.at("file", rows.transaction.start.file).at("offset", "\(rows.event.position)")
        }
        for statement in script.statements {
            StatementLine.append(script.sql[statement.range], to: &text)
        }
    }

    private mutating func plan(_ rows: EventRows) throws(LutraError) -> TablePlan {
        let table = rows.table
        if let known = plans[ObjectIdentifier(table)] { return known.plan }
        guard let definition = table.definition else {
            throw LutraError(
                .schemaMismatch, "the log does not name the columns of a table, so that no SQL can be written for it",
                place: ["table": "\(table.name)", "file": rows.transaction.start.file],
                hint: "give --schema-from URL of a server that has the table as it was then, or set "
                    + "binlog_row_metadata = FULL on the server for the future")
        }
        // As if it had foreign keys: row by row, in the order of the log.
        let plan = try TablePlan(
            source: table.logged, target: definition, columnNames: definition.columns.map(\.name), weight: 5,
            facts: TargetTableFacts(server: server, foreignKeys: JoinedTable(group: definition.name, references: nil)))
        plans[ObjectIdentifier(table)] = (table, plan)
        return plan
    }

    /// Images must hold all that taking the change back needs.
    private func checkUndo(_ row: Row, _ plan: TablePlan, _ rows: EventRows) throws(LutraError) {
        let slices = rows.batch.slices
        for column in plan.columns {
            let before = row.before == Row.noImage ? .absent : slices[Int(row.before) + column.ordinal]
            let after = row.after == Row.noImage ? .absent : slices[Int(row.after) + column.ordinal]
            let isMissing =
                switch row.operation {
                case .insert: false
                case .update: before.isAbsent && !after.isAbsent
                case .delete: before.isAbsent
                }
            guard isMissing else { continue }
            throw LutraError(
                .notUndoable, "the log does not hold the row as it was before",
                place: [
                    "file": rows.transaction.start.file, "offset": "\(rows.event.position)",
                    "table": "\(rows.table.name)", "column": column.name,
                ],
                hint: "only logs with binlog_row_image = FULL can be undone; leave this part out with --start, --stop "
                    + "or --table")
        }
    }
}
