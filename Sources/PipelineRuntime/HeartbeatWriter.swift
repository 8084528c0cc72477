import Foundation
import Logging
import Model
import MySQLClient
import Synchronization

/// Writes a row into `retl.xdual` on the source every few seconds, as otter does, and measures how long it takes until
/// everything up to it is durable on the target. An idle source's position moves by it as well.
///
/// Only one is on its way at a time, so that a pipeline that is far behind is not filled with them. A source that takes
/// no writes (a stand-by, a missing right) is told once and asked again.
final class HeartbeatWriter: Sendable {
    /// What must be durable for a heartbeat to have arrived.
    private enum Goal {
        case position(BinlogPosition)
        case gtid(MariaDBGTID)

        func isReached(by checkpoint: Checkpoint) -> Bool {
            switch (self, checkpoint.gtids) {
            case (.position(let end), _): checkpoint.position >= end
            case (.gtid(let gtid), .mariadb(let position)): position.contains(gtid)
            case (.gtid, _): false
            }
        }
    }

    private struct State {
        /// The heartbeat that is on its way.
        var flight: (goal: Goal, start: ContinuousClock.Instant)?
        /// What the target has, and since when.
        var reached: (checkpoint: Checkpoint, time: ContinuousClock.Instant)?

        /// How long the flight took, when it is over.
        mutating func landing() -> Duration? {
            guard let flight, let reached, flight.goal.isReached(by: reached.checkpoint) else { return nil }
            self.flight = nil
            return flight.start.duration(to: reached.time)
        }
    }

    private let source: ConnectionOptions
    private let seconds: Int
    private let meter: ProgressMeter
    private let log: Logger
    private let stop = StopSignal()
    private let state = Mutex(State())

    static let creation = [
        "CREATE DATABASE IF NOT EXISTS `retl`",
        """
        CREATE TABLE IF NOT EXISTS `retl`.`xdual` (`ID` BIGINT NOT NULL AUTO_INCREMENT, \
        `X` TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY (`ID`)) ENGINE=InnoDB
        """,
    ]
    /// The same second again would change nothing and be logged nowhere.
    private static let write = """
        INSERT INTO `retl`.`xdual` (`ID`, `X`) VALUES (1, CURRENT_TIMESTAMP) ON DUPLICATE KEY UPDATE \
        `X` = IF(`X` = CURRENT_TIMESTAMP, CURRENT_TIMESTAMP - INTERVAL 1 SECOND, CURRENT_TIMESTAMP)
        """

    init(_ source: ConnectionOptions, seconds: Int, readSeconds: Int, meter: ProgressMeter, log: Logger) {
        var source = source
        source.readSeconds = UInt32(readSeconds)
        self.source = source
        self.seconds = seconds
        self.meter = meter
        self.log = log
    }

    /// Begins, on a thread of its own. Nobody waits for its end: a source that hangs must not hold up a fail-over.
    func start() {
        let thread = Thread { [self] in run() }
        thread.name = "lutra-heartbeat"
        thread.start()
    }

    func end() { stop.raise() }

    /// Everything up to there is durable.
    func arrived(_ checkpoint: Checkpoint) {
        let delay = state.withLock { state in
            state.reached = (checkpoint, .now)
            return state.landing()
        }
        if let delay { meter.delayed(delay) }
    }

    private func run() {
        var connection: Connection?
        var isRefused = false
        repeat {
            if let start = state.withLock({ $0.flight?.start }) {
                meter.delayedAtLeast(start.duration(to: .now))
                continue
            }
            do {
                let open = try connection ?? Connection.open(source)
                if connection == nil { for statement in Self.creation { try open.execute(statement) } }
                connection = open
                try beat(open)
                isRefused = false
            } catch {
                connection?.close()
                connection = nil
                if !isRefused, !stop.isStopped {
                    log.warning(
                        "the heartbeat cannot be written on the source; it is tried again",
                        metadata: ["cause": "\(error)"])
                }
                isRefused = true
            }
        } while stop.wait(seconds: Double(seconds))
        connection?.close()
    }

    private func beat(_ connection: Connection) throws {
        let start = ContinuousClock.now
        try connection.execute(Self.write)
        guard let goal = try goal(connection) else { return }
        // The target may have it by now.
        let delay = state.withLock { state in
            state.flight = (goal, start)
            return state.landing()
        }
        if let delay { meter.delayed(delay) }
    }

    /// The write's own GTID on MariaDB, which tells it; else where the log ended right after it.
    private func goal(_ connection: Connection) throws -> Goal? {
        guard connection.server.flavor == .mariadb else {
            return try connection.binlogEnd().map { .position($0.position) }
        }
        let text = try connection.value("SELECT @@SESSION.last_gtid") ?? ""
        return MariaDBGTIDPosition(text)?.last.first.map { .gtid($0) }
    }
}
