package import Logging
package import Model
import Synchronization

/// Shows snapshots: a display on a terminal, log lines elsewhere. May be called from any thread, as often as one likes.
package final class ProgressReporter: Sendable {
    private let terminal: Terminal
    private let log: Logger
    private let view: ProgressView
    private let state = Mutex(State())

    /// Microseconds between two draws, and between two log lines.
    private static let drawInterval: Int64 = 100_000
    private static let logInterval: Int64 = 10_000_000

    private struct State {
        var rate = RateMeter()
        var first: Int64?
        var last: ProgressSnapshot?
        var shownMicroseconds: Int64 = 0
    }

    private enum Action {
        case none
        case draw(Double?)
        case log(Double?)
    }

    package init(title: String, terminal: Terminal, log: Logger) {
        self.terminal = terminal
        self.log = log
        view = ProgressView(title: title)
    }

    /// Takes a snapshot and shows it when it is time to.
    package func report(_ snapshot: ProgressSnapshot) {
        let interval = terminal.isInteractive ? Self.drawInterval : Self.logInterval
        let action = state.withLock { state -> Action in
            state.rate.add(snapshot)
            if state.first == nil { state.first = snapshot.takenMicroseconds }
            let isNewPhase = state.last?.phase != snapshot.phase
            state.last = snapshot
            // `finish` tells the end, once.
            if !terminal.isInteractive, snapshot.phase == .stopped || snapshot.phase == .failed { return .none }
            guard isNewPhase || snapshot.takenMicroseconds - state.shownMicroseconds >= interval else { return .none }
            state.shownMicroseconds = snapshot.takenMicroseconds
            return terminal.isInteractive ? .draw(state.rate.rowsPerSecond) : .log(state.rate.rowsPerSecond)
        }
        switch action {
        case .none: break
        case .draw(let rate):
            let size = terminal.size
            terminal.show(view.lines(snapshot, rate: rate, width: size.width, height: size.height))
        case .log(let rate): log.info("\(snapshot.phase)", metadata: progressFields(snapshot, rate: rate))
        }
    }

    /// Replaces the display by a summary, or logs it.
    package func finish() {
        let (last, first) = state.withLock { ($0.last, $0.first) }
        guard let last, let first else { return }
        let elapsed = last.takenMicroseconds - first
        guard terminal.isInteractive else {
            let average = Double(last.rowsApplied) * 1_000_000 / Double(max(1, elapsed))
            log.info("\(last.phase)", metadata: progressFields(last, rate: average))
            return
        }
        terminal.show([])
        for line in view.summary(last, elapsedMicroseconds: elapsed) { terminal.writeLine(line) }
    }
}

/// A snapshot as fields of a log line.
func progressFields(_ snapshot: ProgressSnapshot, rate: Double?) -> Logger.Metadata {
    var fields: Logger.Metadata = [
        "rows": "\(snapshot.rowsApplied)", "bytes_read": "\(snapshot.bytesRead)", "batches": "\(snapshot.batches)",
    ]
    if let rate { fields["rows_per_second"] = "\(UInt64(rate))" }
    if let lag = snapshot.lagMicroseconds { fields["lag_milliseconds"] = "\(lag / 1_000)" }
    if let delay = snapshot.delayMicroseconds { fields["delay_microseconds"] = "\(delay)" }
    if snapshot.openRows > 0 { fields["open_transaction_rows"] = "\(snapshot.openRows)" }
    if snapshot.isThrottled { fields["throttled"] = "true" }
    if let wait = snapshot.targetWait {
        fields["target_busy_seconds"] = "\(wait.seconds)"
        fields["target_state"] = "\(wait.state)"
    }
    if let host = snapshot.sourceHost { fields["source"] = "\(host)" }
    if let position = snapshot.checkpoint?.position { fields["checkpoint"] = "\(position)" }
    if let position = snapshot.sourcePosition { fields["read_up_to"] = "\(position)" }
    if let load = snapshot.load, snapshot.phase == .loading {
        fields["tables_done"] = "\(load.tablesDone)/\(load.tablesTotal)"
        fields["load_rows"] = "\(load.rowsDone)"
        fields["load_rows_estimate"] = "\(load.rowsEstimate)"
    }
    return fields
}
