import Glibc
package import Model
package import MySQLClient
import Synchronization

/// The binlog of a source as it is written: Lutra poses as a replica and receives event after event.
///
/// Blocking: use it on a thread of its own. `interrupt` alone may come from another thread.
package final class DumpStream: @unchecked Sendable {
    // @unchecked: the connection is used by the reading thread only; `interrupt` touches the socket under the mutex.
    private let connection: Connection
    private let source: ConnectionOptions
    package let start: DumpStart
    /// The `server_id` under which the source knows us.
    package let serverID: UInt32
    /// The host that answered.
    package var host: ServerURL.Host { connection.host }
    package var server: ServerVersion { connection.server }
    /// The source's id of this connection, as `KILL` takes it.
    package var threadID: UInt { connection.threadID }

    private struct State {
        /// -1 once closed: the number may belong to another file by then.
        var socket: Int32
        var isInterrupted = false
    }
    private let state: Mutex<State>
    /// Whether an event of the binlog's own came already, so that the start itself was good.
    private var hasDelivered = false
    /// What every dump begins with, wherever it starts: ROTATE, FORMAT_DESCRIPTION, PREVIOUS_GTIDS, GTID_LIST.
    private static let openingTypes: Set<UInt8> = [4, 15, 35, 163]

    private init(connection: Connection, source: ConnectionOptions, start: DumpStart, serverID: UInt32) {
        self.connection = connection
        self.source = source
        self.start = start
        self.serverID = serverID
        state = Mutex(State(socket: connection.socket))
    }

    deinit { close() }

    /// Connects and asks for the binlog. The source's refusal of the position comes with the first `next`.
    ///
    /// - Throws: `LutraError`: as `Connection.open`; `access-denied` without REPLICATION SLAVE; `position-invalid`
    ///   for an offset that the protocol cannot carry.
    package static func open(
        _ source: ConnectionOptions, from start: DumpStart, _ options: DumpOptions = DumpOptions()
    ) throws -> DumpStream {
        precondition(options.readSeconds > options.heartbeatSeconds, "a heartbeat must come before the time-out")
        var settings = source
        settings.readSeconds = options.readSeconds
        let connection = try Connection.open(settings)
        let serverID = options.serverID ?? DumpOptions.randomServerID()
        let stream = DumpStream(connection: connection, source: source, start: start, serverID: serverID)
        do {
            try stream.prepareSession(heartbeatSeconds: options.heartbeatSeconds)
            if options.registers { try stream.register() }
            try stream.request(stopsAtEnd: options.stopsAtEnd)
        } catch let failure as StatementFailure {
            throw stream.translated(failure)
        }
        return stream
    }

    /// The next event's bytes from its header to its checksum, valid until the next call; nil at the end, which only
    /// a stream that `stopsAtEnd` has.
    ///
    /// Heartbeats, and the artificial ROTATE and FORMAT_DESCRIPTION events at the start, are handed out as well.
    /// - Throws: `StatementFailure` with `isConnectionLost` when the connection broke or the source was silent for
    ///   longer than `readSeconds`: connect again. `LutraError` with `position-purged`, `position-invalid`,
    ///   `binlog-corrupt`, `binlog-off`, `access-denied`, or `stopped` after `interrupt`.
    package func next() throws -> UnsafeRawBufferPointer? {
        let packet: UnsafeRawBufferPointer
        do {
            packet = try connection.readPacket()
        } catch let failure as StatementFailure {
            throw translated(failure)
        }
        guard let first = packet.first else {
            throw LutraError(
                .binlogCorrupt, "the source sent an empty packet", place: ["server": connection.serverName])
        }
        // EOF is 0xFE and at most 8 more bytes; an event follows the byte 0.
        if first == 0xFE, packet.count < 9 { return nil }
        guard first == 0 else {
            throw LutraError(
                .binlogCorrupt, "the source sent a packet that is no event", place: ["server": connection.serverName])
        }
        let event = UnsafeRawBufferPointer(rebasing: packet.dropFirst())
        if event.count > 4, !Self.openingTypes.contains(event[4]) { hasDelivered = true }
        return event
    }

    /// Whether more bytes wait right now; false may be wrong, true never is.
    package var hasBufferedData: Bool { connection.hasWaitingBytes }

    /// Makes a blocked `next`, and every later one, throw `stopped`. From any thread.
    package func interrupt() {
        state.withLock {
            $0.isInterrupted = true
            if $0.socket >= 0 { _ = shutdown($0.socket, Int32(SHUT_RDWR)) }
        }
    }

    /// Ends the stream. From the reading thread.
    package func close() {
        state.withLock { $0.socket = -1 }
        connection.close()
    }
}

extension DumpStream {
    private func prepareSession(heartbeatSeconds: UInt32) throws {
        let nanoseconds = UInt64(heartbeatSeconds) * 1_000_000_000
        try connection.execute(
            """
            SET @master_heartbeat_period = \(nanoseconds), @source_heartbeat_period = \(nanoseconds), \
            @master_binlog_checksum = @@GLOBAL.binlog_checksum, @source_binlog_checksum = @@GLOBAL.binlog_checksum
            """)
        switch connection.server.flavor {
        case .mysql:
            // Without an id of its own each new dump would end any other one that has none either.
            try connection.execute("SET @slave_uuid = UUID(), @replica_uuid = @slave_uuid")
        case .mariadb:
            // 4: understands GTID events.
            try connection.execute("SET @mariadb_slave_capability = 4")
            if case .gtids(let state) = start {
                try connection.execute(
                    """
                    SET @slave_connect_state = '\(state.description)', @slave_gtid_strict_mode = 0, \
                    @slave_gtid_ignore_duplicates = 0
                    """)
            }
        }
    }

    private func register() throws {
        try connection.sendCommand(.registerReplica, DumpCommand.register(serverID: serverID))
        _ = try connection.readPacket()
    }

    private func request(stopsAtEnd: Bool) throws {
        switch start {
        case .gtids(.mysql(let set)):
            try connection.sendCommand(
                .binlogDumpGTID, DumpCommand.dump(after: set, serverID: serverID, stopsAtEnd: stopsAtEnd))
        case .gtids:
            try connection.sendCommand(
                .binlogDump, DumpCommand.dump(file: "", offset: 4, serverID: serverID, stopsAtEnd: stopsAtEnd))
        case .position(let position):
            guard let offset = UInt32(exactly: position.offset) else {
                throw LutraError(
                    .positionInvalid, "the replication protocol cannot start behind the first 4 GiB of a file",
                    place: ["position": position.description], hint: "start by GTID, or at a later file")
            }
            try connection.sendCommand(
                .binlogDump,
                DumpCommand.dump(file: position.file, offset: offset, serverID: serverID, stopsAtEnd: stopsAtEnd))
        }
    }

    /// What the caller can act upon, in place of the server's words.
    private func translated(_ failure: StatementFailure) -> any Error {
        if state.withLock({ $0.isInterrupted }) {
            return LutraError(.stopped, "the reading of the binlog was interrupted")
        }
        return DumpFailure(
            failure: failure, source: source, host: connection.host, start: start, isFirst: !hasDelivered
        ).error()
    }
}
