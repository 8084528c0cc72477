package import Binlog
package import Capture
package import Model
package import Plan

/// What is done with a log as it is read, in its order.
package protocol LogVisitor {
    /// One event as it stands in the log, before what is in it.
    mutating func event(_ event: UnsafeRawBufferPointer)
    /// Rows of one rows event, those that are wanted.
    mutating func rows(_ rows: EventRows) throws(LutraError)
    /// A statement that is logged as text.
    mutating func statement(_ statement: LoggedStatement, _ parsed: ParsedStatement) throws(LutraError)
    /// A transaction is whole, and ends there.
    mutating func ended(at position: BinlogPosition) throws(LutraError)
    /// Whether it wants what the log ends in the middle of: it was not committed there, or not yet.
    var takesOpenTransactions: Bool { get }
}

extension LogVisitor {
    package mutating func event(_ event: UnsafeRawBufferPointer) {}
    package mutating func ended(at position: BinlogPosition) throws(LutraError) {}
    package var takesOpenTransactions: Bool { true }
}

/// The wanted rows of one rows event.
package struct EventRows {
    let batch: RowBatch
    let table: LogTable
    let transaction: TransactionInfo
    let event: RowsEventRef
}

/// Reads a log and hands its visitor what a query wants. Needs memory for one event and what is decoded of it.
package struct LogWalk {
    private let query: LogQuery
    private let schema: LogSchema
    private var selector: EventSelector
    private let selectorAt: (Checkpoint, [String: [UInt8]]) -> EventSelector
    private let reopen: Reopen?
    private let limits: Limits

    /// Opens the log again at a checkpoint, after an error in reading it; throws the error where that does not help.
    package typealias Reopen = (Checkpoint, any Error) throws -> any EventStream

    /// - Parameter reopen: what follows an error of the stream; nil ends with the error.
    package init(
        _ query: LogQuery, schema: LogSchema, from start: Checkpoint, isMariaDB: Bool, limits: Limits = Limits(),
        reopen: Reopen? = nil
    ) {
        self.query = query
        self.schema = schema
        self.limits = limits
        self.reopen = reopen
        let router = query.tables
        var selectorLimits = limits
        // Nothing is kept for longer than the log is read.
        selectorLimits.preparedBytes = 1 << 30
        selectorAt = { [selectorLimits] start, prepared in
            EventSelector(
                start: start, isMariaDB: isMariaDB, limits: selectorLimits, prepared: prepared,
                isMapped: { router == nil || router?.route($0) != nil })
        }
        selector = selectorAt(start, [:])
    }

    /// Where reading has come to, and whether the log went on inside a transaction there.
    package var position: BinlogPosition { selector.position }
    package var endsInsideTransaction: Bool { !selector.hasTransactionBoundary }
    /// XA transactions whose rows were left out: those that are prepared in the part that was read and not ended, and
    /// those that are committed there and were prepared before it.
    package var preparedAtEnd: [String] { selector.preparedIdentifiers }
    package private(set) var preparedBefore: [String] = []
    /// Tables that were met and lack a column of the conditions, unless some table has them all.
    package private(set) var tablesWithoutColumns: [TableName] = []

    /// Reads to the stream's end or the query's.
    ///
    /// - Parameter idle: called when nothing more waits to be read.
    package mutating func run<Visitor: LogVisitor>(
        _ stream: any EventStream, _ visitor: inout Visitor, idle: () throws -> Void = {}
    ) throws {
        let handler = ItemHandler(query, schema, visitor, from: selector.committed)
        var stream = stream
        defer {
            visitor = handler.visitor
            preparedBefore = handler.preparedBefore
            tablesWithoutColumns = handler.filter.tablesWithoutColumns
        }
        while !hasReachedEnd {
            if !stream.hasBufferedData { try idle() }
            let next: UnsafeRawBufferPointer?
            do { next = try stream.next() } catch {
                guard let reopen else { throw error }
                // Nothing is handed on twice: the selector passes over what the handler had of an open transaction.
                stream = try reopen(handler.resume, error)
                selector = selectorAt(handler.resume, selector.preparedRows)
                continue
            }
            guard let event = next else {
                if handler.visitor.takesOpenTransactions { try handler.handle(selector.takeItems()) }
                return
            }
            let time = transactionTime(event)
            if let end = query.endTime, selector.hasTransactionBoundary, let time, time >= end { return }
            handler.visitor.event(event)
            let wasOpen = !selector.hasTransactionBoundary
            // A compressed transaction may be larger than memory once it is unpacked: it comes in parts.
            try selector.consume(event) { (items) throws(LutraError) in try handler.handle(items) }
            let isWhole = selector.hasTransactionBoundary
            if isWhole || selector.chunkBytes >= limits.chunkBytes { try handler.handle(selector.takeItems()) }
            if isWhole, wasOpen || time != nil { try handler.visitor.ended(at: selector.committed.position) }
        }
    }

    private var hasReachedEnd: Bool {
        guard selector.hasTransactionBoundary, let end = query.end else { return false }
        return switch end {
        case .position(let position): selector.position >= position
        case .gtids(let wanted): selector.committed.gtids.covers(wanted)
        case .time: false
        }
    }
}

/// Hands the items of SELECT to a visitor. An object, as the selector keeps hold of who takes its items.
private final class ItemHandler<Visitor: LogVisitor> {
    private let query: LogQuery
    private let schema: LogSchema
    private(set) var filter: RowFilter
    private(set) var preparedBefore: [String] = []
    /// Where to read on once all that was handled is passed over.
    private(set) var resume: Checkpoint
    var visitor: Visitor

    init(_ query: LogQuery, _ schema: LogSchema, _ visitor: Visitor, from start: Checkpoint) {
        self.query = query
        self.schema = schema
        self.visitor = visitor
        resume = start
        filter = RowFilter(query.predicates)
    }

    func handle(_ items: [StreamItem]) throws(LutraError) {
        for item in items {
            switch item {
            case .rows(let chunk):
                try rows(chunk)
                resume = chunk.resume
            case .statement(let logged):
                let parsed = schema.follow(logged)
                if query.wants(parsed), query.wants(logged.gtid) { try visitor.statement(logged, parsed) }
                resume = logged.resume
            case .xa(let change):
                if case .missed = change.kind { preparedBefore.append(change.xid) }
                resume = change.resume
            case .undone(let checkpoint), .progress(let checkpoint): resume = checkpoint
            }
        }
    }

    private func rows(_ chunk: EventChunk) throws(LutraError) {
        let decoder = RowsDecoder()
        var part = chunk
        for event in chunk.events where query.wants(event.operation) {
            let transaction = chunk.transactions[Int(event.transaction)]
            guard query.wants(transaction.gtid) else { continue }
            let table = try schema.table(chunk.tables[Int(event.table)])
            part.events = [event]
            var batch = RowBatch(resume: chunk.resume)
            try decoder.decode(
                part, resolve: { (map) throws(LutraError) in try schema.table(map).logged }, into: &batch)
            try keepWanted(&batch, table)
            guard !batch.rows.isEmpty else { continue }
            try visitor.rows(EventRows(batch: batch, table: table, transaction: transaction, event: event))
        }
    }

    private func keepWanted(_ batch: inout RowBatch, _ table: LogTable) throws(LutraError) {
        if filter.isEmpty { return }
        var kept: [Row] = []
        for row in batch.rows {
            do throws(ValueError) {
                if try filter.wants(row, of: table, in: batch) { kept.append(row) }
            } catch {
                throw LutraError(.binlogCorrupt, error.text, place: ["table": "\(table.name)"])
            }
        }
        batch.rows = kept
    }
}
