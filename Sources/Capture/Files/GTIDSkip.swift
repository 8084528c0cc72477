import Binlog
import Model

/// Passes over whole transactions that are in a set, as a server does for a replica that has them.
struct GTIDSkip {
    private let state: GTIDState
    private var isSkipping = false
    private var hasChecksums = false

    init(_ state: GTIDState) { self.state = state }

    /// Whether the event belongs to a transaction of the set.
    mutating func passesOver(_ event: UnsafeRawBufferPointer) -> Bool {
        if case .none = state { return false }
        guard let header = DumpedHeader(event) else { return false }
        if header.startsTransaction {
            isSkipping = isKnown(event)
        } else if header.type == .formatDescription {
            hasChecksums = Self.announcesChecksums(event)
            return false
        } else if !header.isTransactionPart {
            // What frames the file is never passed over.
            return false
        }
        return isSkipping
    }

    /// Another file begins: transactions do not reach over its start.
    mutating func endTransaction() { isSkipping = false }

    private func isKnown(_ event: UnsafeRawBufferPointer) -> Bool {
        var cursor = ByteCursor(event)
        guard let header = try? EventHeader(&cursor), cursor.remaining >= 4,
            let gtid = try? GTIDEvent.read(hasChecksums ? cursor.dropLast(4) : cursor, header: header).gtid
        else { return false }
        switch (state, gtid) {
        case (.mysql(let set), .mysql(let source, let number)): return set.contains(source, number)
        case (.mariadb(let reached), .mariadb(let gtid)): return reached.contains(gtid)
        default: return false
        }
    }

    private static func announcesChecksums(_ event: UnsafeRawBufferPointer) -> Bool {
        var cursor = ByteCursor(event)
        guard (try? EventHeader(&cursor)) != nil, let format = try? FormatDescription(cursor) else { return false }
        return format.checksum == .crc32
    }
}
