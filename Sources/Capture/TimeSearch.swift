import Model
import MySQLClient

/// Finds the first transaction that was committed at or after a time.
///
/// Events carry whole seconds, so that the search may begin up to a second early, never late.
struct TimeSearch {
    let resolver: StartResolver
    let microseconds: Int64

    private var seconds: Int64 { microseconds.quotientAndRemainder(dividingBy: 1_000_000).quotient }

    /// Where that transaction starts.
    ///
    /// - Throws: `LutraError` with `position-purged` when the oldest file is younger, `usage` for the future.
    func position() throws -> BinlogPosition {
        let now = try resolver.connection.ask("SELECT UNIX_TIMESTAMP()", "the source's clock cannot be read")
        if let clock = now.first?.text(0).flatMap({ Int64($0) }), seconds > clock {
            throw LutraError(
                .usage, "the start time is still to come on the source's clock",
                place: ["server": resolver.connection.serverName])
        }
        let (file, isOlder) = try lastFileBefore()
        if !isOlder, try isPrecededByOthers(file) {
            throw LutraError(
                .positionPurged, "the source's oldest binlog was begun after the start time",
                place: ["server": resolver.connection.serverName, "oldest": file.file])
        }
        return try scan(from: file)
    }

    /// The last file that was begun before the time, as later ones hold later transactions only; the oldest one where
    /// all are younger.
    func lastFileBefore() throws -> (start: BinlogPosition, isOlder: Bool) {
        let files = try resolver.files()
        var low = -1
        var high = files.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if try beginning(of: files[middle].name) < seconds { low = middle } else { high = middle - 1 }
        }
        return (BinlogPosition(file: files[max(low, 0)].name, offset: 4), low >= 0)
    }

    /// Whether the server logged anything before its oldest file.
    private func isPrecededByOthers(_ file: BinlogPosition) throws -> Bool {
        switch try resolver.gtids(at: file) {
        case .mysql(let set): !set.isEmpty
        case .mariadb(let position): !position.isEmpty
        case .none: !file.file.hasSuffix(".000001")
        }
    }

    /// When a file was begun: the time of its FORMAT_DESCRIPTION event.
    private func beginning(of file: String) throws -> Int64 {
        try resolver.look(from: .position(BinlogPosition(file: file, offset: 4))) { stream in
            while let event = try stream.next() {
                guard let header = DumpedHeader(event) else { break }
                if header.type == .formatDescription { return Int64(header.seconds) }
            }
            return .max
        }
    }

    /// Follows the events until one is late enough; its transaction's start, or the end of the binlog.
    private func scan(from start: BinlogPosition) throws -> BinlogPosition {
        try resolver.look(from: .position(start)) { stream in
            var place = DumpedPlace(start)
            var begin: BinlogPosition?
            while let event = try stream.next() {
                guard let header = DumpedHeader(event) else { break }
                guard place.advance(header, event) else {
                    if header.type == .rotate { begin = nil }
                    continue
                }
                if header.startsTransaction || (begin == nil && header.isTransactionPart) { begin = place.start }
                if header.isTransactionPart, Int64(header.seconds) >= seconds { return begin ?? place.start }
                if header.type == .xid { begin = nil }
            }
            return place.end
        }
    }
}

extension StartResolver {
    /// Reads this server's log for a moment, to its present end at most.
    func look<Answer>(from start: DumpStart, _ body: (DumpStream) throws -> Answer) throws -> Answer {
        let stream = try DumpStream.open(source, from: start, .look)
        defer { stream.close() }
        do {
            return try body(stream)
        } catch let failure as StatementFailure {
            throw failure.error(.connectionLost, "the source ended the connection", place: place)
        }
    }
}
