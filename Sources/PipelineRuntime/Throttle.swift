package import Model

/// How fast a pipeline may write, as a value: it reads no clock and waits for nobody.
///
/// What begins is paid for by the time after it, so that a slow stream is never held up, a pause saves nothing up, and
/// in any time no more begins than the rates allow and one batch.
package struct Throttle: Sendable {
    private let rowsPerSecond: Double?
    private let bytesPerSecond: Double?
    /// When all that has begun is paid for, on the caller's clock.
    private var due = Duration.zero

    package init(_ load: LoadSpecification) {
        rowsPerSecond = load.rowsPerSecond.map(Double.init)
        bytesPerSecond = load.bytesPerSecond.map(Double.init)
    }

    /// How long the next batch must wait.
    ///
    /// - Parameter now: since a moment that is always the same.
    package func wait(at now: Duration) -> Duration { max(.zero, due - now) }

    /// A batch begins.
    package mutating func begin(rows: Int, bytes: Int, at now: Duration) {
        let forRows = rowsPerSecond.map { Double(rows) / $0 } ?? 0
        let forBytes = bytesPerSecond.map { Double(bytes) / $0 } ?? 0
        due = max(due, now) + .seconds(max(forRows, forBytes))
    }
}

extension Limits {
    /// The limits with chunks so small that a throttled pipeline does not go by fits and starts: a quarter of what a
    /// second allows, where a row is taken to have a hundred bytes.
    package func throttled(_ load: LoadSpecification) -> Limits {
        var limits = self
        let perSecond = min(load.bytesPerSecond ?? .max, load.rowsPerSecond.map { $0 * 100 } ?? .max)
        limits.chunkBytes = min(chunkBytes, max(1_024, perSecond / 4))
        return limits
    }
}
