import Model

extension EventSelector {
    /// `committed` is when it was committed first; 0 where the log does not say.
    @inline(__always)
    mutating func open(
        _ header: EventHeader, gtid: GTID? = nil, committed: Int64 = 0, end: OpenTransaction.End
    ) {
        tables.trim()
        current.begin(
            gtid, file: file, offset: eventStart, end: end, skip: skip, chunkStart: chunk.events.count)
        current.info.commitMicroseconds = committed != 0 ? committed : Int64(header.timestamp) * 1_000_000
        current.info.originServer = header.server
        isOpen = true
        skip = 0
    }

    mutating func beginGTID(_ header: EventHeader, _ body: ByteCursor) throws(EventFault) {
        guard !isOpen else { throw EventFault(.binlogCorrupt, "a transaction begins inside another one") }
        let event = try GTIDEvent.read(body, header: header)
        let hasEnd = header.type == .mariadbGTID && !event.mariadb.contains(.standalone)
        open(
            header, gtid: event.gtid, committed: event.originalCommitMicroseconds,
            end: hasEnd ? .commit : .statement)
        current.hasCommitTime = event.originalCommitMicroseconds != 0
        if event.mariadb.contains(.preparedXA) { holdRows() }
        current.ignoresStatements =
            event.mariadbExtra.contains(.startAlter) || event.mariadbExtra.contains(.rollbackAlter)
    }

    /// The transaction is whole: everything up to here counts as read.
    mutating func commit() throws(EventFault) {
        var endsSlices = false
        if isOpen {
            guard current.events >= current.skip else {
                throw EventFault(
                    .checkpointInvalid,
                    "the transaction has \(current.events) events, but the checkpoint counts \(current.skip) of them")
            }
            closeTransaction()
            switch current.info.gtid {
            case .mysql(let source, let number): add(source, number)
            case .mariadb(let gtid): settled.gtids.insert(gtid)
            case nil: break
            }
            settled.commitMicroseconds = current.info.commitMicroseconds
            endsSlices = current.isHandedOn
            isOpen = false
        }
        if settled.position.file != file { settled.position.file = file }
        settled.position.offset = offset
        hasProgress = true
        guard endsSlices, chunk.events.isEmpty else { return }
        // Who has slices of it learns of its end before anything else.
        items.append(.progress(resumeNow))
        hasProgress = false
    }

    @inline(__always)
    private mutating func add(_ source: MySQLGTIDSource, _ number: UInt64) {
        if run.extend(source, number) { return }
        settled.gtids.insert(run)
        run = MySQLGTIDRun(source, number)
    }
}

/// MySQL GTIDs of one server that follow each other.
struct MySQLGTIDRun {
    private(set) var source = MySQLGTIDSource(high: 0, low: 0)
    private var first: UInt64 = 1
    private var last: UInt64 = 0

    /// An empty one.
    init() {}

    init(_ source: MySQLGTIDSource, _ number: UInt64) {
        self.source = source
        (first, last) = (number, number)
    }

    var range: ClosedRange<UInt64>? { first <= last ? first...last : nil }

    /// Forgets them; the number behind the last one is still the next.
    mutating func empty() { first = last + 1 }

    /// Adds the number behind the last one; false where it is another.
    @inline(__always)
    mutating func extend(_ other: MySQLGTIDSource, _ number: UInt64) -> Bool {
        guard number == last &+ 1, other == source else { return false }
        last = number
        return true
    }
}

/// The transactions were executed. A state of the other kind, or without GTIDs, stays as it is: what came before is not
/// known.
extension GTIDState {
    mutating func insert(_ run: MySQLGTIDRun) {
        guard let range = run.range, case .mysql(var set) = self else { return }
        // The state is emptied first, so that the set is changed in place.
        self = .none
        set.insert(run.source, range)
        self = .mysql(set)
    }

    @inline(__always)
    mutating func insert(_ gtid: MariaDBGTID) {
        guard case .mariadb(var position) = self else { return }
        self = .none
        position.insert(gtid)
        self = .mariadb(position)
    }
}
