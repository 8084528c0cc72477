/// What a running pipeline says of itself at one moment: made by the runtime, shown by the console.
package struct ProgressSnapshot: Equatable, Sendable {
    package var phase: Phase
    /// When it was taken: microseconds since 1970 UTC.
    package var takenMicroseconds: Int64
    /// Rows applied on the target since the process started, by the load and by the stream.
    package var rowsApplied: UInt64
    /// Rows applied by source table since the process started.
    package var tables: [TableName: RowCounts]
    /// How far the source's log was read; nil before the stream starts.
    package var sourcePosition: BinlogPosition?
    /// Where a restart would continue; nil before the first one.
    package var checkpoint: Checkpoint?
    /// Microseconds since the source committed what the target is asked to make durable; where it is asked for nothing,
    /// from the last transaction's commit to the moment when it was durable. Nil when nothing was applied yet.
    package var lagMicroseconds: Int64?
    /// Microseconds that the last heartbeat took from its write on the source until everything up to it was durable on
    /// the target; nil without a writing heartbeat. Grows while one is on its way for longer.
    package var delayMicroseconds: Int64?
    /// The source's host that is read; nil before the stream starts.
    package var sourceHost: String?
    /// Bytes read from the source.
    package var bytesRead: UInt64
    /// Batches that are durable on the target.
    package var batches: UInt64
    /// Rows of the batch that is being applied.
    package var batchRows: Int
    /// Rows that are applied in a large transaction whose end has not come yet: no reader of the target sees them.
    package var openRows: UInt64 = 0
    /// Whether the next batch waits for the throttle.
    package var isThrottled = false
    /// What the target has been doing for long, while everything waits for it; nil while it answers soon.
    package var targetWait: TargetWait?
    /// The initial load; nil without one.
    package var load: LoadProgress?
    /// What went wrong lately and was overcome or ended the run, oldest first.
    package var errors: [String]

    package init(phase: Phase, takenMicroseconds: Int64) {
        self.phase = phase
        self.takenMicroseconds = takenMicroseconds
        rowsApplied = 0
        tables = [:]
        bytesRead = 0
        batches = 0
        batchRows = 0
        errors = []
    }

    /// What the pipeline is doing.
    package enum Phase: Equatable, Sendable {
        case checking, loading, streaming, draining, stopped, failed
        case reconnecting(cause: String)
    }

    /// A statement on the target that does not end.
    package struct TargetWait: Equatable, Sendable {
        package var seconds: Int64
        /// In the target's words: `Waiting for table metadata lock`.
        package var state: String

        package init(seconds: Int64, state: String) {
            self.seconds = seconds
            self.state = state
        }
    }

    /// Rows of one table by operation.
    package struct RowCounts: Equatable, Sendable {
        package var inserts: UInt64
        package var updates: UInt64
        package var deletes: UInt64

        package init(inserts: UInt64 = 0, updates: UInt64 = 0, deletes: UInt64 = 0) {
            self.inserts = inserts
            self.updates = updates
            self.deletes = deletes
        }

        package var total: UInt64 { inserts + updates + deletes }

        package static func += (left: inout RowCounts, right: RowCounts) {
            left.inserts += right.inserts
            left.updates += right.updates
            left.deletes += right.deletes
        }
    }

    /// How far the initial load is.
    package struct LoadProgress: Equatable, Sendable {
        package var tablesDone: Int
        package var tablesTotal: Int
        package var rowsDone: UInt64
        /// The source's own estimate, which may be off by half.
        package var rowsEstimate: UInt64

        package init(tablesDone: Int = 0, tablesTotal: Int = 0, rowsDone: UInt64 = 0, rowsEstimate: UInt64 = 0) {
            self.tablesDone = tablesDone
            self.tablesTotal = tablesTotal
            self.rowsDone = rowsDone
            self.rowsEstimate = rowsEstimate
        }
    }
}

extension ProgressSnapshot.Phase: CustomStringConvertible {
    /// The word that the console and the logs show.
    package var description: String {
        switch self {
        case .checking: "checking"
        case .loading: "loading"
        case .streaming: "streaming"
        case .draining: "draining"
        case .stopped: "stopped"
        case .failed: "failed"
        case .reconnecting(let cause): "reconnecting (\(cause))"
        }
    }
}
