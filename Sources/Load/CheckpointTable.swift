package import Model
package import MySQLClient
package import Plan

/// `retl.lutra_checkpoint` on the target: one row for each lane of each pipeline, written in the same transaction as
/// the rows, so that data and position commit together (`docs/decisions/0005-lanes.md`).
///
/// The row is also the loop mark (design §3): it names channel, pipeline, origin site and lane. And it is the fence:
/// a process takes the pipeline over by counting `fence` up, after which an older process can no longer commit.
package struct CheckpointTable: Sendable {
    /// What the rows of a pipeline's lanes say together.
    package struct Entry: Equatable, Sendable {
        package var checkpoint: Checkpoint
        package var fence: UInt64
        /// A DDL statement was begun and not known to be done; see `DDLExecutor`.
        package var ddlIntent: String?
        /// Rows of the pipeline before the checkpoint.
        package var rowsBefore: UInt64
        /// Rows behind the checkpoint that some lane has applied already.
        package var done: RowSet
        /// What the rows were numbered by: which tables are mapped.
        package var mapping: UInt64

        /// The row in which a lane's mark stands.
        package var mark: LaneMark { LaneMark(checkpoint: checkpoint, rowsBefore: rowsBefore, done: done) }

        package init(
            checkpoint: Checkpoint, fence: UInt64, ddlIntent: String?, rowsBefore: UInt64, done: RowSet, mapping: UInt64
        ) {
            self.checkpoint = checkpoint
            self.fence = fence
            self.ddlIntent = ddlIntent
            self.rowsBefore = rowsBefore
            self.done = done
            self.mapping = mapping
        }
    }

    package let channel: String
    package let pipeline: String
    /// The site where the changes were made.
    package let origin: String
    /// Another value numbers the rows another way: a digest of the mapping.
    package let mapping: UInt64

    package init(channel: String, pipeline: String, origin: String, mapping: UInt64 = 0) {
        self.channel = channel
        self.pipeline = pipeline
        self.origin = origin
        self.mapping = mapping
    }

    /// What creates the system schema and this table; each statement changes nothing when it is there.
    package static let creation = [
        "CREATE DATABASE IF NOT EXISTS `retl`",
        """
        CREATE TABLE IF NOT EXISTS `retl`.`lutra_checkpoint` (
          `channel` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
          `pipeline` VARCHAR(140) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
          `lane` SMALLINT UNSIGNED NOT NULL,
          `origin` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
          `fence` BIGINT UNSIGNED NOT NULL,
          `binlog_file` VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
          `binlog_offset` BIGINT UNSIGNED NOT NULL,
          `gtids` LONGTEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
          `gtid_flavor` VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
          `events_into_transaction` BIGINT UNSIGNED NOT NULL,
          `commit_microseconds` BIGINT NOT NULL,
          `rows_before` BIGINT UNSIGNED NOT NULL,
          `rows_done` LONGBLOB NOT NULL,
          `mapping` BIGINT UNSIGNED NOT NULL,
          `source_server` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
          `ddl_intent` LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
          `updated_at` TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
          PRIMARY KEY (`channel`, `pipeline`, `lane`)
        ) ENGINE=InnoDB
        """,
    ]

    private var ofPipeline: String { "`channel`='\(channel)' AND `pipeline`='\(pipeline)'" }

    /// What the lanes' rows say; nil when the table or the rows are missing.
    package func read(_ connection: Connection) throws -> Entry? {
        Entry(lanes: try read(connection, locking: false))
    }

    /// By lane; empty when the table or the rows are missing.
    private func read(_ connection: Connection, locking: Bool) throws -> [Entry] {
        let query = "SELECT * FROM `retl`.`lutra_checkpoint` WHERE \(ofPipeline) ORDER BY `lane`"
        do {
            let rows = try connection.query(query + (locking ? " FOR UPDATE" : ""))
            return try rows.map { try entry($0) }
        } catch let failure as StatementFailure where failure.isTableMissing {
            return []
        }
    }

    private func entry(_ row: ResultRow) throws(LutraError) -> Entry {
        guard let file = row["binlog_file"], let offset = row["binlog_offset"].flatMap({ UInt64($0) }),
            let fence = row["fence"].flatMap({ UInt64($0) }),
            let events = row["events_into_transaction"].flatMap({ UInt64($0) }),
            let commit = row["commit_microseconds"].flatMap({ Int64($0) }),
            let before = row["rows_before"].flatMap({ UInt64($0) }), let done = row.bytes("rows_done"),
            let mapping = row["mapping"].flatMap({ UInt64($0) }),
            let gtids = Self.gtids(flavor: row["gtid_flavor"], text: row["gtids"])
        else {
            throw LutraError(
                .checkpointInvalid, "the checkpoint on the target cannot be read",
                place: ["table": "retl.lutra_checkpoint", "channel": channel, "pipeline": pipeline])
        }
        return Entry(
            checkpoint: Checkpoint(
                position: BinlogPosition(file: file, offset: offset), gtids: gtids, eventsIntoTransaction: events,
                commitMicroseconds: commit, server: row["source_server"]),
            fence: fence, ddlIntent: row["ddl_intent"], rowsBefore: before, done: RowSet(from: before, bits: done),
            mapping: mapping)
    }

    private static func gtids(flavor: String?, text: String?) -> GTIDState? {
        switch flavor {
        case "": GTIDState.none
        case "mysql": text.flatMap { MySQLGTIDSet($0) }.map { .mysql($0) }
        case "mariadb": text.flatMap { MariaDBGTIDPosition($0) }.map { .mariadb($0) }
        default: nil
        }
    }

    /// Creates schema, table and rows where missing and takes the pipeline over: from now on no lane of an older
    /// process can commit; what one is about to commit is waited for. Rows that are there keep what they say, but all
    /// of it moves to the first lane's row, so that the number of lanes may change.
    ///
    /// - Parameter setsAside: begins at `start`, whatever the rows say.
    /// - Returns: what the rows say now, with the new fence.
    package func takeOver(
        _ connection: Connection, from start: Checkpoint, lanes: Int = 1, setsAside: Bool = false
    ) throws -> Entry {
        for statement in Self.creation { try connection.execute(statement) }
        try connection.execute("START TRANSACTION")
        do {
            let found = try read(connection, locking: true)
            if setsAside { try PreparedTable(channel: channel, pipeline: pipeline).clear(connection) }
            let takeover = Takeover(found, from: start, lanes: lanes, mapping: mapping, setsAside: setsAside)
            guard let takeover else { throw mappingChanged }
            let entry = takeover.entry
            for (lane, mark) in takeover.marks.enumerated() {
                try connection.execute(
                    """
                    INSERT INTO `retl`.`lutra_checkpoint` SET `channel`='\(channel)',`pipeline`='\(pipeline)',\
                    `lane`=\(lane),`origin`='\(origin)',`fence`=\(entry.fence),\(assignments(mark)) \
                    ON DUPLICATE KEY UPDATE `fence`=\(entry.fence),\(assignments(mark))
                    """)
            }
            try connection.execute("COMMIT")
            return entry
        } catch {
            _ = try? connection.execute("ROLLBACK")
            throw error
        }
    }

    private var mappingChanged: LutraError {
        LutraError(
            .checkpointInvalid,
            "the tables of the channel changed while its last run had ended in the middle of a batch",
            place: ["channel": channel, "pipeline": pipeline],
            hint: "run it once with the former tables and --until-caught-up, then change them")
    }

    private func assignments(_ mark: LaneMark) -> String {
        let checkpoint = mark.checkpoint
        return """
            `binlog_file`=\(utf8Literal(checkpoint.position.file)),`binlog_offset`=\(checkpoint.position.offset),\
            `gtids`='\(checkpoint.gtids)',`gtid_flavor`='\(checkpoint.gtids.flavorName)',\
            `events_into_transaction`=\(checkpoint.eventsIntoTransaction),\
            `commit_microseconds`=\(checkpoint.commitMicroseconds),`rows_before`=\(mark.rowsBefore),\
            `rows_done`=x'\(mark.done.hex)',`mapping`=\(mapping),\
            `source_server`=\(checkpoint.server.map { utf8Literal($0) } ?? "NULL")
            """
    }

    /// The statement that moves a lane's row; the first of every transaction, so that the fence is checked first.
    /// With another fence in the row it fails with error 1048 (NULL in a column that takes none).
    package func moveStatement(lane: Int, to mark: LaneMark, fence: UInt64) -> String {
        """
        UPDATE `retl`.`lutra_checkpoint` SET `fence`=IF(`fence`=\(fence),`fence`,NULL),\(assignments(mark)) \
        WHERE \(ofPipeline) AND `lane`=\(lane)
        """
    }

    /// The statement that forgets it, in the transaction that moves the checkpoint behind the DDL statement. No other
    /// move may: after a crash the note must stand until the statement's turn comes.
    package var forgetIntentStatement: String {
        "UPDATE `retl`.`lutra_checkpoint` SET `ddl_intent`=NULL WHERE \(ofPipeline) AND `lane`=0"
    }

    /// The statement that notes, in the first lane's row, a DDL statement which is about to run.
    package func intentStatement(_ intent: String, fence: UInt64) -> String {
        """
        UPDATE `retl`.`lutra_checkpoint` SET `fence`=IF(`fence`=\(fence),`fence`,NULL),\
        `ddl_intent`=\(utf8Literal(intent)) WHERE \(ofPipeline) AND `lane`=0
        """
    }
}

extension RowSet {
    fileprivate var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bits.count * 2)
        for byte in bits {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension GTIDState {
    /// `mysql`, `mariadb`, or empty without GTIDs.
    package var flavorName: String {
        switch self {
        case .none: ""
        case .mysql: "mysql"
        case .mariadb: "mariadb"
        }
    }
}
