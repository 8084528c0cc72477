/// How a pipeline writes to its target.
package struct LoadSpecification: Equatable, Sendable {
    package var mode: ApplyMode
    /// Connections that write at the same time; nil lets the target's size decide.
    package var lanes: Int?
    /// Counts in mode `transaction`.
    package var commitOrder: CommitOrder
    /// What the stream writes at most; nil for as much as the target takes.
    package var rowsPerSecond: Int?
    /// The same in bytes of row images.
    package var bytesPerSecond: Int?
    /// What a transaction on the target should take at most: while they take longer, batches are made smaller.
    package var slowMilliseconds = 2_000
    /// The target's own replicas whose lag holds the stream up.
    package var replicas: [ServerURL] = []
    /// What they may lag.
    package var replicaLagSeconds = 10

    package init(
        mode: ApplyMode = .merge, lanes: Int? = nil, commitOrder: CommitOrder = .keep, rowsPerSecond: Int? = nil,
        bytesPerSecond: Int? = nil
    ) {
        self.mode = mode
        self.lanes = lanes
        self.commitOrder = commitOrder
        self.rowsPerSecond = rowsPerSecond
        self.bytesPerSecond = bytesPerSecond
    }

    /// What `lanes` may be.
    package static let lanesRange = 1...64
    package static let slowMillisecondsRange = 1...600_000
    package static let replicaLagSecondsRange = 1...86_400
    /// What `rowsPerSecond` and `bytesPerSecond` may be.
    package static let rowsPerSecondRange = 1...1_000_000_000
    package static let bytesPerSecondRange = 1_024...1 << 40
}

package enum ApplyMode: String, Sendable, CaseIterable {
    /// The changes of a row in a batch are folded into one; readers may see parts of a source transaction.
    case merge
    /// Every source transaction becomes visible as a whole.
    case transaction
}

package enum CommitOrder: String, Sendable, CaseIterable {
    /// Transactions become visible in the order of the source.
    case keep
    /// Those that do not depend on each other become visible in any order.
    case free
}
