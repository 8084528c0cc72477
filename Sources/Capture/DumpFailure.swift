import Model
import MySQLClient

/// Finds out what a source meant by an error in a dump. Most have one number, 1236, and differ in words only.
struct DumpFailure {
    let failure: StatementFailure
    let source: ConnectionOptions
    let host: ServerURL.Host
    let start: DumpStart
    /// Nothing was delivered yet: then the start itself is what the source could not read.
    let isFirst: Bool

    private var place: KeyValuePairs<String, String> {
        let from: String
        switch start {
        case .gtids(let state): from = "after GTIDs '\(state)'"
        case .position(let position): from = position.description
        }
        return ["server": "\(host.name):\(host.port)", "start": from]
    }

    func error() -> any Error {
        if failure.isConnectionLost { return failure }
        switch failure.number {
        case 1227, 1045, 1142:
            return LutraError(
                .accessDenied, "the account may not read the binlog", place: place,
                hint: "GRANT REPLICATION SLAVE ON *.* TO the account", cause: failure.description)
        case 1236, 1220, 1955, 4052: return fatal()
        default: return failure.error(.queryFailed, "the source refused to send its binlog", place: place)
        }
    }

    /// 1236: "Got fatal error … from source when reading data from binary log: '…'".
    private func fatal() -> any Error {
        let text = failure.message.lowercased()
        func says(_ words: String...) -> Bool { words.contains { text.contains($0) } }
        // MariaDB has a number for it, 4052, MySQL the words.
        if failure.number == 4052 || says("same server_uuid", "same server_id", "same server uuid", "same server id") {
            // Another dump took our number: a new connection takes another one.
            return StatementFailure(
                number: 1927, state: failure.state, message: failure.message)
        }
        if says("binary log is not open", "binary logging is not enabled") {
            return failure.error(.binlogOff, "the source has no binlog", place: place)
        }
        if says("purged", "could not find gtid state requested") { return purged() }
        if says("could not find first log file") { return missingFile() }
        if isFirst || says("impossible position", "not in the master's binlog", "more gtids", "diverged") {
            return failure.error(.positionInvalid, "the source's binlog has no such position", place: place)
        }
        return failure.error(.binlogCorrupt, "the source cannot read its own binlog", place: place)
    }

    /// The file is older than the oldest one that is left, or it was never there.
    private func missingFile() -> LutraError {
        guard case .position(let position) = start, let oldest = look({ try $0.binlogFiles().first }),
            position.isPurged(oldest: oldest)
        else { return failure.error(.positionInvalid, "the source has no such binlog file", place: place) }
        return purgedError(missing: "\(position) to the start of \(oldest.name)")
    }

    private func purged() -> LutraError {
        switch start {
        case .gtids(.mysql(let set)):
            let missing = look { try $0.purgedGTIDs().subtracting(set) }
            return purgedError(missing: missing?.description)
        case .gtids(.mariadb(let reached)):
            let oldest = look { connection in
                try connection.binlogFiles().first.flatMap {
                    try connection.mariadbGTIDs(at: BinlogPosition(file: $0.name, offset: 4))
                }
            }
            return purgedError(missing: oldest.map { "after '\(reached)' to '\($0)'" })
        case .gtids(.none), .position: return purgedError(missing: nil)
        }
    }

    private func purgedError(missing: String?) -> LutraError {
        let error = failure.error(.positionPurged, "the source has purged binlogs that are still needed", place: place)
        return missing.map { error.at("missing", $0) } ?? error
    }

    /// Asks the same host something; nil when it does not answer. The error is worth more with it, but stands alone.
    private func look<Answer>(_ body: (Connection) throws -> Answer?) -> Answer? {
        guard let connection = try? Connection.open(source, host: host) else { return nil }
        defer { connection.close() }
        return try? body(connection)
    }
}
