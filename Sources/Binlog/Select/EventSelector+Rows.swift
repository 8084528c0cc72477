import Model

extension EventSelector {
    /// MySQL's mark of a statement's end that belongs to no table.
    private static let noTable: UInt64 = 0xff_ffff

    /// Post-header: table id 6 (4 in old logs), flags 2, and in version 2 a length of 2 that counts itself, and that
    /// many bytes of extra data. Then the column count, a bit for each column that is there (updates: twice), rows.
    @inline(__always)
    mutating func rows(_ type: EventType, _ kind: RowsKind, _ body: ByteCursor) throws(EventFault) {
        var cursor = body
        let (id, flagBits) = try cursor.tableIDAndFlags(idBytes: format.tableIDBytes(type))
        let flags = RowsEventFlags(rawValue: flagBits)
        // The length counts its own 2 bytes; a shorter one is refused as negative.
        if kind.hasExtraData { try cursor.skip(Int(try cursor.uint16()) - 2) }
        guard isOpen else { throw Self.rowsOutside }
        let isNew = current.countEvent()
        let isDummy = id == Self.noTable && cursor.remaining <= 2
        if isNew, !isDummy, let table = try tables.place(id) {
            try collect(&cursor, table, kind, flags.rowFlags, type)
            if current.isXA { try noteHeld(table) }
        }
        if flags.contains(.endOfStatement), current.end == .lastRows { try commit() }
    }

    @inline(__always)
    mutating func collect(
        _ cursor: inout ByteCursor, _ table: Int, _ kind: RowsKind, _ flags: RowFlags, _ type: EventType
    ) throws(EventFault) {
        guard chunk.bytes.count &+ limits.eventBytes < Int(UInt32.max) else { throw Self.tooMuchWaits }
        guard kind.isPlain else { return try collectOther(cursor, table, kind, flags, type) }
        // The bytes last: less has to be kept for behind the call that copies them.
        note(kind, table, flags, type, start: chunk.bytes.count, length: cursor.remaining)
        cursor.append(to: &chunk.bytes)
    }

    /// Rows of a kind that is not plain.
    @inline(never)
    private mutating func collectOther(
        _ cursor: ByteCursor, _ table: Int, _ kind: RowsKind, _ flags: RowFlags, _ type: EventType
    ) throws(EventFault) {
        guard !kind.isBeforeRelease else { throw Self.beforeRelease }
        let start = chunk.bytes.count
        var rest = cursor
        try inflateRows(&rest, kind)
        note(kind, table, flags, type, start: start, length: chunk.bytes.count - start)
    }

    /// Both numbers fit, as was checked.
    @inline(__always)
    private mutating func note(
        _ kind: RowsKind, _ table: Int, _ flags: RowFlags, _ type: EventType, start: Int, length: Int
    ) {
        chunk.events.append(
            RowsEventRef(
                operation: kind.operation, flags: flags, isPartial: kind.isPartial, type: type,
                table: tables.index(at: table, inChunk: chunkNumber, &chunk.tables), transaction: chunkTransaction(),
                offset: UInt32(truncatingIfNeeded: start), length: UInt32(truncatingIfNeeded: length),
                position: eventStart))
        current.hasRows = true
    }

    // Not inlined: what is seldom needed would take registers from what runs for each event.
    private static var rowsOutside: EventFault {
        @inline(never) get { EventFault(.binlogCorrupt, "rows come outside of a transaction") }
    }
    private static var beforeRelease: EventFault {
        @inline(never) get { EventFault(.binlogUnsupported, "rows of MySQL 5.1 before 5.1.16 cannot be read") }
    }
    private static var tooMuchWaits: EventFault {
        @inline(never) get { EventFault(.internalFault, "more than 3 GiB of rows wait to be taken") }
    }

    /// Column count and bitmaps are plain; the rows after them are compressed.
    private mutating func inflateRows(_ cursor: inout ByteCursor, _ kind: RowsKind) throws(EventFault) {
        var rest = cursor
        let bitmap = (min(Int(clamping: try rest.packed()), limits.columns) + 7) / 8
        try rest.skip(kind.operation == .update ? 2 * bitmap : bitmap)
        var head = try cursor.slice(rest.offset - cursor.offset)
        head.append(to: &chunk.bytes)
        try inflateMariaDB(cursor, into: &chunk.bytes, limit: limits.eventBytes)
    }

    /// The number of the open transaction in the chunk, which gets it when it ends there.
    @inline(__always)
    private mutating func chunkTransaction() -> UInt32 {
        if let index = current.chunkIndex { return index }
        let index = UInt32(truncatingIfNeeded: chunk.transactions.count)
        current.chunkIndex = index
        return index
    }

    /// Gives the chunk the open transaction, if it has rows there: where either of them ends. What is read right behind
    /// its writing, in other pieces, is waited for.
    mutating func closeTransaction() {
        guard current.chunkIndex != nil else { return }
        current.chunkIndex = nil
        // Straight from where it stands, without a copy on the stack.
        unsafe withUnsafePointer(to: &current.info) { info in unsafe chunk.transactions.append(info.pointee) }
    }
}
