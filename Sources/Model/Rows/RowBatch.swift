/// Rows in the order of the binlog, as they travel from EXTRACT to LOAD.
///
/// One buffer holds the bytes of all images as the source logged them; a row is a pair of indices into `slices`;
/// a column's value is a slice of `bytes`. Nothing here is allocated per row or per column.
package struct RowBatch: Sendable {
    /// The rows events' bytes. Values are slices of it.
    package var bytes: [UInt8]
    /// The tables that `Row.table` numbers.
    package var tables: [LoggedTable]
    package var rows: [Row]
    /// Column values: each row image is a run of `tables[row.table].columns.count` slices.
    package var slices: [ColumnSlice]
    /// The transactions that `Row.transaction` numbers.
    package var transactions: [TransactionInfo]
    /// Where to resume once all of the batch is durable on the target.
    package var resume: Checkpoint

    package init(resume: Checkpoint) {
        bytes = []
        tables = []
        rows = []
        slices = []
        transactions = []
        self.resume = resume
    }
}

/// One changed row. 20 bytes.
///
/// Public, as `ColumnSlice` is: the compiler inlines into other modules what is `public`, but not what is `package`.
public struct Row: Sendable {
    public var operation: RowOperation
    public var flags: RowFlags
    /// Index into `RowBatch.tables`.
    public var table: UInt32
    /// Index into `RowBatch.transactions`.
    public var transaction: UInt32
    /// Index into `RowBatch.slices` of the image before the change; `Row.noImage` for an insert.
    public var before: UInt32
    /// Index into `RowBatch.slices` of the image after the change; `Row.noImage` for a delete.
    public var after: UInt32

    @inlinable public static var noImage: UInt32 { .max }

    @inlinable
    public init(
        operation: RowOperation, flags: RowFlags, table: UInt32, transaction: UInt32, before: UInt32, after: UInt32
    ) {
        self.operation = operation
        self.flags = flags
        self.table = table
        self.transaction = transaction
        self.before = before
        self.after = after
    }
}

public enum RowOperation: UInt8, Sendable { case insert, update, delete }

/// What the source said about the statement that changed the row.
public struct RowFlags: OptionSet, Sendable {
    public let rawValue: UInt8
    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Foreign keys must not be checked nor cascade: the session had `foreign_key_checks=0`, or the source logs
    /// what its cascades did.
    public static let foreignKeysOff = RowFlags(rawValue: 1)
    /// The session had `unique_checks=0`.
    public static let uniqueChecksOff = RowFlags(rawValue: 2)
}

/// Where a column's value is in `RowBatch.bytes`. 8 bytes.
/// Its constants are computed: a stored one of another module is a call and a load.
///
/// The slice covers the value alone, without length prefix: for numbers and times the bytes of `ColumnType`.
public struct ColumnSlice: Equatable, Sendable {
    public var offset: UInt32
    /// Bytes, or one of the marks below. The top bit marks a partial JSON value (a list of changes).
    public var length: UInt32

    @inlinable public static var nullLength: UInt32 { .max }
    @inlinable public static var absentLength: UInt32 { .max - 1 }
    @inlinable public static var partialJSONBit: UInt32 { 1 << 31 }

    @inlinable
    public init(offset: UInt32, length: UInt32) {
        self.offset = offset
        self.length = length
    }

    /// SQL NULL.
    @inlinable public static var null: ColumnSlice { ColumnSlice(offset: 0, length: nullLength) }
    /// Not part of the image (`binlog_row_image` MINIMAL or NOBLOB).
    @inlinable public static var absent: ColumnSlice { ColumnSlice(offset: 0, length: absentLength) }

    @inlinable public var isNull: Bool { length == ColumnSlice.nullLength }
    @inlinable public var isAbsent: Bool { length == ColumnSlice.absentLength }
    @inlinable public var isPartialJSON: Bool { length < ColumnSlice.absentLength && length & (1 << 31) != 0 }
    @inlinable public var hasBytes: Bool { length < ColumnSlice.absentLength }
    /// The value's place in `RowBatch.bytes`; empty where there is no value.
    @inlinable public var range: Range<Int> {
        guard length < ColumnSlice.absentLength else { return 0..<0 }
        let start = Int(offset)
        return start..<start + Int(length & ~(1 << 31))
    }
}

/// What is known of a source transaction. Each of its rows refers to it.
package struct TransactionInfo: Sendable {
    package var gtid: GTID?
    /// Where it starts in the binlog (its GTID or BEGIN event).
    package var start: BinlogPosition
    /// Commit on the first server that executed it: microseconds since 1970 UTC; whole seconds where the source logs
    /// no more; 0 when unknown.
    package var commitMicroseconds: Int64
    /// `server_id` of the server that executed it first.
    package var originServer: UInt32

    package init(gtid: GTID?, start: BinlogPosition, commitMicroseconds: Int64, originServer: UInt32) {
        self.gtid = gtid
        self.start = start
        self.commitMicroseconds = commitMicroseconds
        self.originServer = originServer
    }
}
