import Binlog
import Model
import MySQLClient

/// Finds, in the log of another server without GTIDs, the place behind the last transaction that we have.
///
/// MySQL 8.0 and later keep the time at which a transaction was first committed, to the microsecond, in every log that
/// it passes through. The transaction of the checkpoint's time must be there once, with earlier ones before it and
/// later ones behind it: then what we have and what comes are told apart
/// (`docs/decisions/0006-another-server-of-the-source.md`).
struct StandbySearch {
    let resolver: StartResolver
    let checkpoint: Checkpoint
    /// Clocks differ, and a stand-by commits later.
    private static let overlap: Int64 = 60_000_000

    /// What was seen of the log.
    private struct Findings {
        var place: BinlogPosition?
        var count = 0
        var hasEarlierBehind = false
        var hasLater = false
        var hasLaterBefore = false
    }

    /// - Throws: `LutraError` with `source-changed`, or `source-behind` when the transaction may still arrive.
    func position() throws -> BinlogPosition {
        let time = checkpoint.commitMicroseconds
        // Older servers log whole seconds.
        guard time % 1_000_000 != 0 else {
            throw refusal("its position cannot be told without GTIDs: no commit time to the microsecond is known")
        }
        let search = TimeSearch(resolver: resolver, microseconds: time - Self.overlap)
        let findings = try scan(from: try search.lastFileBefore().start, for: time)
        guard let place = findings.place else {
            if findings.hasLater { throw refusal("its log does not have our last transaction") }
            throw LutraError(
                .sourceBehind, "the server is another one, and its log does not have our last transaction yet",
                place: resolver.place)
        }
        guard findings.count == 1 else {
            throw refusal("its log has \(findings.count) transactions of our last one's time")
        }
        guard !findings.hasLaterBefore, !findings.hasEarlierBehind else {
            throw refusal("its log has the transactions around our last one in another order")
        }
        return place
    }

    private func refusal(_ reason: String) -> LutraError {
        LutraError(.sourceChanged, "the server is another one, and \(reason)", place: resolver.place)
            .at("read before from", checkpoint.server ?? "").at("position there", checkpoint.position.description)
    }

    private func scan(from start: BinlogPosition, for time: Int64) throws -> Findings {
        try resolver.look(from: .position(start)) { stream in
            var findings = Findings()
            var place = DumpedPlace(start)
            var isInside = false
            while let event = try stream.next() {
                guard let header = DumpedHeader(event) else { break }
                let end = place.end
                let counts = place.advance(header, event)
                // A transaction ends where the next one or the next file begins.
                if isInside, header.startsTransaction || header.type == .rotate {
                    findings.place = end
                    isInside = false
                }
                guard counts, header.startsTransaction, let commit = Self.commitTime(event) else { continue }
                if commit > time + Self.overlap {
                    findings.hasLater = true
                    break
                }
                if commit == time {
                    findings.count += 1
                    isInside = true
                } else if commit > time {
                    findings.hasLater = true
                    if findings.count == 0 { findings.hasLaterBefore = true }
                } else if findings.count > 0 {
                    findings.hasEarlierBehind = true
                }
            }
            if isInside { findings.place = place.end }
            return findings
        }
    }

    /// When the transaction was first committed; nil where its event does not say.
    private static func commitTime(_ event: UnsafeRawBufferPointer) -> Int64? {
        var cursor = ByteCursor(event)
        // The time stands before where a checksum could be.
        guard let header = try? EventHeader(&cursor), let read = try? GTIDEvent.read(cursor, header: header),
            read.originalCommitMicroseconds > 0
        else { return nil }
        return read.originalCommitMicroseconds
    }
}
