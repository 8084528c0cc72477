import Foundation
import Glibc
import Model
import MySQLClient

/// The reading half of a worker: reads one table after another from its snapshot connection, chunk by chunk, and hands
/// complete statements to the writing half.
struct TableReader: Sendable {
    let connection: Connection
    let queue: StatementQueue
    let state: LoadState
    let plans: [CopyPlan]
    let limits: InsertLimits

    /// The thread's body.
    func run() {
        defer {
            queue.finish()
            state.threadEnded()
        }
        while let table = state.takeTable() {
            do {
                guard try read(table), queue.push(.endOfTable(table)) else { return }
            } catch {
                return state.fail(error)
            }
        }
    }

    /// - Returns: false when the load ends.
    private func read(_ table: Int) throws -> Bool {
        let plan = plans[table]
        var builder = InsertBuilder(plan: plan, table: table, limits: limits)
        var chunk = Chunk(number: 1, after: nil, rows: Chunk.rowLimit)
        do {
            while true {
                let (rows, high) = try read(chunk, plan, &builder)
                if rows < chunk.rows || plan.key == nil { break }
                chunk = Chunk(number: chunk.number + 1, after: high, rows: Chunk.rowLimit)
            }
            try builder.flush(push)
            return true
        } catch is Cancelled {
            // Else the client library would read the rest of the result before it lets go.
            shutdown(connection.socket, Int32(SHUT_RDWR))
            return false
        } catch let failure as StatementFailure {
            throw Self.error(failure, plan, chunk)
        } catch let error as LutraError {
            throw error.at("source", plan.source.description).at("chunk", chunk.place(plan.key))
        }
    }

    private func read(
        _ chunk: Chunk, _ plan: CopyPlan, _ builder: inout InsertBuilder
    ) throws -> (rows: Int, high: [String]) {
        var rows = 0
        var high: [String] = []
        try connection.stream(plan.select(chunk)) { row in
            try builder.add(row, of: chunk, push)
            rows += 1
            if rows == chunk.rows, plan.key != nil { high = plan.keyLiterals(row) }
            return true
        }
        return (rows, high)
    }

    private func push(_ statement: InsertStatement) throws {
        guard queue.push(.insert(statement)) else { throw Cancelled() }
    }

    private struct Cancelled: Error {}

    private static func error(_ failure: StatementFailure, _ plan: CopyPlan, _ chunk: Chunk) -> LutraError {
        var error = failure.error(
            .snapshotFailed, "a chunk cannot be read from the source",
            place: ["table": plan.source.description, "chunk": chunk.place(plan.key)])
        // 1412 table definition changed, 1146 no such table: somebody altered it since the snapshot.
        if failure.number == 1412 || failure.number == 1146 {
            error.hint = "the table was altered during the load: empty the target's tables and load again"
        }
        return error
    }
}
