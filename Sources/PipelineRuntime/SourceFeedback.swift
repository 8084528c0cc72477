import Capture
import Logging
import Model
import Synchronization

/// What goes back to the source's side once the target has something: acknowledgements of a semi-synchronous dump, and
/// the heartbeat's arrival.
final class SourceFeedback: Sendable {
    private let dump: DumpStream
    private let heartbeat: HeartbeatWriter?
    /// Ends of transactions that the source waits for, in the order of its log.
    private let wanted = Mutex<[BinlogPosition]>([])
    /// More of them than that wait for the next one's answer, which includes theirs.
    private static let wantedMax = 4_096
    private let untold: Mutex<Logger?>

    /// - Parameter log: where to tell whether the source is semi-synchronous; nil when it was not asked to be.
    init(dump: DumpStream, heartbeat: HeartbeatWriter?, log: Logger?) {
        self.dump = dump
        self.heartbeat = heartbeat
        untold = Mutex(log)
    }

    /// SELECT has read the event that ends there.
    func received(upTo position: BinlogPosition) {
        tell()
        guard dump.wantsAcknowledgement else { return }
        wanted.withLock { wanted in
            if wanted.count == Self.wantedMax { wanted.removeLast() }
            wanted.append(position)
        }
    }

    /// The first event shows it.
    private func tell() {
        let log = untold.withLock { untold in
            defer { untold = nil }
            return untold
        }
        guard let log else { return }
        if dump.isSemiSynchronous {
            log.info("the source's semi-synchronous replication, where it is on, waits for the target")
        } else {
            log.warning("the source knows no semi-synchronous replication: its commits do not wait")
        }
    }

    /// Everything up to there is durable, or needs nothing on the target.
    func reached(_ checkpoint: Checkpoint) {
        heartbeat?.arrived(checkpoint)
        let answered = wanted.withLock { wanted -> BinlogPosition? in
            let count = wanted.prefix { $0 <= checkpoint.position }.count
            defer { wanted.removeFirst(count) }
            return count > 0 ? wanted[count - 1] : nil
        }
        if let answered { dump.acknowledge(answered) }
    }
}
