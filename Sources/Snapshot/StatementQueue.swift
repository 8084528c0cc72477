import Foundation

/// Statements on their way from the thread that reads a table to the thread that writes it: bounded in bytes.
final class StatementQueue: @unchecked Sendable {
    // @unchecked: every field is used with `condition` locked.
    private let condition = NSCondition()
    private var items: [Item] = []
    private var bytes = 0
    private var isFinished = false
    private var isCancelled = false
    private let byteLimit: Int

    /// What the writer gets.
    enum Item: Sendable {
        case insert(InsertStatement)
        /// All rows of the table, by its index in the job, were handed over.
        case endOfTable(Int)
    }

    init(byteLimit: Int) { self.byteLimit = byteLimit }

    /// Waits for room. A single item may exceed the limit alone.
    ///
    /// - Returns: false when the load ends and nobody takes items any more.
    func push(_ item: Item) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        while !isCancelled, !items.isEmpty, bytes + item.byteCount > byteLimit { condition.wait() }
        guard !isCancelled else { return false }
        items.append(item)
        bytes += item.byteCount
        condition.broadcast()
        return true
    }

    /// Waits for an item; nil at the end.
    func pop() -> Item? {
        condition.lock()
        defer { condition.unlock() }
        while !isCancelled, !isFinished, items.isEmpty { condition.wait() }
        guard !isCancelled, !items.isEmpty else { return nil }
        let item = items.removeFirst()
        bytes -= item.byteCount
        condition.broadcast()
        return item
    }

    /// No more items will come; those that are there still count.
    func finish() {
        condition.lock()
        isFinished = true
        condition.broadcast()
        condition.unlock()
    }

    /// Wakes both sides up and ends them.
    func cancel() {
        condition.lock()
        isCancelled = true
        items = []
        condition.broadcast()
        condition.unlock()
    }
}

extension StatementQueue.Item {
    var byteCount: Int {
        if case .insert(let statement) = self { statement.sql.count } else { 0 }
    }
}

/// One multi-row INSERT.
struct InsertStatement: Sendable {
    var sql: [UInt8]
    var rows: Int
    /// The table's index in the job.
    var table: Int
    /// The chunk that its first row belongs to, for errors.
    var chunk: Chunk
}
