import Foundation
package import Model
import Plan

/// Counts what a run does, from any thread; the console and the logs take snapshots of it.
package final class ProgressMeter: @unchecked Sendable {
    // @unchecked: the state is under the lock.
    private let lock = NSLock()
    private var state: ProgressSnapshot
    /// Rows of slices whose transaction is still open on the target.
    private var open: [TableName: ProgressSnapshot.RowCounts] = [:]
    /// What the target is asked to make durable, in order: when the source committed the first of it, and its end.
    private var asked: [(commitMicroseconds: Int64, end: Checkpoint)] = []
    private let now: @Sendable () -> Int64
    /// Errors that are kept for the display.
    private static let errorsMax = 5

    /// - Parameter now: the clock, microseconds since 1970 UTC.
    package init(now: @escaping @Sendable () -> Int64 = systemMicroseconds) {
        self.now = now
        state = ProgressSnapshot(phase: .checking, takenMicroseconds: now())
    }

    /// The state at this moment.
    package func snapshot() -> ProgressSnapshot {
        lock.withLock {
            state.takenMicroseconds = now()
            var snapshot = state
            // A target that does not answer falls behind with each moment.
            if let oldest = asked.first {
                snapshot.lagMicroseconds = max(0, state.takenMicroseconds - oldest.commitMicroseconds)
            }
            return snapshot
        }
    }

    package func enter(_ phase: ProgressSnapshot.Phase) { lock.withLock { state.phase = phase } }

    /// The initial load is so far. `rows` by source table.
    package func loading(_ load: ProgressSnapshot.LoadProgress, rows: [TableName: UInt64]) {
        lock.withLock {
            for (table, count) in rows { state.tables[table, default: .init()].inserts = count }
            let before = state.load?.rowsDone ?? 0
            state.load = load
            state.rowsApplied += load.rowsDone - min(before, load.rowsDone)
        }
    }

    func started(from checkpoint: Checkpoint, host: String) {
        lock.withLock {
            if state.phase != .draining { state.phase = .streaming }
            state.checkpoint = checkpoint
            state.sourceHost = host
            // What an earlier attempt had applied and not committed is not there.
            open.removeAll()
            asked.removeAll()
            state.openRows = 0
        }
    }

    /// A heartbeat arrived after so long.
    func delayed(_ time: Duration) { lock.withLock { state.delayMicroseconds = time.microseconds } }

    /// A heartbeat is on its way for so long.
    func delayedAtLeast(_ time: Duration) {
        lock.withLock { state.delayMicroseconds = max(state.delayMicroseconds ?? 0, time.microseconds) }
    }

    func read(bytes: Int, position: BinlogPosition) {
        lock.withLock {
            state.bytesRead += UInt64(bytes)
            state.sourcePosition = position
        }
    }

    /// The target is asked for changes of which the source committed the first one then. The rest of an open
    /// transaction counts with its beginning.
    package func asks(committedMicroseconds: Int64, upTo end: Checkpoint) {
        lock.withLock {
            if let last = asked.last?.end, last.isInsideTransaction, end.isInsideTransaction,
                last.position == end.position
            {
                asked[asked.count - 1].end = end
            } else if committedMicroseconds > 0 {
                asked.append((committedMicroseconds, end))
            }
        }
    }

    /// One batch is durable, with all slices before it.
    func applied(_ prepared: PreparedBatch) {
        applied(prepared, isOpen: false)
    }

    /// A slice is applied; its transaction is still open.
    func appliedSlice(_ prepared: PreparedBatch) {
        applied(prepared, isOpen: true)
    }

    private func applied(_ prepared: PreparedBatch, isOpen: Bool) {
        let batch = prepared.batch
        var counts = [ProgressSnapshot.RowCounts](repeating: .init(), count: batch.tables.count)
        for row in batch.rows {
            switch row.operation {
            case .insert: counts[Int(row.table)].inserts += 1
            case .update: counts[Int(row.table)].updates += 1
            case .delete: counts[Int(row.table)].deletes += 1
            }
        }
        lock.withLock {
            for (number, count) in counts.enumerated() where prepared.plans[number] != nil {
                open[batch.tables[number].name, default: .init()] += count
                state.openRows += count.total
            }
            state.batches += 1
            state.batchRows = batch.rows.count
            if !isOpen { closeSlices() }
        }
    }

    /// The transaction of the slices before is durable.
    func committedSlices() { lock.withLock { closeSlices() } }

    /// The transaction of the slices before is taken back. Returns how many rows that were.
    func abandonedSlices() -> UInt64 {
        lock.withLock {
            open.removeAll()
            // Nothing else was on its way.
            asked.removeAll()
            defer { state.openRows = 0 }
            return state.openRows
        }
    }

    private func closeSlices() {
        for (table, count) in open {
            state.tables[table, default: .init()] += count
            state.rowsApplied += count.total
        }
        open.removeAll(keepingCapacity: true)
        state.openRows = 0
    }

    package func durable(_ checkpoint: Checkpoint) {
        let time = now()
        let place = (checkpoint.position, checkpoint.eventsIntoTransaction)
        lock.withLock {
            state.checkpoint = checkpoint
            while let end = asked.first?.end, (end.position, end.eventsIntoTransaction) <= place { asked.removeFirst() }
            if checkpoint.commitMicroseconds > 0 {
                state.lagMicroseconds = max(0, time - checkpoint.commitMicroseconds)
            }
        }
    }

    /// The next batch waits for the throttle, or does not.
    func throttled(_ waits: Bool) { lock.withLock { state.isThrottled = waits } }

    /// Everything waits for the target, or does not.
    func waits(for target: ProgressSnapshot.TargetWait?) { lock.withLock { state.targetWait = target } }

    func overcame(_ error: String) {
        lock.withLock {
            state.errors.append(error)
            if state.errors.count > Self.errorsMax { state.errors.removeFirst() }
        }
    }

    func reconnecting(_ error: LutraError) {
        overcame(error.description)
        let server = error.place.first { $0.name == "server" }.map { " (\($0.value))" } ?? ""
        let cause = error.cause.map { ": \($0)" } ?? ""
        lock.withLock { state.phase = .reconnecting(cause: error.message + server + cause) }
    }
}

extension Duration {
    fileprivate var microseconds: Int64 { components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 }
}

/// The system's clock: microseconds since 1970 UTC.
package func systemMicroseconds() -> Int64 { Int64(Date().timeIntervalSince1970 * 1_000_000) }
