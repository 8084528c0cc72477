package import Model
package import MySQLClient
import Plan

/// `retl.lutra_checkpoint` on the target: one row for each lane of each pipeline, written in the same transaction as
/// the rows, so that data and position commit together.
///
/// The row is also the loop mark (design §3): it names channel, pipeline, origin site and lane. And it is the fence:
/// a process takes the pipeline over by counting `fence` up, after which an older process can no longer commit.
package struct CheckpointTable: Sendable {
    /// What the row of a lane holds.
    package struct Entry: Equatable, Sendable {
        package var checkpoint: Checkpoint
        package var fence: UInt64
        /// A DDL statement was begun and not known to be done; see `DDLIntent`.
        package var ddlIntent: String?
    }

    package let channel: String
    package let pipeline: String
    /// The site where the changes were made.
    package let origin: String
    package let lane: Int

    package init(channel: String, pipeline: String, origin: String, lane: Int = 0) {
        self.channel = channel
        self.pipeline = pipeline
        self.origin = origin
        self.lane = lane
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
          `ddl_intent` LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
          `updated_at` TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
          PRIMARY KEY (`channel`, `pipeline`, `lane`)
        ) ENGINE=InnoDB
        """,
    ]

    private var condition: String {
        "`channel`='\(channel)' AND `pipeline`='\(pipeline)' AND `lane`=\(lane)"
    }

    /// Reads the lane's row; nil when the table or the row is missing.
    package func read(_ connection: Connection) throws -> Entry? {
        do {
            let rows = try connection.query("SELECT * FROM `retl`.`lutra_checkpoint` WHERE \(condition)")
            guard let row = rows.first else { return nil }
            return try entry(row)
        } catch let failure as StatementFailure where failure.number == 1146 || failure.number == 1049 {
            return nil
        }
    }

    private func entry(_ row: ResultRow) throws(LutraError) -> Entry {
        guard let file = row["binlog_file"], let offset = row["binlog_offset"].flatMap({ UInt64($0) }),
            let fence = row["fence"].flatMap({ UInt64($0) }),
            let events = row["events_into_transaction"].flatMap({ UInt64($0) }),
            let commit = row["commit_microseconds"].flatMap({ Int64($0) }),
            let gtids = Self.gtids(flavor: row["gtid_flavor"], text: row["gtids"])
        else {
            throw LutraError(
                .checkpointInvalid, "the checkpoint on the target cannot be read",
                place: ["table": "retl.lutra_checkpoint", "channel": channel, "pipeline": pipeline])
        }
        return Entry(
            checkpoint: Checkpoint(
                position: BinlogPosition(file: file, offset: offset), gtids: gtids, eventsIntoTransaction: events,
                commitMicroseconds: commit),
            fence: fence, ddlIntent: row["ddl_intent"])
    }

    private static func gtids(flavor: String?, text: String?) -> GTIDState? {
        switch flavor {
        case "": GTIDState.none
        case "mysql": text.flatMap { MySQLGTIDSet($0) }.map { .mysql($0) }
        case "mariadb": text.flatMap { MariaDBGTIDPosition($0) }.map { .mariadb($0) }
        default: nil
        }
    }

    /// Creates schema, table and row where missing and takes the pipeline over: from now on an older process cannot
    /// commit. A row that is there keeps its checkpoint.
    ///
    /// - Returns: the row as it stands, with the new fence.
    package func takeOver(_ connection: Connection, from start: Checkpoint) throws -> Entry {
        for statement in Self.creation { try connection.execute(statement) }
        try connection.execute(
            """
            INSERT INTO `retl`.`lutra_checkpoint` (`channel`,`pipeline`,`lane`,`origin`,`fence`,`binlog_file`,\
            `binlog_offset`,`gtids`,`gtid_flavor`,`events_into_transaction`,`commit_microseconds`) VALUES \
            ('\(channel)','\(pipeline)',\(lane),'\(origin)',1,\(utf8Literal(start.position.file)),\
            \(start.position.offset),'\(start.gtids)','\(start.gtids.flavorName)',\
            \(start.eventsIntoTransaction),\(start.commitMicroseconds)) \
            ON DUPLICATE KEY UPDATE `fence`=`fence`+1
            """)
        guard let entry = try read(connection) else {
            throw LutraError(.checkpointInvalid, "the checkpoint that was just written is not there")
        }
        return entry
    }

    /// The statement that moves the checkpoint; the first of every transaction, so that the fence is checked first.
    /// With another fence in the row it fails with error 1048 (NULL in a column that takes none).
    package func moveStatement(to checkpoint: Checkpoint, fence: UInt64) -> String {
        """
        UPDATE `retl`.`lutra_checkpoint` SET `fence`=IF(`fence`=\(fence),`fence`,NULL),\
        `binlog_file`=\(utf8Literal(checkpoint.position.file)),`binlog_offset`=\(checkpoint.position.offset),\
        `gtids`='\(checkpoint.gtids)',`gtid_flavor`='\(checkpoint.gtids.flavorName)',\
        `events_into_transaction`=\(checkpoint.eventsIntoTransaction),\
        `commit_microseconds`=\(checkpoint.commitMicroseconds),`ddl_intent`=NULL WHERE \(condition)
        """
    }

    /// The statement that notes a DDL statement which is about to run.
    package func intentStatement(_ intent: String, fence: UInt64) -> String {
        """
        UPDATE `retl`.`lutra_checkpoint` SET `fence`=IF(`fence`=\(fence),`fence`,NULL),\
        `ddl_intent`=\(utf8Literal(intent)) WHERE \(condition)
        """
    }

    /// Sets the checkpoint aside for a fresh start: used before an initial load.
    package func deleteStatement() -> String { "DELETE FROM `retl`.`lutra_checkpoint` WHERE \(condition)" }
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
