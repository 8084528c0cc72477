/// The type byte of an event. Any value may come; those that are known have names.
/// (MySQL: `libs/mysql/binlog/event/binlog_event.h`; MariaDB: `sql/log_event.h`.)
package struct EventType: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    private init(_ value: UInt8) { rawValue = value }

    package static let query = EventType(2)
    package static let stop = EventType(3)
    package static let rotate = EventType(4)
    package static let intvar = EventType(5)
    package static let appendBlock = EventType(9)
    package static let deleteFile = EventType(11)
    package static let rand = EventType(13)
    package static let userVar = EventType(14)
    package static let formatDescription = EventType(15)
    package static let xid = EventType(16)
    package static let beginLoadQuery = EventType(17)
    package static let executeLoadQuery = EventType(18)
    package static let tableMap = EventType(19)
    package static let writeRowsV1 = EventType(23)
    package static let updateRowsV1 = EventType(24)
    package static let deleteRowsV1 = EventType(25)
    package static let incident = EventType(26)
    package static let heartbeat = EventType(27)
    package static let ignorable = EventType(28)
    package static let rowsQuery = EventType(29)
    package static let writeRows = EventType(30)
    package static let updateRows = EventType(31)
    package static let deleteRows = EventType(32)
    package static let gtid = EventType(33)
    package static let anonymousGTID = EventType(34)
    package static let previousGTIDs = EventType(35)
    package static let transactionContext = EventType(36)
    package static let viewChange = EventType(37)
    package static let xaPrepare = EventType(38)
    package static let partialUpdateRows = EventType(39)
    package static let transactionPayload = EventType(40)
    package static let heartbeatV2 = EventType(41)
    package static let gtidTagged = EventType(42)
    package static let annotateRows = EventType(160)
    package static let binlogCheckpoint = EventType(161)
    package static let mariadbGTID = EventType(162)
    package static let gtidList = EventType(163)
    package static let startEncryption = EventType(164)
    package static let queryCompressed = EventType(165)
    package static let writeRowsCompressedV1 = EventType(166)
    package static let updateRowsCompressedV1 = EventType(167)
    package static let deleteRowsCompressedV1 = EventType(168)
    package static let writeRowsCompressed = EventType(169)
    package static let updateRowsCompressed = EventType(170)
    package static let deleteRowsCompressed = EventType(171)
}

extension EventType: CustomStringConvertible {
    /// The servers' name, or `type N`.
    package var description: String { Self.names[rawValue] ?? "type \(rawValue)" }

    private static let names: [UInt8: String] = [
        1: "START_V3", 2: "QUERY", 3: "STOP", 4: "ROTATE", 5: "INTVAR", 6: "LOAD", 8: "CREATE_FILE",
        9: "APPEND_BLOCK", 10: "EXEC_LOAD", 11: "DELETE_FILE", 12: "NEW_LOAD", 13: "RAND", 14: "USER_VAR",
        15: "FORMAT_DESCRIPTION", 16: "XID", 17: "BEGIN_LOAD_QUERY", 18: "EXECUTE_LOAD_QUERY", 19: "TABLE_MAP",
        20: "PRE_GA_WRITE_ROWS", 21: "PRE_GA_UPDATE_ROWS", 22: "PRE_GA_DELETE_ROWS", 23: "WRITE_ROWS_V1",
        24: "UPDATE_ROWS_V1", 25: "DELETE_ROWS_V1", 26: "INCIDENT", 27: "HEARTBEAT", 28: "IGNORABLE",
        29: "ROWS_QUERY", 30: "WRITE_ROWS", 31: "UPDATE_ROWS", 32: "DELETE_ROWS", 33: "GTID",
        34: "ANONYMOUS_GTID", 35: "PREVIOUS_GTIDS", 36: "TRANSACTION_CONTEXT", 37: "VIEW_CHANGE",
        38: "XA_PREPARE", 39: "PARTIAL_UPDATE_ROWS", 40: "TRANSACTION_PAYLOAD", 41: "HEARTBEAT_V2",
        42: "GTID_TAGGED", 160: "ANNOTATE_ROWS", 161: "BINLOG_CHECKPOINT", 162: "MARIADB_GTID",
        163: "GTID_LIST", 164: "START_ENCRYPTION", 165: "QUERY_COMPRESSED", 166: "WRITE_ROWS_COMPRESSED_V1",
        167: "UPDATE_ROWS_COMPRESSED_V1", 168: "DELETE_ROWS_COMPRESSED_V1", 169: "WRITE_ROWS_COMPRESSED",
        170: "UPDATE_ROWS_COMPRESSED", 171: "DELETE_ROWS_COMPRESSED", 172: "PARTIAL_ROW_DATA",
    ]
}
