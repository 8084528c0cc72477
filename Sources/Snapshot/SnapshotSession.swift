import Foundation
package import Logging
package import Model
package import MySQLClient

/// Connections to the source that all see one state of its tables, and the place in the binlog of that state.
///
/// The ways to it, in this order:
/// 1. `FLUSH TABLES WITH READ LOCK` while the transactions start and the position is read: exact for every table, held
///    for some milliseconds. It waits for running statements, and writers wait behind it, so that it gives up after
///    `lockSeconds` and tries again later.
/// 2. Without the right or the chance for that, MariaDB: each snapshot tells its own place in the binlog
///    (`binlog_snapshot_file`, MariaDB Knowledge Base, "START TRANSACTION"), so that no lock is needed; connections
///    that started at different places start again, and those that never agree are closed.
/// 3. The same on MySQL: `LOCK TABLES … READ` on the mapped tables. Others may change meanwhile, so that the position
///    may lie beside one of their transactions, which are not mapped.
package struct SnapshotSession {
    /// At least one; not more than were asked for.
    package let connections: [Connection]
    package let start: Checkpoint

    static let lockSeconds = 3
    static let lockAttempts = 10

    /// - Throws: `LutraError` with `binlog-off`, `access-denied`, `snapshot-failed` or what a connection says.
    package static func open(_ options: ConnectionOptions, connections count: Int, tables: [TableName], log: Logger)
        throws -> SnapshotSession
    {
        let opener = SnapshotOpener(options: options, tables: tables, log: log)
        return try opener.open(count)
    }
}

private struct SnapshotOpener {
    let options: ConnectionOptions
    let tables: [TableName]
    let log: Logger

    func open(_ count: Int) throws -> SnapshotSession {
        let readers = try (0..<count).map { _ in try Self.reader(options) }
        let server = readers[0].server
        var refusal: StatementFailure?
        do {
            if let session = try locked(readers, lock: "FLUSH TABLES WITH READ LOCK") { return session }
        } catch let failure as StatementFailure where failure.userCode == .accessDenied {
            refusal = failure
            log.info("no right to FLUSH TABLES WITH READ LOCK; the snapshot is taken without it")
        }
        if server.flavor == .mariadb { return try agreeing(readers) }
        let list = tables.map { "\($0.quoted) READ" }.joined(separator: ", ")
        do {
            if refusal != nil, let session = try locked(readers, lock: "LOCK TABLES \(list)") { return session }
        } catch let failure as StatementFailure where failure.userCode == .accessDenied {
            throw LutraError(
                .accessDenied, "the account may not take the short read lock that a snapshot needs",
                place: ["server": readers[0].serverName],
                hint: "GRANT RELOAD ON *.* to it, or LOCK TABLES on the schemas",
                cause: failure.description)
        }
        throw LutraError(
            .snapshotFailed, "the read lock was not to be had within \(SnapshotSession.lockSeconds) s",
            place: ["server": readers[0].serverName, "attempts": "\(SnapshotSession.lockAttempts)"],
            hint: "a long statement or transaction runs on the source: see SHOW PROCESSLIST, and try again")
    }

    /// A connection whose transaction may stay open for as long as the load takes.
    private static func reader(_ options: ConnectionOptions) throws -> Connection {
        let connection = try Connection.open(options)
        let limits =
            connection.server.flavor == .mariadb
            ? "max_statement_time=0, idle_transaction_timeout=0, idle_readonly_transaction_timeout=0"
            : "max_execution_time=0, group_concat_max_len=4294967295"
        // Reading pauses while the target is busy: the server must wait for that.
        try prepare(
            connection,
            """
            SET SESSION sql_mode='', net_write_timeout=86400, wait_timeout=604800, \(limits);\
            SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ
            """)
        return connection
    }

    private static func prepare(_ connection: Connection, _ sql: String) throws {
        do {
            try connection.execute(sql)
        } catch let failure as StatementFailure {
            throw failure.error(
                failure.userCode, "the session could not be prepared", place: ["server": connection.serverName])
        }
    }

    /// - Returns: nil when the lock was not to be had in time.
    /// - Throws: `StatementFailure` when the lock was refused, `LutraError` for anything else.
    private func locked(_ readers: [Connection], lock: String) throws -> SnapshotSession? {
        let coordinator = try Connection.open(options)
        // Its end gives the lock back, whatever happens; the server ends it when this process hangs.
        defer { coordinator.close() }
        try Self.prepare(
            coordinator, "SET SESSION sql_mode='', lock_wait_timeout=\(SnapshotSession.lockSeconds), wait_timeout=30")
        for attempt in 1...SnapshotSession.lockAttempts {
            do {
                try coordinator.execute(lock)
            } catch let failure as StatementFailure where failure.number == 1205 {
                log.warning("the read lock for the snapshot is not free yet, attempt \(attempt)")
                try coordinator.execute("UNLOCK TABLES")
                Thread.sleep(forTimeInterval: 1)
                continue
            }
            for reader in readers { try Self.start(reader) }
            let end = try coordinator.binlogEnd()
            let prepared = try coordinator.preparedTransactions() ?? []
            try coordinator.execute("UNLOCK TABLES")
            guard prepared.isEmpty else {
                guard attempt < SnapshotSession.lockAttempts else {
                    throw LutraError.prepared(prepared, on: coordinator.serverName)
                }
                log.warning("XA transactions are prepared on the source, attempt \(attempt)")
                Thread.sleep(forTimeInterval: 1)
                continue
            }
            guard let end else { throw Self.binlogOff(coordinator) }
            return SnapshotSession(connections: readers, start: end)
        }
        return nil
    }

    private static func start(_ reader: Connection) throws {
        try prepare(reader, "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
    }

    private static func binlogOff(_ connection: Connection) -> LutraError {
        LutraError(.binlogOff, "the source writes no binlog", place: ["server": connection.serverName])
    }

    /// MariaDB's way without a lock.
    private func agreeing(_ readers: [Connection]) throws -> SnapshotSession {
        var places: [BinlogPosition] = []
        for _ in 0..<20 {
            for reader in readers { try Self.start(reader) }
            places = try readers.map(snapshotPosition)
            if places.allSatisfy({ $0 == places[0] }) { break }
        }
        let kept = zip(readers, places).filter { $0.1 == places[0] }.map(\.0)
        if kept.count < readers.count {
            log.info("the source is busy: \(kept.count) of \(readers.count) connections share the snapshot")
        }
        if let prepared = try kept[0].preparedTransactions(), !prepared.isEmpty {
            throw LutraError.prepared(prepared, on: kept[0].serverName)
        }
        let gtids = try kept[0].mariadbGTIDs(at: places[0]) ?? .none
        let start = Checkpoint(position: places[0], gtids: gtids, server: try kept[0].identity())
        return SnapshotSession(connections: kept, start: start)
    }

    private func snapshotPosition(_ reader: Connection) throws -> BinlogPosition {
        let rows = try reader.ask("SHOW STATUS LIKE 'binlog\\_snapshot\\_%'", "the snapshot's position cannot be read")
        var values: [String: String] = [:]
        for row in rows { values[(row.text(0) ?? "").lowercased()] = row.text(1) ?? "" }
        guard let file = values["binlog_snapshot_file"], !file.isEmpty,
            let offset = values["binlog_snapshot_position"].flatMap({ UInt64($0) })
        else { throw Self.binlogOff(reader) }
        return BinlogPosition(file: file, offset: offset)
    }
}
