/// Every error code there is. Append only.
extension ErrorCode {
    package static let catalogue: [ErrorCode] = [
        .usage, .urlInvalid, .specInvalid, .specUnknownKey, .patternInvalid, .noTableMatches, .stateOfAnotherChannel,
        .stateLocked, .unreachable, .accessDenied, .tlsFailed, .queryFailed, .connectionLost, .prechecksRefused,
        .binlogOff, .binlogNotRow, .positionPurged, .positionInvalid, .binlogCorrupt, .binlogUnsupported,
        .binlogIncident, .statementLogged, .schemaMismatch, .targetTableMissing, .targetColumnMissing,
        .valueRefused, .rowRefused, .rowMissing, .ddlFailed, .typeUnsupported, .checkpointInvalid, .stopped,
        .internalFault, .fileUnreadable, .xaUnsupported, .applyFailed, .snapshotFailed, .sourceUndone,
        .notUndoable, .sourceBehind, .sourceChanged, .xaPrepared,
    ]

    // Usage and configuration: exit 2.
    package static let usage = ErrorCode("usage", .usage, hint: "see lutra --help")
    package static let urlInvalid = ErrorCode(
        "url-invalid", .usage, hint: "write mysql://user:password@host:port")
    package static let specInvalid = ErrorCode("spec-invalid", .usage)
    package static let specUnknownKey = ErrorCode("spec-unknown-key", .usage)
    package static let patternInvalid = ErrorCode(
        "pattern-invalid", .usage,
        hint: "a table pattern is SCHEMA.TABLE, for example shop.orders or shop.offer[0000-0031]")
    package static let noTableMatches = ErrorCode(
        "no-table-matches", .usage,
        hint: "list what is there with SHOW TABLES on the source, and check the account's rights")
    package static let stateOfAnotherChannel = ErrorCode(
        "state-of-another-channel", .usage, hint: "give this channel a --state directory of its own")
    package static let stateLocked = ErrorCode(
        "state-locked", .usage, hint: "another lutra process runs this channel; stop it first")
    package static let fileUnreadable = ErrorCode("file-unreadable", .usage)

    // Checks before the start: exit 4.
    package static let prechecksRefused = ErrorCode(
        "prechecks-refused", .refused,
        hint: "run lutra doctor with the same arguments to see every check and its remedy")
    package static let binlogOff = ErrorCode(
        "binlog-off", .refused, hint: "start the source with log_bin and a server_id")
    package static let binlogNotRow = ErrorCode(
        "binlog-not-row", .refused, hint: "SET GLOBAL binlog_format = ROW on the source, then reconnect its clients")
    package static let targetTableMissing = ErrorCode(
        "target-table-missing", .refused,
        hint: "create the table on the target, or use --initial-load, which creates it")
    package static let targetColumnMissing = ErrorCode(
        "target-column-missing", .refused,
        hint: "add the column on the target, or leave it out with columns: { exclude: [...] }")
    package static let typeUnsupported = ErrorCode("type-unsupported", .refused)

    // While running: exit 1.
    package static let unreachable = ErrorCode(
        "unreachable", .failed, hint: "check host, port and that the server runs")
    package static let accessDenied = ErrorCode(
        "access-denied", .failed, hint: "check user and password, and the grants that lutra doctor lists")
    package static let tlsFailed = ErrorCode("tls-failed", .failed)
    package static let queryFailed = ErrorCode("query-failed", .failed)
    package static let connectionLost = ErrorCode("connection-lost", .failed)
    package static let positionPurged = ErrorCode(
        "position-purged", .failed, hint: "load the tables again with --initial-load, or give another --start")
    package static let positionInvalid = ErrorCode("position-invalid", .failed)
    package static let binlogCorrupt = ErrorCode("binlog-corrupt", .failed)
    package static let binlogUnsupported = ErrorCode("binlog-unsupported", .failed)
    package static let binlogIncident = ErrorCode(
        "binlog-incident", .failed,
        hint: "the source says that its log has a hole; load the tables again with --initial-load")
    package static let statementLogged = ErrorCode(
        "statement-logged", .failed,
        hint: "set binlog_format = ROW for every session on the source, then load the table again")
    package static let schemaMismatch = ErrorCode(
        "schema-mismatch", .failed,
        hint: "SET GLOBAL binlog_row_metadata = FULL on the source, so that its log names its columns")
    package static let valueRefused = ErrorCode("value-refused", .failed)
    package static let rowRefused = ErrorCode("row-refused", .failed)
    package static let rowMissing = ErrorCode(
        "row-missing", .failed, hint: "the target differs from the source; load the table again with --initial-load")
    package static let ddlFailed = ErrorCode("ddl-failed", .failed)
    package static let applyFailed = ErrorCode("apply-failed", .failed)
    package static let snapshotFailed = ErrorCode("snapshot-failed", .failed)
    package static let checkpointInvalid = ErrorCode("checkpoint-invalid", .failed)
    package static let notUndoable = ErrorCode("not-undoable", .failed)
    package static let sourceUndone = ErrorCode(
        "source-undone", .failed,
        hint: "load the tables again with --initial-load: the target has changes that the source took back")
    package static let sourceBehind = ErrorCode(
        "source-behind", .failed,
        hint: "wait until it has caught up, name another host, or load the tables again with --initial-load")
    package static let sourceChanged = ErrorCode(
        "source-changed", .failed,
        hint: "name the server that was read before, give another --start, or load the tables again with --initial-load"
    )
    package static let xaUnsupported = ErrorCode(
        "xa-unsupported", .failed,
        hint: "commit or roll back XA transactions that stay prepared on the source, or raise limits.prepared-bytes")
    package static let xaPrepared = ErrorCode(
        "xa-prepared", .refused, hint: "commit or roll back what XA RECOVER lists on the source, then start again")
    package static let stopped = ErrorCode("stopped", .failed)
    package static let internalFault = ErrorCode(
        "internal-fault", .failed, hint: "this is a defect of Lutra; please report it with the log")
}
