import Foundation
import Logging

/// `LoadTuner` among threads: lanes tell it of their parts, the stages before ask for its choice.
final class LoadTuning: @unchecked Sendable {
    // @unchecked: every access to the tuner is under the lock.
    private let lock = NSLock()
    private var tuner: LoadTuner
    private let log: Logger

    init(_ tuner: LoadTuner, log: Logger) {
        self.tuner = tuner
        self.log = log
    }

    var choice: LoadTuner.Choice { lock.withLock { tuner.choice } }

    /// A part is durable, see `LoadTuner.note`.
    func note(rows: Int, time: Duration, conflicts: Int) {
        let changed = lock.withLock {
            tuner.note(rows: rows, time: time, conflicts: conflicts) ? tuner.choice : nil
        }
        guard let changed else { return }
        log.notice(
            "lanes and batches follow the target",
            metadata: ["lanes": "\(changed.lanes)", "batch_rows": "\(changed.batchRows)"])
    }
}
