import Model
import MySQLClient

/// The events of a binlog file as `SHOW BINLOG EVENTS` lists them: what is needed to judge an offset.
struct BinlogEventList {
    private let connection: Connection
    /// Events of one query.
    private let pageEvents = 5_000

    init(_ connection: Connection) { self.connection = connection }

    enum Kind {
        case startsTransaction, betweenTransactions, insideTransaction, noEvent
    }

    private struct Event {
        let type: String
        let offset: UInt64
        let end: UInt64
        let info: String

        /// The row: file, offset, type, server id, end, info.
        init?(_ row: ResultRow) {
            guard let offset = row.text(1).flatMap({ UInt64($0) }), let end = row.text(4).flatMap({ UInt64($0) })
            else { return nil }
            self.offset = offset
            self.end = end
            type = (row.text(2) ?? "").lowercased()
            info = row.text(5) ?? ""
        }
    }

    /// What starts at an offset. Reads one event.
    func kind(at position: BinlogPosition) throws -> Kind {
        let event: Event?
        do {
            event = try page(position.file, from: position.offset, limit: 1).first
        } catch let failure as StatementFailure {
            // 1220: the bytes there are no event.
            if failure.number == 1220 { return .noEvent }
            throw failure.error(failure.userCode, "the binlog's events cannot be listed")
        }
        guard let event, event.offset == position.offset else { return .noEvent }
        switch event.type {
        case "gtid", "gtid_tagged", "anonymous_gtid": return .startsTransaction
        case "query":
            // Since MySQL 5.7, and on MariaDB, a GTID event (perhaps an anonymous one) comes first.
            let hasOpening = connection.server.flavor == .mariadb || connection.server.isAtLeast(5, 7)
            return hasOpening || event.info.uppercased().hasPrefix("COMMIT") ? .insideTransaction : .startsTransaction
        case let type where Self.isTransactionPart(type): return .insideTransaction
        default: return .betweenTransactions
        }
    }

    private static func isTransactionPart(_ type: String) -> Bool {
        type.contains("rows") || type.hasPrefix("table_map") || type.hasPrefix("xid") || type.hasPrefix("xa_prepare")
            || ["intvar", "rand", "user var", "user_var", "transaction_payload"].contains(type)
    }

    /// MySQL: the transactions before an offset: the file's PREVIOUS_GTIDS and what it logged up to there.
    ///
    /// - Throws: `LutraError`.
    func gtids(at position: BinlogPosition) throws -> MySQLGTIDSet {
        var set = MySQLGTIDSet()
        var offset: UInt64 = 4
        var limit = position.offset <= 4 ? 2 : pageEvents
        while true {
            let events: [Event]
            do {
                events = try page(position.file, from: offset, limit: limit)
            } catch let failure as StatementFailure {
                // 1220: behind the position the server writes a large event just now, and has seen half of it.
                if failure.number == 1220, limit > 1 {
                    limit /= 2
                    continue
                }
                throw failure.error(
                    failure.userCode, "the binlog's events cannot be listed", place: ["position": position.description])
            }
            for event in events {
                if event.type == "previous_gtids" {
                    set.formUnion(MySQLGTIDSet(event.info) ?? MySQLGTIDSet())
                    continue
                }
                if event.offset >= position.offset, event.offset > 4 { return set }
                // SET @@SESSION.GTID_NEXT= 'uuid:1'
                let parts = event.info.split(separator: "'")
                if event.type.hasPrefix("gtid"), parts.count == 2, let one = MySQLGTIDSet(parts[1]) {
                    set.formUnion(one)
                }
            }
            guard let last = events.last, events.count == limit, last.end > offset else { return set }
            offset = last.end
            limit = min(2 * limit, pageEvents)
        }
    }

    private func page(_ file: String, from offset: UInt64, limit: Int) throws -> [Event] {
        let name = file.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
        return try connection.query("SHOW BINLOG EVENTS IN '\(name)' FROM \(offset) LIMIT \(limit)").compactMap(
            Event.init)
    }
}
