import Model

/// What the source took back.
///
/// In row format the servers log changes of non-transactional tables in a transaction of their own, ahead of the one
/// that made them (MySQL since 5.5, MariaDB since 5.3). So all rows that a logged ROLLBACK covers were undone on the
/// source, and are dropped here. Where some of them went on already (slices of a large transaction), those who do not
/// show them before the transaction's end are told to drop them; else only a stop with a clear error is honest.
extension EventSelector {
    mutating func setSavepoint(_ name: [UInt8]) {
        guard isOpen else { return }
        current.savepoints.removeAll { $0.name == name }
        current.savepoints.append(
            OpenTransaction.Savepoint(name: name, events: current.events, chunkEvents: chunk.events.count))
    }

    /// ROLLBACK, or ROLLBACK TO a savepoint.
    mutating func undo(since name: [UInt8]?) throws(EventFault) {
        guard let open = transaction, open.hasRows || open.isHandedOn || open.skip > 0 else { return }
        guard FormatDescription.versionNumber(format.serverVersion) >= 50_300 else {
            throw EventFault(
                .binlogUnsupported, "the source undid a transaction and is too old to say which changes stayed")
        }
        guard let name else { return try dropRows(of: open) }
        guard let index = open.savepoints.firstIndex(where: { $0.name == name }) else {
            throw EventFault(.binlogCorrupt, "the source went back to a savepoint that it did not log")
        }
        let savepoint = open.savepoints[index]
        guard let count = savepoint.chunkEvents, savepoint.events >= open.skip else { throw Self.undone }
        current.savepoints.removeSubrange((index + 1)...)
        truncateChunk(count)
    }

    /// The file ends inside a transaction: the source crashed, and undid it when it came back.
    mutating func abandon() throws(EventFault) {
        guard let open = transaction else { return }
        try dropRows(of: open)
        transaction = nil
    }

    /// What was selected up to the last whole transaction, for a stream that cannot go on. Rows of the open one go only
    /// where others of it went before.
    package mutating func takeWholeItems() -> [StreamItem] {
        // Refused where a part went on; then it stays open.
        try? abandon()
        return takeItems()
    }

    private mutating func dropRows(of open: OpenTransaction) throws(EventFault) {
        // A statement that went on has run, and what an earlier run made durable may have been seen.
        guard open.skip == 0, !open.isHandedOn || (takesBack && !open.hasStatement) else { throw Self.undone }
        truncateChunk(open.chunkStart)
        guard open.isHandedOn else { return }
        current.isHandedOn = false
        current.hasRows = false
        items.append(.undone(resumeNow))
    }

    private static var undone: EventFault {
        EventFault(.sourceUndone, "the source undid a transaction of which a part was handed on already")
    }

    /// Drops the last rows events of the chunk, which all belong to the open transaction.
    private mutating func truncateChunk(_ count: Int) {
        guard let open = transaction, count < chunk.events.count else { return }
        chunk.bytes.removeSubrange(Int(chunk.events[count].offset)...)
        chunk.events.removeSubrange(count...)
        if open.isXA { held.numbers.removeSubrange(count...) }
        if count == open.chunkStart {
            current.chunkIndex = nil
            current.hasRows = open.isHandedOn
        }
    }
}
