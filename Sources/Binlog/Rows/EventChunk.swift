package import Model

/// Rows events of mapped tables in order, as SELECT hands them on. Undecoded.
package struct EventChunk: Sendable {
    /// The bodies of the rows events, one after the other, from their column counts on.
    package var bytes: [UInt8] = []
    package var events: [RowsEventRef] = []
    /// What `RowsEventRef.table` numbers.
    package var tables: [TableMap] = []
    /// What `RowsEventRef.transaction` numbers.
    package var transactions: [TransactionInfo] = []
    /// Where to resume once all of this, and all before it, is durable.
    package var resume: Checkpoint
    /// Whether more of the last transaction follows in the next chunk.
    package var endsInsideTransaction = false
    /// Where the last event that was read ends.
    package var end: BinlogPosition

    package init(resume: Checkpoint) {
        self.resume = resume
        end = resume.position
    }
}

/// One rows event in an `EventChunk`.
package struct RowsEventRef: Sendable {
    package var operation: RowOperation
    package var flags: RowFlags
    /// Update images may hold lists of JSON changes (PARTIAL_UPDATE_ROWS).
    package var isPartial: Bool
    package var type: EventType
    /// Index into `EventChunk.tables`.
    package var table: UInt32
    /// Index into `EventChunk.transactions`.
    package var transaction: UInt32
    /// Where its body is in `EventChunk.bytes`.
    package var offset: UInt32
    package var length: UInt32
    /// Where the event starts in its file.
    package var position: UInt64
}
