import Model

/// XA transactions: their rows are held until the log says that they were committed (`docs/decisions/0008-xa.md`).
extension EventSelector {
    /// The XA transactions that are prepared with rows of mapped tables, and not ended so far.
    package var preparedIdentifiers: [String] { prepared.rows.keys.sorted() }

    /// The same with what brings their rows back, for a selector that goes on at `committed`.
    package var preparedRows: [String: [UInt8]] { prepared.rows }

    /// From here on the chunk holds the rows of the open transaction, and no others.
    mutating func holdRows() {
        guard !current.isXA else { return }
        closeChunk()
        startChunk()
        current.isXA = true
    }

    private mutating func startChunk() {
        chunk = EventChunk(resume: committed)
        chunkNumber += 1
        held = HeldRows()
        current.chunkStart = 0
        current.chunkIndex = nil
    }

    /// A rows event of the table at a place in the cache was added to the chunk.
    mutating func noteHeld(_ place: Int) throws(EventFault) {
        held.numbers.append(current.events)
        if held.tables.count < chunk.tables.count, let map = tables.map(at: place) {
            held.tables.append((map.id, tables.body(at: place)))
        }
        guard prepared.bytes + chunk.bytes.count <= limits.preparedBytes else {
            throw EventFault(
                .xaUnsupported,
                "XA transactions that are not committed yet have more than \(limits.preparedBytes) bytes of rows")
        }
    }

    mutating func xaPrepare(_ header: EventHeader, _ event: XAPrepareEvent) throws(EventFault) {
        guard isHolding else {
            guard event.isOnePhase || !isOpen || !current.hasRows else {
                throw EventFault(.binlogCorrupt, "a transaction was prepared that did not begin with XA START")
            }
            return try commit()
        }
        if event.isOnePhase { return try commitHeld(header) }
        let xid = event.xid.description
        let kept = chunk.events.isEmpty ? nil : held.encoded(chunk, hasMetadata: format.hasTableMetadata)
        startChunk()
        try commit()
        guard let kept else { return prepared.addUntouched(xid) }
        prepared.add(xid, kept)
        tell(.prepared(kept), xid)
    }

    /// The open transaction is committed without a PREPARE before.
    private mutating func commitHeld(_ header: EventHeader) throws(EventFault) {
        current.isXA = false
        if chunk.bytes.count >= limits.chunkBytes {
            let kept = held.encoded(chunk, hasMetadata: format.hasTableMetadata)
            let (numbers, events) = (held.numbers, current.events)
            startChunk()
            try release(kept, numbers: numbers)
            current.events = events
        }
        held = HeldRows()
        try commit()
    }

    /// XA COMMIT or XA ROLLBACK.
    mutating func xaFinish(_ header: EventHeader, _ sql: [UInt8]) throws(EventFault) {
        let isCommit = ControlStatement.commitsXA(sql)
        if !isOpen { open(header, end: .commit) }
        if isHolding {
            if !isCommit { try undo(since: nil) }
            return try commitHeld(header)
        }
        // Servers that do not log PREPARE log all of it here.
        guard !current.hasRows else { return try commit() }
        guard let xid = XAIdentifier(statement: sql)?.description else {
            throw EventFault(.binlogCorrupt, "an XA statement does not name its transaction")
        }
        if prepared.isUntouched(xid) {
            _ = prepared.remove(xid)
            return try commit()
        }
        let kept = prepared.remove(xid)
        if isCommit, let kept { try release(kept) }
        guard kept != nil || isCommit else { return try commit() }
        closeChunk()
        // What is told below ends its slices.
        current.isHandedOn = false
        try commit()
        tell(kept == nil ? .missed : .finished, xid)
    }

    private mutating func tell(_ kind: XAChange.Kind, _ xid: String) {
        items.append(.xa(XAChange(kind: kind, xid: xid, start: current.info.start, resume: resumeNow)))
        hasProgress = false
    }

    /// Adds rows that were held to the open transaction, in chunks. Those that are durable already count only.
    ///
    /// - Parameter numbers: which of the transaction's events they are; from 1 on without.
    private mutating func release(_ kept: [UInt8], numbers: [UInt64]? = nil) throws(EventFault) {
        let result = unsafe kept.withUnsafeBytes { bytes in
            let cursor = unsafe ByteCursor(bytes)
            return Result<Void, EventFault> { () throws(EventFault) in
                var reader = try HeldRows.Reader(cursor)
                var count = 0
                while let event = try reader.next() {
                    current.events = numbers.map { $0[count] } ?? UInt64(count + 1)
                    count += 1
                    if current.events > current.skip { try add(event, reader) }
                    if chunk.bytes.count >= limits.chunkBytes { closeChunk() }
                }
            }
        }
        try result.get()
    }

    private mutating func add(_ event: HeldRows.Event, _ reader: HeldRows.Reader) throws(EventFault) {
        let table = reader.tables[event.table]
        try tables.announce(table.id, table.body, hasMetadata: reader.hasMetadata)
        // Not mapped any more where the mapping was changed.
        guard let place = try tables.place(table.id) else { return }
        var body = event.body
        // What was held is not compressed.
        try collect(&body, place, event.kind.uncompressed, event.flags, event.type)
    }
}
