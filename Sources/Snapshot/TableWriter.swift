import Model
import MySQLClient
import Plan

/// The writing half of a worker: takes statements and commits them every few megabytes.
struct TableWriter: Sendable {
    let connection: Connection
    let queue: StatementQueue
    let state: LoadState
    let plans: [CopyPlan]

    /// Bytes of statements in one transaction.
    static let commitBytes = 4 << 20
    /// How often a transaction is tried when another session is in its way.
    static let attempts = 5

    /// The thread's body.
    func run() {
        defer { state.threadEnded() }
        var pending: [InsertStatement] = []
        var bytes = 0
        do {
            while let item = queue.pop() {
                switch item {
                case .insert(let statement):
                    if pending.isEmpty { try start() }
                    pending.append(statement)
                    try write(pending)
                    bytes += statement.sql.count
                    if bytes < Self.commitBytes { continue }
                    try commit(&pending)
                case .endOfTable:
                    try commit(&pending)
                    state.tableDone()
                }
                bytes = 0
            }
        } catch {
            state.fail(error)
        }
    }

    private func start() throws {
        do {
            try connection.execute("START TRANSACTION")
        } catch let failure as StatementFailure {
            throw failure.error(.snapshotFailed, "no transaction can be started on the target")
        }
    }

    /// Writes the last statement; after a deadlock, which undoes the transaction, all of them again.
    private func write(_ pending: [InsertStatement]) throws {
        var first = pending.count - 1
        var index = first
        var attempt = 1
        while index < pending.count {
            do {
                try connection.execute(pending[index].sql)
                index += 1
            } catch let failure as StatementFailure {
                let isRetried = failure.isTransient && !failure.isConnectionLost && attempt < Self.attempts
                guard isRetried else { throw error(failure, pending[index]) }
                attempt += 1
                first = 0
                index = first
                try connection.execute("ROLLBACK; \(SessionMode.strict); START TRANSACTION")
            }
        }
    }

    private func commit(_ pending: inout [InsertStatement]) throws {
        guard let last = pending.last else { return }
        do {
            try connection.execute("COMMIT")
        } catch let failure as StatementFailure {
            throw error(failure, last)
        }
        for statement in pending { state.committed(rows: statement.rows, of: statement.table) }
        pending.removeAll(keepingCapacity: true)
    }

    private func error(_ failure: StatementFailure, _ statement: InsertStatement) -> LutraError {
        let plan = plans[statement.table]
        var error = failure.error(
            .snapshotFailed, "rows cannot be written to the target",
            place: [
                "table": plan.target.description, "source": plan.source.description,
                "chunk": statement.chunk.place(plan.key),
            ])
        if failure.number == 1062 {
            error.hint = "rows of several source tables meet in one key, or somebody else writes to the target"
        }
        return error
    }
}
