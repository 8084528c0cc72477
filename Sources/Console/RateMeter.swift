package import Model

/// Rows per second over the last moments, from the snapshots themselves.
package struct RateMeter: Sendable {
    private var samples: [(microseconds: Int64, rows: UInt64)] = []
    /// Width of the window in microseconds.
    private let window: Int64 = 10_000_000

    package init() {}

    package mutating func add(_ snapshot: ProgressSnapshot) {
        if let last = samples.last, snapshot.takenMicroseconds <= last.microseconds { return }
        samples.append((snapshot.takenMicroseconds, snapshot.rowsApplied + snapshot.openRows))
        // One sample before the window stays, so that the rate covers all of it.
        let start = snapshot.takenMicroseconds - window
        while samples.count > 2, samples[1].microseconds <= start { samples.removeFirst() }
        // However often it is fed.
        if samples.count > 256 { samples.removeFirst() }
    }

    /// Rows per second; nil until two snapshots are there.
    package var rowsPerSecond: Double? {
        guard let first = samples.first, let last = samples.last, last.microseconds > first.microseconds,
            last.rows >= first.rows
        else { return nil }
        return Double(last.rows - first.rows) * 1_000_000 / Double(last.microseconds - first.microseconds)
    }
}
