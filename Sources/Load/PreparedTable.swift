package import Binlog
import Model
package import MySQLClient
package import Plan

/// `retl.lutra_prepared` on the target: the rows of the XA transactions that are prepared at the checkpoint.
///
/// Written in the transaction that moves the checkpoint behind XA PREPARE, and emptied in the one that moves it behind
/// XA COMMIT or XA ROLLBACK (`docs/decisions/0008-xa.md`).
package struct PreparedTable: Sendable {
    private let channel: String
    private let pipeline: String

    package init(channel: String, pipeline: String) {
        self.channel = channel
        self.pipeline = pipeline
    }

    /// What creates the table; changes nothing when it is there. The schema is `CheckpointTable.creation`'s.
    package static let creation = """
        CREATE TABLE IF NOT EXISTS `retl`.`lutra_prepared` (
          `channel` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
          `pipeline` VARCHAR(140) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
          `xid` VARCHAR(280) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
          `piece` INT UNSIGNED NOT NULL,
          `bytes` LONGBLOB NOT NULL,
          PRIMARY KEY (`channel`, `pipeline`, `xid`, `piece`)
        ) ENGINE=InnoDB
        """

    private var ofPipeline: String { "`channel`='\(channel)' AND `pipeline`='\(pipeline)'" }

    /// What is kept, by identifier.
    package func read(_ connection: Connection) throws -> [String: [UInt8]] {
        var result: [String: [UInt8]] = [:]
        let query = "SELECT `xid`,`bytes` FROM `retl`.`lutra_prepared` WHERE \(ofPipeline) ORDER BY `xid`,`piece`"
        do {
            try connection.stream(query) { row in
                let xid = row.bytes(0).map { String(decoding: $0, as: UTF8.self) } ?? ""
                if let bytes = row.bytes(1) { result[xid, default: []].append(contentsOf: bytes) }
                return true
            }
        } catch let failure as StatementFailure where failure.isTableMissing {
            return [:]
        }
        return result
    }

    /// Forgets all.
    package func clear(_ connection: Connection) throws {
        do {
            try connection.execute("DELETE FROM `retl`.`lutra_prepared` WHERE \(ofPipeline)")
        } catch let failure as StatementFailure where failure.isTableMissing { return }
    }

    /// What notes a change.
    ///
    /// - Parameter packetBytes: the target's `max_allowed_packet`.
    package func script(for change: XAChange, packetBytes: Int) -> ApplyScript {
        var script = ApplyScript()
        let xid = utf8Literal(change.xid)
        script.append("DELETE FROM `retl`.`lutra_prepared` WHERE \(ofPipeline) AND `xid`=\(xid)")
        guard case .prepared(let bytes) = change.kind else { return script }
        // Two digits a byte, and room for the rest.
        let pieceBytes = min(packetBytes / 4, 1 << 20)
        for (number, start) in stride(from: 0, to: bytes.count, by: pieceBytes).enumerated() {
            script.append(
                """
                INSERT INTO `retl`.`lutra_prepared` (`channel`,`pipeline`,`xid`,`piece`,`bytes`) VALUES \
                ('\(channel)','\(pipeline)',\(xid),\(number),x'
                """, hex: bytes[start..<min(start + pieceBytes, bytes.count)], "')")
        }
        return script
    }
}
