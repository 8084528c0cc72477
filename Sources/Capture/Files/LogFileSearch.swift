import Binlog
package import Model
package import MySQLClient

/// Finds places in binlog files: by time, by GTID, by offset. What `StartResolver` does on a server.
package struct LogFileSearch {
    package let files: [LogFile]
    /// The server that wrote the first file.
    package let server: ServerVersion
    let limits: Limits

    /// - Throws: `LutraError` with `file-unreadable`, `binlog-corrupt` or `binlog-unsupported` for the first file.
    package init(_ files: [LogFile], limits: Limits = Limits()) throws(LutraError) {
        self.files = files
        self.limits = limits
        guard let first = files.first else { throw LutraError(.fileUnreadable, "there are no binlog files to read") }
        let window = try FileWindow(first)
        let event = try window.formatDescription(limit: limits.eventBytes)
        server = ServerVersion(text: Self.version(of: event))
    }

    private static func version(of event: [UInt8]) -> String {
        event.withUnsafeBytes { bytes in
            var cursor = ByteCursor(bytes)
            guard (try? EventHeader(&cursor)) != nil, let format = try? FormatDescription(cursor) else { return "" }
            return format.serverVersion
        }
    }

    private var isMariaDB: Bool { server.flavor == .mariadb }

    /// The checkpoint at which reading begins.
    ///
    /// - Throws: `LutraError` with `position-invalid`, `position-purged`, or `usage` for `now`.
    package func resolve(_ start: StartPoint) throws -> Checkpoint {
        switch start {
        case .now:
            throw LutraError(
                .usage, "files have no place called now", hint: "leave --start out to read them from the beginning")
        case .earliest: return try beginning(of: files[0])
        case .position(let position): return try checkpoint(at: position)
        case .gtids(let state): return try checkpoint(after: state)
        case .time(let microseconds): return try checkpoint(atTime: microseconds)
        }
    }

    /// The start of a file and the transactions before it.
    func beginning(of file: LogFile) throws -> Checkpoint {
        var found = Checkpoint(position: BinlogPosition(file: file.name, offset: 4), gtids: .none)
        let reader = try BinlogFileReader([file], limits: limits)
        // What tells it stands right behind FORMAT_DESCRIPTION; MariaDB may have START_ENCRYPTION between.
        for _ in 0..<4 {
            guard let event = try reader.next(), let gtids = try gtidState(event) else { continue }
            found.gtids = gtids
            break
        }
        return found
    }

    /// What PREVIOUS_GTIDS or GTID_LIST says; nil for other events.
    private func gtidState(_ event: UnsafeRawBufferPointer) throws -> GTIDState? {
        var cursor = ByteCursor(event)
        do throws(EventFault) {
            let header = try EventHeader(&cursor)
            switch header.type {
            case .previousGTIDs:
                let set = try readPreviousGTIDs(cursor)
                return .mysql(set)
            case .gtidList: return .mariadb(try readGTIDList(cursor))
            default: return nil
            }
        } catch {
            throw error.located(file: files[0].name, offset: 4, type: .previousGTIDs)
        }
    }

    private func index(of file: String) throws(LutraError) -> Int {
        guard let index = files.firstIndex(where: { $0.name == file }) else {
            throw LutraError(
                .positionPurged, "the file is not among those to read",
                place: ["file": file, "first": files[0].name, "last": files[files.count - 1].name],
                hint: "give the file and all that follow it, or another --start")
        }
        return index
    }

    private func checkpoint(at position: BinlogPosition) throws -> Checkpoint {
        let file = files[try index(of: position.file)]
        if position.offset <= 4 { return try beginning(of: file) }
        var found: Checkpoint?
        var before = Checkpoint(position: position, gtids: .none)
        try walk([file]) { selector, _ in
            guard selector.offset >= position.offset else {
                before.position = selector.committed.position
                return true
            }
            // Between the events that frame a file, nothing is committed yet.
            if selector.offset == position.offset, selector.hasTransactionBoundary {
                found = Checkpoint(position: position, gtids: selector.committed.gtids)
            }
            before.position = selector.committed.position
            return false
        }
        if let found { return found }
        throw LutraError(
            .positionInvalid, "no transaction starts at this offset", place: ["position": position.description],
            hint: "the one before it begins at \(before.position)")
    }

    private func checkpoint(after state: GTIDState) throws -> Checkpoint {
        var chosen: Checkpoint?
        for file in files.reversed() {
            let start = try beginning(of: file)
            guard state.covers(start.gtids) else { continue }
            chosen = start
            break
        }
        guard let chosen else {
            throw LutraError(
                .positionPurged, "the files begin after transactions that are not in --start",
                place: ["first": files[0].name, "begins after": "\(try beginning(of: files[0]).gtids)"])
        }
        return Checkpoint(position: chosen.position, gtids: state)
    }

    private func checkpoint(atTime microseconds: Int64) throws -> Checkpoint {
        var first = 0
        // The last file that was begun before the time: later ones hold later transactions only.
        for (index, file) in files.enumerated() {
            guard let begun = try begun(file), begun < microseconds / 1_000_000 else { break }
            first = index
        }
        var found: Checkpoint?
        var last = try beginning(of: files[first])
        try walk(Array(files[first...]), from: last) { selector, _ in
            last = selector.committed
            return true
        } before: { selector, time in
            guard selector.hasTransactionBoundary, let time, time >= microseconds else { return true }
            found = selector.committed
            return false
        }
        return found ?? last
    }

    /// When a file was begun, in seconds: the time of its FORMAT_DESCRIPTION event.
    private func begun(_ file: LogFile) throws -> Int64? {
        let event = try FileWindow(file).formatDescription(limit: limits.eventBytes)
        return event.withUnsafeBytes { DumpedHeader($0) }.map { Int64($0.seconds) }
    }

    /// Reads files, without their rows, until a body says that it is enough.
    ///
    /// - Parameters:
    ///   - body: called behind each event.
    ///   - before: called ahead of each event that starts a transaction, with its time in microseconds.
    private func walk(
        _ files: [LogFile], from start: Checkpoint? = nil,
        _ body: (EventSelector, BinlogPosition) throws -> Bool,
        before: (EventSelector, Int64?) throws -> Bool = { _, _ in true }
    ) throws {
        let first = try start ?? beginning(of: files[0])
        let reader = try BinlogFileReader(files, from: first.position, limits: limits)
        var selector = EventSelector(start: first, isMariaDB: isMariaDB, limits: limits, isMapped: { _ in false })
        while let event = try reader.next() {
            guard try before(selector, transactionTime(event)) else { return }
            try selector.consume(event)
            _ = selector.takeItems()
            guard try body(selector, reader.position) else { return }
        }
    }
}

/// When the transaction that an event starts was committed, in microseconds since 1970 UTC, as exactly as the event
/// says; nil for an event that starts none.
package func transactionTime(_ event: UnsafeRawBufferPointer) -> Int64? {
    guard let header = DumpedHeader(event), header.isTransactionPart, header.type != .xid else { return nil }
    var cursor = ByteCursor(event)
    if header.startsTransaction, let full = try? EventHeader(&cursor),
        let gtid = try? GTIDEvent.read(cursor, header: full),
        gtid.immediateCommitMicroseconds > 0
    {
        return gtid.immediateCommitMicroseconds
    }
    return Int64(header.seconds) * 1_000_000
}

extension GTIDState {
    /// Whether everything of the other is in this one.
    package func covers(_ other: GTIDState) -> Bool {
        switch (self, other) {
        case (_, .none): true
        case (.mysql(let own), .mysql(let other)): other.isSubset(of: own)
        case (.mariadb(let own), .mariadb(let other)): own.covers(other)
        default: false
        }
    }
}
