/// A point from which a pipeline can resume: everything before it is durable on the target, nothing after it is.
package struct Checkpoint: Equatable, Sendable, Codable {
    /// The end of the last whole transaction that is durable, which is the start of the next one.
    package var position: BinlogPosition
    /// Every GTID up to `position`.
    package var gtids: GTIDState
    /// Rows events (of mapped tables or not) of the transaction after `position` that are durable already, when a
    /// large transaction was cut into slices. On resuming, that many of them are skipped.
    package var eventsIntoTransaction: UInt64
    /// When the last durable transaction was committed on the source: microseconds since 1970 UTC; 0 when unknown.
    package var commitMicroseconds: Int64
    /// The server whose log `position` and `eventsIntoTransaction` count in (`Connection.identity`); nil when unknown.
    package var server: String?

    /// Whether it is between two slices of a transaction.
    package var isInsideTransaction: Bool { eventsIntoTransaction > 0 }

    package init(
        position: BinlogPosition, gtids: GTIDState, eventsIntoTransaction: UInt64 = 0, commitMicroseconds: Int64 = 0,
        server: String? = nil
    ) {
        self.position = position
        self.gtids = gtids
        self.eventsIntoTransaction = eventsIntoTransaction
        self.commitMicroseconds = commitMicroseconds
        self.server = server
    }
}
