package import Model
import MySQLClient

/// `retl.lutra_errors` on the target: the changes that were left out by the policy `skip`. An entry is written in the
/// transaction that moves the position past its change, so that each change is on the target or in here.
package struct ErrorLedger: Sendable {
    /// A change on its way into the ledger.
    package struct Record: Sendable {
        package var errorClass: ErrorClass
        package var position: BinlogPosition
        package var gtid: String?
        /// Microseconds since 1970 UTC; 0 when unknown.
        package var commitMicroseconds: Int64
        package var sourceTable: TableName
        package var targetTable: TableName
        /// `insert`, `update` or `delete`.
        package var operation: String
        /// `id=5, …`; empty for a table without a key.
        package var key: String
        /// JSON objects, column to SQL literal; nil where there is no such image.
        package var before: String?
        package var after: String?
        /// The statement that the target refused, in the bytes that were sent.
        package var statement: [UInt8]
        /// The server's error number, 0 for a missing row.
        package var errorNumber: UInt32
        package var error: String

        package init(
            errorClass: ErrorClass, position: BinlogPosition, gtid: String?, commitMicroseconds: Int64,
            sourceTable: TableName, targetTable: TableName, operation: String, key: String, before: String?,
            after: String?, statement: [UInt8], errorNumber: UInt32, error: String
        ) {
            self.errorClass = errorClass
            self.position = position
            self.gtid = gtid
            self.commitMicroseconds = commitMicroseconds
            self.sourceTable = sourceTable
            self.targetTable = targetTable
            self.operation = operation
            self.key = key
            self.before = before
            self.after = after
            self.statement = statement
            self.errorNumber = errorNumber
            self.error = error
        }
    }

    package let channel: String
    package let pipeline: String

    package init(channel: String, pipeline: String) {
        self.channel = channel
        self.pipeline = pipeline
    }

    /// What creates the table; changes nothing when it is there. The schema is `CheckpointTable.creation`'s.
    package static let creation = """
        CREATE TABLE IF NOT EXISTS `retl`.`lutra_errors` (
          `id` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
          `state` VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'open',
          `recorded_at` TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
          `channel` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
          `pipeline` VARCHAR(140) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
          `class` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
          `binlog_file` VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
          `binlog_offset` BIGINT UNSIGNED NOT NULL,
          `gtid` VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NULL,
          `commit_microseconds` BIGINT NOT NULL,
          `source_table` VARCHAR(140) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
          `target_table` VARCHAR(140) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
          `operation` VARCHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
          `row_key` LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
          `before_image` LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
          `after_image` LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
          `statement` LONGBLOB NOT NULL,
          `error_number` INT UNSIGNED NOT NULL,
          `error` LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
          PRIMARY KEY (`id`),
          KEY `by_pipeline` (`channel`, `pipeline`, `state`)
        ) ENGINE=InnoDB
        """

    /// The statement that writes one entry.
    package func insertStatement(_ record: Record) -> [UInt8] {
        func literal(_ text: String?) -> String { text.map { utf8Literal($0) } ?? "NULL" }
        let values = [
            utf8Literal(channel), utf8Literal(pipeline), utf8Literal(record.errorClass.rawValue),
            utf8Literal(record.position.file), "\(record.position.offset)", literal(record.gtid),
            "\(record.commitMicroseconds)", utf8Literal(record.sourceTable.description),
            utf8Literal(record.targetTable.description), utf8Literal(record.operation), utf8Literal(record.key),
            literal(record.before), literal(record.after), hexLiteral(record.statement), "\(record.errorNumber)",
            utf8Literal(record.error),
        ]
        return Array(
            """
            INSERT INTO `retl`.`lutra_errors` (`channel`,`pipeline`,`class`,`binlog_file`,`binlog_offset`,`gtid`,\
            `commit_microseconds`,`source_table`,`target_table`,`operation`,`row_key`,`before_image`,`after_image`,\
            `statement`,`error_number`,`error`) VALUES (\(values.joined(separator: ",")))
            """.utf8)
    }

    private func hexLiteral(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        guard !bytes.isEmpty else { return "''" }
        var text: [UInt8] = Array("0x".utf8)
        text.reserveCapacity(2 + bytes.count * 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
