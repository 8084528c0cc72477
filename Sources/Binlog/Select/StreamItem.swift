package import Model

/// What SELECT hands on, in the order of the log.
package enum StreamItem: Sendable {
    case rows(EventChunk)
    case statement(LoggedStatement)
    /// An XA transaction was prepared or has ended.
    case xa(XAChange)
    /// The source undid the transaction of which the rows before are a part: they are not to be seen.
    /// With where to resume: before that transaction.
    case undone(Checkpoint)
    /// The log moved on without rows of mapped tables.
    case progress(Checkpoint)
}

/// A statement that the log holds as text: DDL, or DML where the source does not log rows.
package struct LoggedStatement: Sendable {
    /// In the character set of `clientCollation`.
    package var sql: [UInt8]
    /// The default schema; empty without one.
    package var schema: String
    /// Nil where the event does not say.
    package var sqlMode: UInt64?
    /// Collation ids; nil where the event does not say.
    package var clientCollation: UInt16?
    package var connectionCollation: UInt16?
    package var serverCollation: UInt16?
    package var timeZone: String?
    /// The error that the statement ended with on the source; 0 for none.
    package var errorCode: UInt16
    /// The transaction that it is, or is part of. Its start is where the statement's transaction starts.
    package var transaction: TransactionInfo
    /// Where the event starts.
    package var start: BinlogPosition
    /// Where to resume once it is done.
    package var resume: Checkpoint
    /// Whether it is part of a transaction that goes on (MySQL's `CREATE TABLE … SELECT`).
    package var isInsideTransaction: Bool

    package var gtid: GTID? { transaction.gtid }
    package var commitMicroseconds: Int64 { transaction.commitMicroseconds }
}
