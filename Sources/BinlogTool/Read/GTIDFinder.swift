import Binlog
package import Capture
package import Model

/// Finds one transaction of a log by its GTID.
package struct GTIDFinder {
    private var selector: EventSelector
    private let wanted: GTIDState

    /// - Parameter wanted: a set of which the first transaction in the log is found.
    package init(_ wanted: GTIDState, from start: Checkpoint, isMariaDB: Bool) {
        self.wanted = wanted
        selector = EventSelector(start: start, isMariaDB: isMariaDB, limits: Limits(), isMapped: { _ in false })
    }

    /// Where a transaction starts and ends.
    package struct Place: Sendable {
        package var gtid: GTID
        package var start: BinlogPosition
        package var end: BinlogPosition
        package var commitMicroseconds: Int64
    }

    /// Reads until it is found and whole; nil when the log does not hold it.
    package mutating func run(_ stream: any EventStream) throws -> Place? {
        var found: Place?
        while let event = try stream.next() {
            let start = selector.committed.position
            let before = selector.hasTransactionBoundary
            let file = selector.file
            try selector.consume(event)
            _ = selector.takeItems()
            if found == nil, before, let gtid = try gtid(event), matches(gtid) {
                found = Place(
                    gtid: gtid, start: selector.file == file ? startOf(event, start) : start,
                    end: selector.position, commitMicroseconds: transactionTime(event) ?? 0)
            }
            if selector.hasTransactionBoundary, var place = found {
                place.end = selector.committed.position
                return place
            }
        }
        return nil
    }

    private func startOf(_ event: UnsafeRawBufferPointer, _ fallback: BinlogPosition) -> BinlogPosition {
        let position = selector.position
        guard position.offset >= UInt64(event.count) else { return fallback }
        return BinlogPosition(file: position.file, offset: position.offset - UInt64(event.count))
    }

    private func gtid(_ event: UnsafeRawBufferPointer) throws -> GTID? {
        guard event.count > 19, [33, 42, 162].contains(event[4]) else { return nil }
        var cursor = ByteCursor(event)
        do throws(EventFault) {
            let header = try EventHeader(&cursor)
            let body = selector.format.checksum == .crc32 ? cursor.dropLast(4) : cursor
            return try GTIDEvent.read(body, header: header).gtid
        } catch {
            throw error.located(file: selector.file, offset: selector.offset, type: EventType(rawValue: event[4]))
        }
    }

    private func matches(_ gtid: GTID) -> Bool {
        var query = LogQuery()
        query.gtids = wanted
        return query.wants(gtid)
    }
}
