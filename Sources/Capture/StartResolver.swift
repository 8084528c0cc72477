package import Model
package import MySQLClient

/// Turns what the operator asked for into a checkpoint that is valid on this source, before anything is dumped.
///
/// Needs REPLICATION CLIENT (MariaDB: BINLOG MONITOR) and REPLICATION SLAVE.
package struct StartResolver {
    let connection: Connection
    /// The server that `connection` reached, and no other of the list: positions hold there only.
    let source: ConnectionOptions

    package init(_ connection: Connection) {
        self.connection = connection
        var options = connection.options
        options.url.hosts = [connection.host]
        source = options
    }

    /// The end of the binlog as it is now: what `--until-caught-up` waits for.
    ///
    /// - Throws: `LutraError` with `binlog-off`.
    package func end() throws -> Checkpoint {
        guard let end = try connection.binlogEnd() else {
            throw LutraError(.binlogOff, "the source has no binlog", place: place)
        }
        return end
    }

    /// The checkpoint from which the stream begins.
    ///
    /// - Throws: `LutraError` with `position-purged` (naming what is missing), `position-invalid`, `binlog-off`,
    ///   `access-denied`, or `usage` for a time that is still to come.
    package func resolve(_ start: StartPoint) throws -> Checkpoint {
        switch start {
        case .now: return try end()
        case .earliest: return try checkpoint(at: BinlogPosition(file: try oldestFile().name, offset: 4))
        case .position(let position):
            try verify(position)
            return try checkpoint(at: position)
        case .gtids(let state):
            try verify(state)
            return Checkpoint(position: try file(before: state), gtids: state, server: try connection.identity())
        case .time(let microseconds):
            return try checkpoint(at: try TimeSearch(resolver: self, microseconds: microseconds).position())
        }
    }

    var place: KeyValuePairs<String, String> { ["server": connection.serverName] }

    /// Never empty: a server with a binlog has a file.
    func files() throws -> [BinlogFile] {
        let files = try connection.binlogFiles()
        guard !files.isEmpty else { throw LutraError(.binlogOff, "the source has no binlog", place: place) }
        return files
    }

    private func oldestFile() throws -> BinlogFile {
        guard let file = try files().first else {
            throw LutraError(.binlogOff, "the source has no binlog", place: place)
        }
        return file
    }

    private func checkpoint(at position: BinlogPosition) throws -> Checkpoint {
        Checkpoint(position: position, gtids: try gtids(at: position), server: try connection.identity())
    }

    /// The GTID state just before the event at the position.
    func gtids(at position: BinlogPosition) throws -> GTIDState {
        switch connection.server.flavor {
        case .mysql:
            return try connection.hasGTIDs() ? .mysql(try BinlogEventList(connection).gtids(at: position)) : .none
        case .mariadb:
            guard let state = try connection.mariadbGTIDs(at: position) else {
                throw LutraError(
                    .positionInvalid, "no event starts at this offset",
                    place: ["server": connection.serverName, "position": position.description])
            }
            return state
        }
    }
}

extension StartResolver {
    /// Whether the file is there, is that long, and a transaction starts at the offset.
    func verify(_ position: BinlogPosition) throws {
        let files = try files()
        let place: KeyValuePairs = ["server": connection.serverName, "position": position.description]
        guard let file = files.first(where: { $0.name == position.file }) else {
            if let oldest = files.first, position.isPurged(oldest: oldest) {
                throw LutraError(
                    .positionPurged, "the source has purged that binlog file", place: place
                ).at("missing", "\(position) to the start of \(oldest.name)")
            }
            throw LutraError(
                .positionInvalid, "the source has no such binlog file", place: place,
                hint: "SHOW BINARY LOGS on the source lists its files")
        }
        guard position.offset <= file.size else {
            throw LutraError(.positionInvalid, "the file has only \(file.size) bytes", place: place)
        }
        guard position.offset > 4, position.offset < file.size else { return }
        switch try BinlogEventList(connection).kind(at: position) {
        case .startsTransaction, .betweenTransactions: return
        case .insideTransaction:
            throw LutraError(.positionInvalid, "the offset lies inside a transaction", place: place)
        case .noEvent: throw LutraError(.positionInvalid, "no event starts at this offset", place: place)
        }
    }

    /// Whether everything after the state is still in the binlog, and the state is one of this source.
    func verify(_ state: GTIDState) throws {
        let place: KeyValuePairs = ["server": connection.serverName, "gtids": state.description]
        switch (state, connection.server.flavor) {
        case (.none, _): return
        case (.mysql(let set), .mysql):
            guard try connection.hasGTIDs() else {
                throw LutraError(
                    .positionInvalid, "the source has no GTIDs", place: place, hint: "start by FILE:OFFSET")
            }
            let missing = try connection.purgedGTIDs().subtracting(set)
            guard missing.isEmpty else {
                throw LutraError(
                    .positionPurged, "the source has purged transactions that are still needed", place: place
                ).at("missing", missing.description)
            }
        case (.mariadb, .mariadb): break
        case (.mysql, .mariadb), (.mariadb, .mysql):
            throw LutraError(
                .positionInvalid, "these GTIDs are of the other flavour than the source, which is \(connection.server)",
                place: place)
        }
        if let lacking = try lacking(state) {
            throw LutraError(
                .positionInvalid, "the source has never logged some of these transactions", place: place
            ).at("lacking", lacking.text)
        }
        try tryOut(state)
    }

    /// Asks for the dump and reads until the source has agreed.
    private func tryOut(_ state: GTIDState) throws {
        try look(from: .gtids(state)) { stream in
            while let event = try stream.next() {
                guard let header = DumpedHeader(event) else { return }
                if header.isTransactionPart { return }
            }
        }
    }

    /// The start of the last file whose earlier transactions are all in the state: a lower bound of the position.
    func file(before state: GTIDState) throws -> BinlogPosition {
        let files = try files()
        var low = 0
        var high = files.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            let start = try gtids(at: BinlogPosition(file: files[middle].name, offset: 4))
            if start.isReached(by: state) { low = middle } else { high = middle - 1 }
        }
        return BinlogPosition(file: files[low].name, offset: 4)
    }
}

extension GTIDState {
    fileprivate func isReached(by other: GTIDState) -> Bool {
        switch (self, other) {
        case (.mysql(let own), .mysql(let set)): own.isSubset(of: set)
        case (.mariadb(let own), .mariadb(let position)): position.covers(own)
        default: false
        }
    }
}
