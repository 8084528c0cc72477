package import Model

/// From an event's bytes to its handling: lengths, checksum, and the short way of the most frequent types.
extension EventSelector {
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
        case .query:
            guard isOpen, ControlStatement(frame: try QueryEvent.text(body, extra: 0)) == .begin else { return false }
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
