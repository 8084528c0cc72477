import CMariaDB
package import Model
import Synchronization

/// A blocking connection to a MySQL or MariaDB server.
///
/// Calls block: use it on a thread of its own, never on the cooperative pool. One thread at a time; `kill` alone may
/// come from another one.
package final class Connection: @unchecked Sendable {
    // @unchecked: the handle is used by one thread at a time, which the owner ensures; `kill` uses another connection.
    let handle: UnsafeMutablePointer<MYSQL>
    /// What the server said of itself when the connection was made.
    package let server: ServerVersion
    package let options: ConnectionOptions
    /// The host that answered.
    package let host: ServerURL.Host
    private var isClosed = false

    init(handle: UnsafeMutablePointer<MYSQL>, server: ServerVersion, options: ConnectionOptions, host: ServerURL.Host) {
        self.handle = handle
        self.server = server
        self.options = options
        self.host = host
    }

    deinit { close() }

    /// Ends the connection. Safe to call twice.
    package func close() {
        guard !isClosed else { return }
        isClosed = true
        mysql_close(handle)
    }

    /// The server's id of this connection, as `KILL` takes it.
    package var threadID: UInt { UInt(mysql_thread_id(handle)) }

    /// The socket, for `poll`.
    package var socket: Int32 { Int32(mysql_get_socket(handle)) }

    /// Runs statements that return no rows, or whose rows do not matter; several may be joined by `;`.
    ///
    /// - Returns: for each statement, the rows that it matched or changed (`CLIENT_FOUND_ROWS` is on).
    /// - Throws: `StatementFailure` with the index of the first statement that failed; those before it took effect.
    @discardableResult
    package func execute(_ sql: String) throws -> [UInt64] {
        var sql = sql
        return try sql.withUTF8 { try execute(bytes: UnsafeRawBufferPointer($0)) }
    }

    @discardableResult
    package func execute(_ sql: [UInt8]) throws -> [UInt64] {
        try sql.withUnsafeBytes { try execute(bytes: $0) }
    }

    private func execute(bytes: UnsafeRawBufferPointer) throws -> [UInt64] {
        try send(bytes)
        var counts: [UInt64] = []
        while true {
            guard let result = mysql_store_result(handle) else {
                if mysql_field_count(handle) != 0 { throw failure(after: counts) }
                counts.append(mysql_affected_rows(handle))
                let more = mysql_next_result(handle)
                if more < 0 { return counts }
                if more > 0 { throw failure(after: counts) }
                continue
            }
            mysql_free_result(result)
            counts.append(0)
            let more = mysql_next_result(handle)
            if more < 0 { return counts }
            if more > 0 { throw failure(after: counts) }
        }
    }

    /// Runs one query and keeps all of its rows. For small results: text columns are read as UTF-8.
    package func query(_ sql: String) throws -> [ResultRow] {
        var rows: [ResultRow] = []
        try stream(sql) { row in
            rows.append(ResultRow(names: row.names, values: (0..<row.count).map { row.bytes($0).map(Array.init) }))
            return true
        }
        return rows
    }

    /// The first column of the first row as text, nil for NULL or no row.
    package func value(_ sql: String) throws -> String? { try query(sql).first?.text(0) }

    /// Runs one query and hands out its rows one after another without keeping them.
    ///
    /// - Parameter body: receives a row whose bytes are valid during the call only; returns false to stop early.
    package func stream(_ sql: String, _ body: (borrowing StreamedRow) throws -> Bool) throws {
        var sql = sql
        try sql.withUTF8 { try send(UnsafeRawBufferPointer($0)) }
        // Results of further statements must be read, too, before the connection takes another one.
        defer { discardResults() }
        guard let result = mysql_use_result(handle) else {
            if mysql_field_count(handle) != 0 { throw failure() }
            return
        }
        // Freeing an unfinished result reads the rest of its rows.
        defer { mysql_free_result(result) }
        let count = Int(mysql_num_fields(result))
        var names: [String] = []
        if let fields = mysql_fetch_fields(result) {
            names = (0..<count).map { String(cString: fields[$0].name) }
        }
        while let row = mysql_fetch_row(result) {
            guard let lengths = mysql_fetch_lengths(result) else { throw failure() }
            if try !body(StreamedRow(names: names, row: row, lengths: lengths, count: count)) { return }
        }
        if mysql_errno(handle) != 0 { throw failure() }
    }

    private func discardResults() {
        while mysql_more_results(handle) != 0, mysql_next_result(handle) == 0 {
            if let result = mysql_use_result(handle) { mysql_free_result(result) }
        }
    }

    private func send(_ bytes: UnsafeRawBufferPointer) throws {
        let pointer = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        if mysql_real_query(handle, pointer, UInt(bytes.count)) != 0 { throw failure() }
    }

    /// Whether the server still answers.
    package func ping() -> Bool { !isClosed && mysql_ping(handle) == 0 }

    /// Sends a raw protocol command whose answer is read with `readPacket`. For the dump commands.
    package func sendCommand(_ command: ReplicationCommand, _ payload: [UInt8]) throws {
        let status = payload.withUnsafeBufferPointer {
            lutra_command(handle, command.rawValue, $0.baseAddress, $0.count)
        }
        if status != 0 { throw failure() }
    }

    /// Reads the next packet of the answer to `sendCommand`: valid until the next call.
    ///
    /// - Throws: `StatementFailure` when the connection breaks or the server answers with an error packet.
    package func readPacket() throws -> UnsafeRawBufferPointer {
        let length = mysql_net_read_packet(handle)
        // `packet_error` is -1 as an unsigned int, not as an unsigned long; error packets end up there, too.
        guard length < UInt(UInt32.max) else { throw failure() }
        return UnsafeRawBufferPointer(start: lutra_packet(handle), count: Int(length))
    }

    /// Sends a packet, at least a byte long, beside the answer that is being read. From the reading thread.
    package func sendBeside(_ packet: [UInt8]) throws {
        precondition(!packet.isEmpty, "a packet has a byte")
        let status = packet.withUnsafeBufferPointer {
            lutra_send_beside(handle, Int32($0[0]), $0.baseAddress.map { $0 + 1 }, $0.count - 1)
        }
        if status != 0 { throw failure() }
    }

    /// The server counts its packets from 1 again.
    package func restartPacketCount() { lutra_restart_packet_count(handle) }

    func failure(after completed: [UInt64] = []) -> StatementFailure {
        StatementFailure(
            number: mysql_errno(handle), state: String(cString: mysql_sqlstate(handle)),
            message: String(cString: mysql_error(handle)), completed: completed)
    }
}

/// The commands of the replication protocol (MySQL internals manual, "Replication Protocol").
package enum ReplicationCommand: Int32, Sendable {
    case binlogDump = 0x12
    case registerReplica = 0x15
    case binlogDumpGTID = 0x1e
}
