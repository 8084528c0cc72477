package import Model

/// The SELECT stage without its sockets: events in, rows events of mapped tables, statements and progress out.
///
/// It tracks files, positions, GTIDs and the bounds of transactions, so that each item says exactly where to resume
/// once it is durable. Bytes in, values out: no I/O.
package struct EventSelector {
    /// The file that is being read.
    package internal(set) var file: String
    /// Where the next event starts in it.
    package internal(set) var offset: UInt64
    package internal(set) var format = FormatDescription()
    /// The end of the last whole transaction, but for the GTIDs in `run`.
    var settled: Checkpoint
    /// The last GTIDs of MySQL that followed each other: to put each into the set would cost more than to read it.
    var run = MySQLGTIDRun()

    let isMariaDB: Bool
    let limits: Limits
    var tables: TableMapCache
    /// The transaction that is being read, while `isOpen`. No optional: each look into one of this size is a call.
    var current = OpenTransaction.none
    var isOpen = false
    /// Events of the first transaction that are durable already.
    var skip: UInt64
    /// Whether an event of the file was seen whose checksum tells how the file is written.
    var hasFormat = false
    /// The file's own ROTATE was read, and nothing of the next file.
    var isBetweenFiles = false
    /// Inside a TRANSACTION_PAYLOAD event: inner events have no checksum and no position.
    var isInPayload = false
    var unpacker: PayloadUnpacker?
    /// Where the event that is being read starts.
    var eventStart: UInt64
    var chunk: EventChunk
    /// Counts the chunks; the table maps remember by it whether they are in the current one.
    var chunkNumber: UInt64 = 1
    var items: [StreamItem] = []
    /// What the chunk does not say of an XA transaction, whose rows it holds alone.
    var held = HeldRows()
    /// XA transactions that are prepared.
    var prepared = PreparedTransactions()
    let takesBack: Bool
    /// Whether `committed` moved since the last item.
    var hasProgress = false

    /// - Parameters:
    ///   - prepared: XA transactions that were prepared before the start, as `XAChange` told of them.
    ///   - takesBack: rows that went on are not shown before their transaction ends, and `StreamItem.undone` counts.
    package init(
        start: Checkpoint, isMariaDB: Bool, limits: Limits, prepared: [String: [UInt8]] = [:], takesBack: Bool = false,
        isMapped: @escaping @Sendable (TableName) -> Bool
    ) {
        self.takesBack = takesBack
        self.prepared.restore(prepared)
        file = start.position.file
        offset = start.position.offset
        eventStart = start.position.offset
        var whole = start
        whole.eventsIntoTransaction = 0
        settled = whole
        skip = start.eventsIntoTransaction
        self.isMariaDB = isMariaDB
        self.limits = limits
        tables = TableMapCache(limits: limits, isMariaDB: isMariaDB, isMapped: isMapped)
        chunk = EventChunk(resume: whole)
    }

    /// The end of the last whole transaction.
    package var committed: Checkpoint {
        var checkpoint = settled
        checkpoint.gtids.insert(run)
        return checkpoint
    }

    /// `current` as an optional, for what does not come with each event.
    var transaction: OpenTransaction? {
        get { isOpen ? current : nil }
        set {
            isOpen = newValue != nil
            current = newValue ?? .none
        }
    }

    /// Whether what was read so far ends with a whole transaction.
    package var hasTransactionBoundary: Bool { !isOpen }

    /// Whether the chunk holds an XA transaction's rows, which wait until it is committed.
    var isHolding: Bool { isOpen && current.isXA }

    /// Bytes of rows that wait in the current chunk and may go on.
    package var chunkBytes: Int { isHolding ? 0 : chunk.bytes.count }

    /// Whether `takeItems` would return something.
    package var hasItems: Bool { !items.isEmpty || (!chunk.events.isEmpty && !isHolding) || hasProgress }

    /// Where the log was read to.
    package var position: BinlogPosition { BinlogPosition(file: file, offset: offset) }

    /// All that was selected since the last call, in order.
    package mutating func takeItems() -> [StreamItem] {
        closeChunk()
        if hasProgress {
            items.append(.progress(resumeNow))
            hasProgress = false
        }
        defer { items = [] }
        return items
    }

    /// Moves the collected rows to the items, with the checkpoint that holds for them.
    mutating func closeChunk() {
        guard !chunk.events.isEmpty, !isHolding else { return }
        if isOpen {
            closeTransaction()
            current.handOn(chunkEvents: chunk.events.count)
        }
        var full = EventChunk(resume: resumeNow)
        // The next one is likely to be like this one.
        full.bytes.reserveCapacity(min(chunk.bytes.count + chunk.bytes.count >> 3, 2 * limits.chunkBytes))
        full.events.reserveCapacity(min(chunk.events.count + chunk.events.count >> 3, 65_536))
        full.transactions.reserveCapacity(min(chunk.transactions.count + chunk.transactions.count >> 3, 65_536))
        swap(&full, &chunk)
        full.resume = chunk.resume
        full.end = position
        full.endsInsideTransaction = isOpen && current.isHandedOn
        items.append(.rows(full))
        chunkNumber += 1
        hasProgress = false
    }

    /// Where to resume when everything that was read is durable.
    var resumeNow: Checkpoint {
        mutating get {
            settled.gtids.insert(run)
            run.empty()
            var checkpoint = settled
            guard isOpen else {
                // The transaction of which a part is durable has not come yet.
                checkpoint.eventsIntoTransaction = skip
                return checkpoint
            }
            // What went on is skipped when the transaction comes again. Else only what an earlier run made durable is:
            // the source may yet undo the rest.
            checkpoint.eventsIntoTransaction = current.isHandedOn ? current.events : current.skip
            return checkpoint
        }
    }
}
