package import Capture
package import Model
package import MySQLClient

/// Where a log is read from: files on this machine, or a server.
package enum LogInput {
    case files([LogFile])
    case server(ConnectionOptions)

    /// A log that is open for reading.
    package struct Opened {
        package let stream: any EventStream
        package let start: Checkpoint
        package let server: ServerVersion
    }

    /// - Parameters:
    ///   - start: where to begin; nil at the oldest there is, or for `follows` at the end.
    ///   - follows: waits for what a server still writes.
    /// - Throws: `LutraError` as `LogFileSearch`, `StartResolver` and `DumpStream` do.
    package func open(from start: StartPoint?, follows: Bool = false) throws -> Opened {
        switch self {
        case .files(let files):
            let search = try LogFileSearch(files)
            let checkpoint = try search.resolve(start ?? .earliest)
            let stream = try BinlogFileReader(files, from: checkpoint.position, skipping: start.skippedGTIDs)
            return Opened(stream: stream, start: checkpoint, server: search.server)
        case .server(let options):
            let connection = try Connection.open(options)
            defer { connection.close() }
            let checkpoint = try StartResolver(connection).resolve(start ?? (follows ? .now : .earliest))
            var dump: DumpOptions = .look
            dump.stopsAtEnd = !follows
            // By GTID only where GTIDs were asked for: else the place is exact.
            let from: DumpStart =
                start.skippedGTIDs == .none ? .position(checkpoint.position) : .gtids(checkpoint.gtids)
            let stream = try DumpStream.open(options, from: from, dump)
            return Opened(stream: stream, start: checkpoint, server: connection.server)
        }
    }

    /// Opens the log of a server again where reading stopped, to follow it.
    package func reopen(at checkpoint: Checkpoint) throws -> any EventStream {
        guard case .server(let options) = self else { preconditionFailure("files are not followed") }
        var dump: DumpOptions = .look
        dump.stopsAtEnd = false
        return try DumpStream.open(options, from: DumpStart(checkpoint), dump)
    }

    /// Whether a transaction begins at the checkpoint or behind it.
    package func hasTransactions(from checkpoint: Checkpoint) throws -> Bool {
        let opened = try open(from: .position(checkpoint.position))
        defer { opened.stream.close() }
        while let event = try opened.stream.next() {
            if transactionTime(event) != nil { return true }
        }
        return false
    }

    /// The place of a time; of one that lies behind all transactions, the log's end.
    package func position(atTime microseconds: Int64) throws -> Checkpoint {
        switch self {
        case .files(let files): return try LogFileSearch(files).resolve(.time(microseconds: microseconds))
        case .server(let options):
            let connection = try Connection.open(options)
            defer { connection.close() }
            return try StartResolver(connection).resolve(.time(microseconds: microseconds))
        }
    }
}

extension StartPoint? {
    /// What a start after GTIDs passes over.
    fileprivate var skippedGTIDs: GTIDState { if case .gtids(let state)? = self { state } else { .none } }
}
