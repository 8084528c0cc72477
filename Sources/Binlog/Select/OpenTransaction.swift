import Model

/// The transaction that is being read.
struct OpenTransaction {
    var info: TransactionInfo
    /// What ends it.
    var end: End
    /// Inside `XA START`: whether it commits is not known yet.
    var isXA = false
    /// Whether its GTID event told when it was committed.
    var hasCommitTime = false
    /// Statements of MariaDB's two-phase ALTER that change nothing yet.
    var ignoresStatements = false
    /// Rows events and statements so far, those of tables that are not mapped included.
    var events: UInt64 = 0
    /// How many of them are durable since an earlier run.
    var skip: UInt64 = 0
    /// Whether rows of it were collected and not taken back.
    var hasRows = false
    /// Whether rows or statements of it went on: they cannot be taken back any more.
    var isHandedOn = false
    /// Whether one that went on is a statement.
    var hasStatement = false
    /// How many events the chunk had before it.
    var chunkStart = 0
    /// What its index in `EventChunk.transactions` will be, while it has rows in the chunk.
    var chunkIndex: UInt32?
    var savepoints: [Savepoint] = []

    static let none = OpenTransaction(
        info: TransactionInfo(
            gtid: nil, start: BinlogPosition(file: "", offset: 0), commitMicroseconds: 0, originServer: 0),
        end: .statement)

    /// Begins anew, in place: each of `info`'s references costs to copy.
    mutating func begin(_ gtid: GTID?, file: String, offset: UInt64, end: End, skip: UInt64, chunkStart: Int) {
        info.gtid = gtid
        if info.start.file != file { info.start.file = file }
        info.start.offset = offset
        self.end = end
        hasCommitTime = false
        isXA = false
        ignoresStatements = false
        events = 0
        self.skip = skip
        hasRows = false
        isHandedOn = false
        hasStatement = false
        self.chunkStart = chunkStart
        chunkIndex = nil
        if !savepoints.isEmpty { savepoints = [] }
    }

    struct Savepoint {
        var name: [UInt8]
        /// `events` when it was set.
        var events: UInt64
        /// How many events the chunk had then; nil once later ones went on.
        var chunkEvents: Int?
    }

    enum End {
        /// The next statement, unless it is BEGIN.
        case statement
        /// XID, COMMIT, ROLLBACK or XA_PREPARE.
        case commit
        /// The rows event with the end-of-statement flag: old servers frame nothing.
        case lastRows
    }

    /// The chunk with that many events goes on; another begins.
    mutating func handOn(chunkEvents count: Int) {
        if count > chunkStart { isHandedOn = true }
        chunkStart = 0
        chunkIndex = nil
        for index in savepoints.indices {
            savepoints[index].chunkEvents = savepoints[index].chunkEvents == count ? 0 : nil
        }
    }

    /// A statement of it goes on.
    mutating func handOnStatement() {
        isHandedOn = true
        hasStatement = true
        for index in savepoints.indices { savepoints[index].chunkEvents = nil }
    }

    /// Counts a rows event or a statement; false when it is durable already.
    mutating func countEvent() -> Bool {
        events += 1
        return events > skip
    }
}
