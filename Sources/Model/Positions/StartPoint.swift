/// Where a stream begins when there is no saved state (`--start`).
package enum StartPoint: Equatable, Sendable {
    /// At the source's end, as it is when the process starts.
    case now
    /// At the oldest log that the source still has.
    case earliest
    case position(BinlogPosition)
    /// After every transaction of the set.
    case gtids(GTIDState)
    /// At the first transaction that was committed at or after it: microseconds since 1970 UTC.
    case time(microseconds: Int64)
}

/// Where a stream ends by itself (`--stop-at`).
package enum StopPoint: Equatable, Sendable {
    /// Everything that ends at or before the position is applied.
    case position(BinlogPosition)
    /// Everything in the set is applied.
    case gtids(GTIDState)
    /// Everything before the first transaction that was committed then or later: microseconds since 1970 UTC.
    case time(microseconds: Int64)
}

extension BinlogPosition {
    /// Reads `FILE:OFFSET`; nil when it is none. The file is a plain name: no folder, no blank.
    package init?(_ text: some StringProtocol) {
        guard let colon = text.lastIndex(of: ":"), let offset = UInt64(text[text.index(after: colon)...]) else {
            return nil
        }
        let file = String(text[..<colon])
        // Every server numbers its logs: `binlog.000012`.
        guard let dot = file.lastIndex(of: "."), dot != file.startIndex, UInt64(file[file.index(after: dot)...]) != nil,
            file.utf8.count <= 512, !file.contains(where: { $0 == "/" || $0 == ":" || $0.isWhitespace })
        else { return nil }
        self.init(file: file, offset: max(offset, 4))
    }
}

extension GTIDState {
    /// Reads a MySQL GTID set or a MariaDB GTID position; nil when it is neither or empty.
    package init?(_ text: some StringProtocol) {
        if let position = MariaDBGTIDPosition(text), !position.isEmpty {
            self = .mariadb(position)
        } else if let set = MySQLGTIDSet(text), !set.isEmpty {
            self = .mysql(set)
        } else {
            return nil
        }
    }
}

extension StartPoint {
    /// Reads `now`, `earliest`, `FILE:OFFSET`, a GTID set, or `time:` with an RFC 3339 time.
    ///
    /// - Throws: `LutraError` with `usage`.
    package static func parse(_ text: String) throws(LutraError) -> StartPoint {
        switch text.lowercased() {
        case "now": return .now
        case "earliest": return .earliest
        default: break
        }
        if text.lowercased().hasPrefix("time:") {
            guard let microseconds = microsecondsSince1970(rfc3339: text.dropFirst(5)) else {
                throw LutraError(
                    .usage, "the time in --start is none", place: ["value": text],
                    hint: "write time:2026-01-31T12:00:00Z, or with an offset such as +08:00")
            }
            return .time(microseconds: microseconds)
        }
        if let position = BinlogPosition(text) { return .position(position) }
        if let gtids = GTIDState(text) { return .gtids(gtids) }
        throw LutraError(
            .usage, "--start names no place in a log", place: ["value": text],
            hint: "give now, earliest, FILE:OFFSET (binlog.000012:4), a GTID set, or time:2026-01-31T12:00:00Z")
    }
}

extension StopPoint {
    /// Reads `FILE:OFFSET`, a GTID set, or `time:` with an RFC 3339 time.
    ///
    /// - Throws: `LutraError` with `usage`.
    package static func parse(_ text: String) throws(LutraError) -> StopPoint {
        if text.lowercased().hasPrefix("time:"), let time = microsecondsSince1970(rfc3339: text.dropFirst(5)) {
            return .time(microseconds: time)
        }
        if let position = BinlogPosition(text) { return .position(position) }
        if let gtids = GTIDState(text) { return .gtids(gtids) }
        throw LutraError(
            .usage, "--stop-at names no place in a log", place: ["value": text],
            hint: "give FILE:OFFSET (binlog.000012:4512), a GTID set, or time:2026-01-31T12:00:00Z")
    }
}
