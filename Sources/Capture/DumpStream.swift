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
    /// Nil unless semi-synchronous replication was asked for.
    private let semiSync: SemiSync?
    /// Whether events come with the semi-synchronous mark; nil before the first one.
    private var isMarked: Bool?
    /// Whether the source wants the event that `next` returned last to be acknowledged once it is durable.
    package private(set) var wantsAcknowledgement = false
    private var skip: DumpSkip?
    /// The ROTATE that `skip` makes up, and the event that comes after it.
    private var made: UnsafeMutableRawBufferPointer?
    private var held: UnsafeRawBufferPointer?
    private let readSeconds: UInt32
    private let watch: DumpWatch?
    /// What every dump begins with, wherever it starts: ROTATE, FORMAT_DESCRIPTION, PREVIOUS_GTIDS, GTID_LIST.
    private static let openingTypes: Set<UInt8> = [4, 15, 35, 163]

    private init(connection: Connection, source: ConnectionOptions, start: DumpStart, _ options: DumpOptions) {
        self.connection = connection
        self.source = source
        self.start = start
        serverID = options.serverID ?? DumpOptions.randomServerID()
        semiSync = options.semiSync ? SemiSync() : nil
        readSeconds = options.readSeconds
        watch = options.isWatched ? DumpWatch(seconds: options.readSeconds) : nil
        state = Mutex(State(socket: connection.socket))
    }

    deinit {
        close()
        made?.deallocate()
    }

    /// Connects and asks for the binlog. The source's refusal of the position comes with the first `next`.
    ///
    /// - Throws: `LutraError`: as `Connection.open`; `access-denied` without REPLICATION SLAVE.
    package static func open(
        _ source: ConnectionOptions, from start: DumpStart, _ options: DumpOptions = DumpOptions()
    ) throws -> DumpStream {
        precondition(options.readSeconds > options.heartbeatSeconds, "a heartbeat must come before the time-out")
        var settings = source
        settings.readSeconds = options.readSeconds
        let connection = try Connection.open(settings)
        let stream = DumpStream(connection: connection, source: source, start: start, options)
        do {
            try stream.prepareSession(heartbeatSeconds: options.heartbeatSeconds)
            if options.registers { try stream.register() }
            try stream.request(stopsAtEnd: options.stopsAtEnd, offsetMax: options.offsetMax)
        } catch let failure as StatementFailure {
            throw stream.translated(failure)
        }
        stream.watch?.start(
            received: { [weak stream] in stream?.receivedBytes }, onStall: { [weak stream] in stream?.stall() })
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
        if let event = held {
            held = nil
            return event
        }
        while let event = try nextOfConnection() {
            guard var skip, !skip.isDone else { return event }
            let isBefore = try skip.passesOver(event)
            self.skip = skip
            if isBefore { continue }
            guard skip.isDone else { return event }
            held = event
            return makeUp(skip.rotate)
        }
        try skip?.checkEnd()
        return nil
    }

    private func makeUp(_ event: [UInt8]) -> UnsafeRawBufferPointer {
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: event.count, alignment: 8)
        bytes.copyBytes(from: event)
        made?.deallocate()
        made = bytes
        return UnsafeRawBufferPointer(bytes)
    }

    private func nextOfConnection() throws -> UnsafeRawBufferPointer? {
        let packet: UnsafeRawBufferPointer
        do {
            try acknowledgeWhileWaiting()
            watch?.begin()
            defer { watch?.end() }
            packet = try connection.readPacket()
        } catch let failure as StatementFailure {
            throw translated(failure)
        }
        guard let first = packet.first else { throw damaged("the source sent an empty packet") }
        // EOF is 0xFE and at most 8 more bytes; an event follows the byte 0.
        if first == 0xFE, packet.count < 9 { return nil }
        guard first == 0 else { throw damaged("the source sent a packet that is no event") }
        let event = try withoutMark(UnsafeRawBufferPointer(rebasing: packet.dropFirst()))
        if event.count > 4, !Self.openingTypes.contains(event[4]) { hasDelivered = true }
        return event
    }

    private func damaged(_ message: String) -> LutraError {
        LutraError(.binlogCorrupt, message, place: ["server": connection.serverName])
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

    private var receivedBytes: UInt64? {
        state.withLock { $0.socket >= 0 ? Connection.receivedBytes(on: $0.socket) : nil }
    }

    /// Makes the blocked `next` throw as if the connection were lost.
    private func stall() {
        state.withLock { if $0.socket >= 0 { _ = shutdown($0.socket, Int32(SHUT_RDWR)) } }
    }

    /// Tells the source that everything up to there is durable; nothing where it did not ask. From any thread.
    package func acknowledge(_ position: BinlogPosition) { semiSync?.acknowledge(position) }

    /// Ends the stream. From the reading thread.
    package func close() {
        watch?.stop()
        state.withLock { $0.socket = -1 }
        connection.close()
    }
}

