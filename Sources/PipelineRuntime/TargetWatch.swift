import Foundation
import Logging
import Model
import MySQLClient

/// Watches for statements that the target does not finish: asks it what they wait for, and says so.
///
/// A lock of somebody's forgotten transaction, a full disk or a missing index would else look like a pipeline that
/// does nothing.
final class TargetWatch: Sendable {
    /// Seconds that the target may take before anybody is told; told again after twice as long each time.
    private static let patience: Int64 = 10
    private let target: ConnectionOptions
    private let lanes: Set<String>
    private let waiting: @Sendable () -> Duration?
    private let meter: ProgressMeter
    private let log: Logger
    private let stop = StopSignal()

    /// - Parameters:
    ///   - lanes: the server's ids of the lanes' connections.
    ///   - waiting: how long the target has not finished anything; nil when it has nothing to do.
    init(
        _ target: ConnectionOptions, lanes: [UInt], waiting: @escaping @Sendable () -> Duration?,
        meter: ProgressMeter, log: Logger
    ) {
        var target = target
        target.readSeconds = 5
        target.connectSeconds = 5
        self.target = target
        self.lanes = Set(lanes.map(String.init))
        self.waiting = waiting
        self.meter = meter
        self.log = log
    }

    /// Begins, on a thread of its own. Nobody waits for its end.
    func start() {
        let thread = Thread { [self] in watch() }
        thread.name = "lutra-target"
        thread.start()
    }

    func end() { stop.raise() }

    private func watch() {
        var wait: ProgressSnapshot.TargetWait?
        var next = Self.patience
        while stop.wait(seconds: 1) {
            let seconds = waiting()?.components.seconds ?? 0
            if seconds >= next {
                let state = ask()
                log.warning(
                    "the target does not finish a statement; everything waits for it",
                    metadata: [
                        "code": "target-busy", "seconds": "\(seconds)", "state": "\(state)",
                        "target": "\(target.url.address)",
                    ])
                wait = .init(seconds: seconds, state: state)
                next = seconds * 2
            } else if let told = wait, seconds < told.seconds {
                log.notice("the target goes on", metadata: ["seconds": "\(told.seconds)"])
                wait = nil
                next = Self.patience
            } else if wait != nil {
                wait?.seconds = seconds
            }
            meter.waits(for: wait)
        }
        meter.waits(for: nil)
    }

    /// What the target says of the statement that has run for the longest time.
    private func ask() -> String {
        do {
            let connection = try Connection.open(target)
            defer { connection.close() }
            let own = try connection.query("SHOW PROCESSLIST").filter { lanes.contains($0["Id"] ?? "") }
            let running = own.filter { $0["Command"] != "Sleep" }
            guard let longest = running.max(by: { Self.seconds($0) < Self.seconds($1) }) else {
                return own.isEmpty ? "it has lost the connections" : "it waits for the next statement"
            }
            let state = longest["State"] ?? ""
            return (state.isEmpty ? "no state told" : state) + ", connection \(longest["Id"] ?? "")"
        } catch {
            return "it does not answer: \(error)"
        }
    }

    private static func seconds(_ row: ResultRow) -> Double { row["Time"].flatMap { Double($0) } ?? 0 }
}
