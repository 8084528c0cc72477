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
            // The transaction of which a part is durable has not come yet.
            checkpoint.eventsIntoTransaction = skip
            if isOpen {
                // Without rows that went on there is nothing to skip: the source may yet undo the transaction.
                checkpoint.eventsIntoTransaction = current.isHandedOn ? current.events : current.skip
            }
            return checkpoint
        }
    }

    /// Reads one whole event as the server sent it: header, body and checksum, without the OK byte.
    ///
    /// Throws `binlog-corrupt`, `binlog-unsupported`, `binlog-incident` or `xa-unsupported`, with the place.
    /// Returns whether the chunk is full.
    @discardableResult
    package mutating func consume(_ event: UnsafeRawBufferPointer) throws(LutraError) -> Bool {
        if let payload = unsafe try read(event) { try walkPayload(payload, chunkBytes: .max) { _ in } }
        return isFull()
    }

    /// The same; a transaction that the server packed into one compressed event may be larger than memory: whenever a
    /// chunk of it is full, `overflow` gets all items so far.
    @discardableResult
    package mutating func consume(
        _ event: UnsafeRawBufferPointer, overflow: ([StreamItem]) throws(LutraError) -> Void
    ) throws(LutraError) -> Bool {
        if let payload = unsafe try read(event) {
            try walkPayload(payload, chunkBytes: limits.chunkBytes, overflow)
        }
        return isFull()
    }

    @inline(__always)
    private mutating func isFull() -> Bool { chunk.bytes.count >= limits.chunkBytes && mayEnd() }

    /// Whether a full chunk ends here: behind a transaction, if that does not make it twice as large. Nearly every
    /// event with rows is inside of one, and who takes transactions whole must not have to wait for more each time.
    @inline(never)
    private mutating func mayEnd() -> Bool {
        !isOpen || (!current.isXA && chunk.bytes.count >= 2 * limits.chunkBytes)
    }

    /// Returns the body of a TRANSACTION_PAYLOAD event, which is still to be walked.
    @inline(__always)
    private mutating func read(_ event: UnsafeRawBufferPointer) throws(LutraError) -> ByteCursor? {
        var type = EventType(rawValue: 0)
        eventStart = offset
        let cursor = unsafe ByteCursor(event)
        do throws(EventFault) {
            guard cursor.end >= EventHeader.size else { throw .truncated }
            type = EventType(rawValue: cursor.byte(at: EventHeader.typePlace))
            let length = Int(cursor.load(at: EventHeader.lengthPlace, as: UInt32.self))
            guard length == cursor.end, length <= limits.eventBytes else {
                throw Self.wrongLength(length, cursor.end, limits.eventBytes)
            }
            let isPlain = hasUsualChecksum(cursor, type)
            if isPlain, try readFrequent(cursor, type) { return nil }
            return try readOther(cursor, isPlain: isPlain)
        } catch {
            throw error.located(file: file, offset: eventStart, type: type)
        }
    }

    /// Handles one of the events that are nearly all of a log: rows and table maps, what frames transactions, and in
    /// MariaDB's log the texts of statements, where they are in their usual places. Little is read of their headers,
    /// and that behind the call that computes the checksum: before it each field would be put aside for its time.
    ///
    /// Returns false for any other event, with which nothing is done.
    @inline(__always)
    private mutating func readFrequent(_ event: ByteCursor, _ type: EventType) throws(EventFault) -> Bool {
        let next = offset &+ UInt64(event.end)
        // Headers hold 32 bits of the position: files over 4 GiB wrap.
        guard UInt32(truncatingIfNeeded: next) == event.load(at: EventHeader.endPlace, as: UInt32.self),
            event.load(at: EventHeader.flagsPlace, as: UInt16.self) & EventHeader.artificial == 0
        else { return false }
        let body = Self.plainBody(event)
        switch type {
        case .tableMap where isOpen:
            offset = next
            try announce(body)
        case .gtid, .anonymousGTID, .mariadbGTID:
            offset = next
            var whole = event
            try beginGTID(try EventHeader(&whole), body)
        case .query where isOpen && QueryEvent.isBegin(body):
            offset = next
            current.end = .commit
        case .xid:
            offset = next
            try commit()
        case .annotateRows: offset = next
        default:
            guard isOpen, let kind = RowsKind(type) else { return false }
            offset = next
            try rows(type, kind, body)
        }
        return true
    }

    /// What is between the header and the checksum.
    @inline(__always)
    private static func plainBody(_ event: ByteCursor) -> ByteCursor {
        var body = event.dropLast(4)
        body.pass(EventHeader.size)
        return body
    }

    @inline(never)
    private mutating func readOther(_ event: ByteCursor, isPlain: Bool) throws(EventFault) -> ByteCursor? {
        var rest = event
        let header = try EventHeader(&rest)
        let body = isPlain ? rest.dropLast(4) : try withoutUnusualChecksum(event, rest, header)
        try dispatch(header, body: body)
        return header.type == .transactionPayload ? body : nil
    }

    @inline(never)
    private static func wrongLength(_ told: Int, _ length: Int, _ limit: Int) -> EventFault {
        guard told == length else {
            return EventFault(.binlogCorrupt, "the event says that it has \(told) bytes but has \(length)")
        }
        return EventFault(.binlogCorrupt, "the event is longer than the limit of \(limit) bytes")
    }

    /// Whether the event ends with a checksum that is right. Mutating, as all that runs for each event must be: else
    /// the compiler copies the whole selector for the call.
    @inline(__always)
    private mutating func hasUsualChecksum(_ event: ByteCursor, _ type: EventType) -> Bool {
        format.checksum == .crc32 && type != .rotate && type != .formatDescription
            && event.end >= EventHeader.size + 4 && hasValidChecksum(event)
    }

    /// The body without the checksum of an event whose checksum is not there, is wrong, or is made in another way.
    @inline(never)
    private mutating func withoutUnusualChecksum(
        _ event: ByteCursor, _ body: ByteCursor, _ header: EventHeader
    ) throws(EventFault) -> ByteCursor {
        let isValid: Bool
        switch header.type {
        case .formatDescription:
            let told = try FormatDescription(body)
            isValid = told.checksum == .none || hasValidFormatChecksum(event)
            guard isValid else { break }
            return body
        case .rotate where header.isArtificial || !hasFormat:
            // It comes before the FORMAT_DESCRIPTION event that would tell whether it has a checksum.
            return hasValidChecksum(event) && body.remaining >= 12 ? body.dropLast(4) : body
        default:
            guard format.checksum == .crc32 else { return body }
            isValid = hasValidChecksum(event) && body.remaining >= 4
        }
        guard isValid else { throw EventFault(.binlogCorrupt, "the event's checksum does not match its bytes") }
        return format.checksum == .crc32 ? body.dropLast(4) : body
    }
}