extension DumpStream {
    /// Takes the semi-synchronous mark off: 0xEF, and 1 where an answer is wanted.
    private func withoutMark(_ event: UnsafeRawBufferPointer) throws -> UnsafeRawBufferPointer {
        guard semiSync != nil else { return event }
        let marked = isMarked ?? SemiSync.isMarked(firstEvent: event)
        isMarked = marked
        guard marked else { return event }
        guard event.count > 2, event[0] == SemiSync.mark else {
            throw damaged("the source sent an event without the mark of semi-synchronous replication")
        }
        wantsAcknowledgement = event[1] & 1 != 0
        if wantsAcknowledgement { connection.restartPacketCount() }
        return UnsafeRawBufferPointer(rebasing: event.dropFirst(2))
    }

    /// Whether the source takes part in semi-synchronous replication; known from the first event on.
    package var isSemiSynchronous: Bool { isMarked == true }

    /// Sends what is due until an event can be read.
    private func acknowledgeWhileWaiting() throws {
        guard let semiSync, isMarked == true else { return }
        let deadline = ContinuousClock.now + .seconds(Int64(readSeconds))
        while true {
            if let position = semiSync.take() { try connection.sendBeside(SemiSync.reply(position)) }
            if connection.hasWaitingBytes || ContinuousClock.now > deadline { return }
            // Without a descriptor to wake it, it looks by itself.
            connection.waitForBytes(or: semiSync.descriptor, milliseconds: semiSync.descriptor < 0 ? 10 : 1_000)
        }
    }

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
            if semiSync != nil {
                try connection.execute("SET @rpl_semi_sync_replica = 1, @rpl_semi_sync_slave = 1")
            }
        case .mariadb:
            // 4: understands GTID events.
            try connection.execute("SET @mariadb_slave_capability = 4")
            if semiSync != nil { try connection.execute("SET @rpl_semi_sync_slave = 1") }
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

    private func request(stopsAtEnd: Bool, offsetMax: UInt64) throws {
        var flags: DumpCommand.Flags = stopsAtEnd ? .nonBlocking : []
        if connection.server.flavor == .mysql, connection.server.isAtLeast(8, 0, 26) { flags.insert(.heartbeatV2) }
        switch start {
        case .gtids(.mysql(let set)):
            try connection.sendCommand(.binlogDumpGTID, DumpCommand.dump(after: set, serverID: serverID, flags))
        case .gtids:
            try connection.sendCommand(.binlogDump, DumpCommand.dump(file: "", offset: 4, serverID: serverID, flags))
        case .position(let position):
            // COM_BINLOG_DUMP_GTID carries 64 bits, but only where the source has GTIDs, and then they are used.
            let isCarried = position.offset <= offsetMax
            if !isCarried { skip = DumpSkip(to: position) }
            try connection.sendCommand(
                .binlogDump,
                DumpCommand.dump(
                    file: position.file, offset: isCarried ? UInt32(position.offset) : 4, serverID: serverID, flags))
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
