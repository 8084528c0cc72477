package import Model

/// What the log says of an XA transaction, with what must be kept or may be forgotten from then on
/// (`docs/decisions/0008-xa.md`).
package struct XAChange: Sendable {
    package enum Kind: Sendable {
        /// It was prepared with rows of mapped tables: these bytes bring them back. They go on when it is committed.
        case prepared([UInt8])
        /// It was committed or rolled back; rows that it had went on before.
        case finished
        /// It was committed and had been prepared before the stream began: rows that it had are not known.
        case missed
    }

    package var kind: Kind
    /// `X'6f6e65',X'',1`.
    package var xid: String
    /// Where the transaction starts in the log whose end says so.
    package var start: BinlogPosition
    /// Where to resume once that is noted.
    package var resume: Checkpoint
}

/// The XA transactions that are prepared, by identifier.
struct PreparedTransactions {
    private(set) var rows: [String: [UInt8]] = [:]
    /// Bytes of all.
    private(set) var bytes = 0
    /// Those that changed no mapped table, so that their end is nothing to wonder about.
    private var untouched: Set<String> = []
    /// More of them are not remembered.
    private static let untouchedLimit = 10_000

    mutating func restore(_ rows: [String: [UInt8]]) {
        self.rows = rows
        bytes = rows.values.reduce(0) { $0 + $1.count }
    }

    mutating func add(_ xid: String, _ kept: [UInt8]) {
        _ = remove(xid)
        rows[xid] = kept
        bytes += kept.count
    }

    mutating func addUntouched(_ xid: String) {
        _ = remove(xid)
        if untouched.count < Self.untouchedLimit { untouched.insert(xid) }
    }

    mutating func remove(_ xid: String) -> [UInt8]? {
        untouched.remove(xid)
        let kept = rows.removeValue(forKey: xid)
        bytes -= kept?.count ?? 0
        return kept
    }

    func isUntouched(_ xid: String) -> Bool { untouched.contains(xid) }
}
