import Model

/// The transaction that is being read.
struct OpenTransaction {
    var info: TransactionInfo
    /// What ends it.
    var end: End
    /// Inside `XA START`: whether it commits is not known yet.
    var isXA = false
    /// Statements of MariaDB's two-phase ALTER that change nothing yet.
    var ignoresStatements = false
    /// Rows events and statements so far, those of tables that are not mapped included.
    var events: UInt64 = 0
    /// How many of them are durable since an earlier run.
    var skip: UInt64 = 0
    /// Whether rows of it were collected.
    var hasRows = false

    enum End {
        /// The next statement, unless it is BEGIN.
        case statement
        /// XID, COMMIT, ROLLBACK or XA_PREPARE.
        case commit
        /// The rows event with the end-of-statement flag: old servers frame nothing.
        case lastRows
    }

    /// Counts a rows event or a statement; false when it is durable already.
    mutating func countEvent() -> Bool {
        events += 1
        return events > skip
    }
}
