import Foundation
import Model

/// What the threads of a load share: which table comes next, how far each is, and the first failure.
final class LoadState: @unchecked Sendable {
    // @unchecked: every variable is used with `condition` locked.
    private let condition = NSCondition()
    private let tableCount: Int
    private let queues: [StatementQueue]
    private var nextTable = 0
    private var tablesDone = 0
    private var rows: [UInt64]
    private var failure: (any Error)?
    private var threadsRunning: Int

    /// - Parameter threads: how many will call `threadEnded`.
    init(tableCount: Int, queues: [StatementQueue], threads: Int) {
        self.tableCount = tableCount
        self.queues = queues
        rows = Array(repeating: 0, count: tableCount)
        threadsRunning = threads
    }

    private func locked<T>(_ body: () -> T) -> T {
        condition.lock()
        defer { condition.unlock() }
        return body()
    }

    /// The index of a table that nobody has begun; nil at the end.
    func takeTable() -> Int? {
        locked {
            guard failure == nil, nextTable < tableCount else { return nil }
            nextTable += 1
            return nextTable - 1
        }
    }

    func committed(rows count: Int, of table: Int) { locked { rows[table] += UInt64(count) } }

    func tableDone() { locked { tablesDone += 1 } }

    /// Ends the load; the first failure is the one that is told.
    func fail(_ error: any Error) {
        locked { if failure == nil { failure = error } }
        for queue in queues { queue.cancel() }
    }

    var isFailed: Bool { locked { failure != nil } }

    func threadEnded() {
        locked {
            threadsRunning -= 1
            condition.broadcast()
        }
    }

    /// - Returns: whether all threads have ended.
    func waitForEnd(seconds: Double) -> Bool {
        locked {
            if threadsRunning > 0 { _ = condition.wait(until: Date(timeIntervalSinceNow: seconds)) }
            return threadsRunning == 0
        }
    }

    func throwFailure() throws { if let failure = locked({ failure }) { throw failure } }

    /// Tables done, and rows by table.
    var counts: (tablesDone: Int, rows: [UInt64]) { locked { (tablesDone, rows) } }
}
