package import Model

/// A binlog file that the server still has.
package struct BinlogFile: Equatable, Sendable {
    package var name: String
    /// Bytes.
    package var size: UInt64
}

extension Connection {
    /// Where the server's binlog ends now, with the GTID state of exactly that place; nil when the binlog is off.
    ///
    /// - Throws: `LutraError` with `access-denied` when REPLICATION CLIENT (MariaDB: BINLOG MONITOR) is missing.
    package func binlogEnd() throws -> Checkpoint? {
        let sql = server.flavor == .mysql && server.isAtLeast(8, 2) ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS"
        guard let row = try ask(sql, "the end of the binlog cannot be read").first, let file = row["File"],
            let offset = row["Position"].flatMap({ UInt64($0) })
        else { return nil }
        let position = BinlogPosition(file: file, offset: offset)
        if server.flavor == .mariadb {
            return Checkpoint(
                position: position, gtids: try mariadbGTIDs(at: position) ?? .none, server: try identity())
        }
        let gtids = MySQLGTIDSet(row["Executed_Gtid_Set"] ?? "") ?? MySQLGTIDSet()
        return Checkpoint(position: position, gtids: try hasGTIDs() ? .mysql(gtids) : .none, server: try identity())
    }

    /// What tells this server from every other one: MySQL's uuid, on MariaDB, which has none, the server id.
    package func identity() throws -> String {
        let isMariaDB = server.flavor == .mariadb
        let sql = isMariaDB ? "SELECT CONCAT('server-id-', @@GLOBAL.server_id)" : "SELECT @@GLOBAL.server_uuid"
        return try ask(sql, "the server's identity cannot be read").first?.text(0) ?? ""
    }

    /// The files of the binlog, oldest first.
    package func binlogFiles() throws -> [BinlogFile] {
        try ask("SHOW BINARY LOGS", "the binlog files cannot be listed").compactMap { row in
            guard let name = row.text(0), let size = row.text(1).flatMap({ UInt64($0) }) else { return nil }
            return BinlogFile(name: name, size: size)
        }
    }

    /// MariaDB's GTID state at the start of an event, nil when there is no event there.
    ///
    /// The server reads the file up to that offset.
    package func mariadbGTIDs(at position: BinlogPosition) throws -> GTIDState? {
        let sql = "SELECT BINLOG_GTID_POS(\(utf8Literal(position.file)), \(position.offset))"
        guard let text = try ask(sql, "the GTID position cannot be read").first?.text(0) else { return nil }
        return MariaDBGTIDPosition(text).map(GTIDState.mariadb)
    }

    /// MySQL: every transaction that the server has.
    package func executedGTIDs() throws -> MySQLGTIDSet {
        let text = try ask("SELECT @@GLOBAL.gtid_executed", "gtid_executed cannot be read").first?.text(0)
        return MySQLGTIDSet(text ?? "") ?? MySQLGTIDSet()
    }

    /// MariaDB: the last transaction of each domain and server in the binlog.
    package func mariadbBinlogState() throws -> [MariaDBGTID] {
        let text = try ask("SELECT @@GLOBAL.gtid_binlog_state", "gtid_binlog_state cannot be read").first?.text(0)
        return (text ?? "").split(separator: ",").compactMap { MariaDBGTIDPosition($0)?.last.first }
    }

    /// MySQL: what was purged from the binlogs. Empty elsewhere.
    package func purgedGTIDs() throws -> MySQLGTIDSet {
        guard server.flavor == .mysql else { return MySQLGTIDSet() }
        let text = try ask("SELECT @@GLOBAL.gtid_purged", "gtid_purged cannot be read").first?.text(0)
        return MySQLGTIDSet(text ?? "") ?? MySQLGTIDSet()
    }

    /// Whether every transaction of this source has a GTID: always on MariaDB, with `gtid_mode=ON` on MySQL.
    package func hasGTIDs() throws -> Bool {
        guard server.flavor == .mysql else { return true }
        let mode = try ask("SHOW GLOBAL VARIABLES LIKE 'gtid_mode'", "gtid_mode cannot be read").first?.text(1)
        return mode?.uppercased() == "ON"
    }

    /// `query` with a failure turned into an error for the user.
    package func ask(_ sql: String, _ message: String) throws -> [ResultRow] {
        do {
            return try query(sql)
        } catch let failure as StatementFailure {
            throw failure.error(failure.userCode, message, place: ["server": serverName])
        }
    }
}

extension StatementFailure {
    /// The code for the user: a missing right, a lost connection, or any other failure.
    package var userCode: ErrorCode {
        switch number {
        // 1044, 1045, 1142, 1143, 1227: access denied to schema, login, table, column, global right.
        case 1044, 1045, 1142, 1143, 1227, 1370: .accessDenied
        default: isConnectionLost ? .connectionLost : .queryFailed
        }
    }
}
