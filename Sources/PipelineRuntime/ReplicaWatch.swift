import Foundation
import Logging
import Model
import MySQLClient
import Synchronization

/// Watches how far the target's own replicas are behind it: while one lags more than it may, nothing new is written.
///
/// One that does not answer or does not replicate is told of once and holds nothing up: its lag is not known, and the
/// pipeline may not depend on it.
final class ReplicaWatch: Sendable {
    private static let seconds = 1.0
    private let replicas: [ConnectionOptions]
    private let mostSeconds: Int
    private let log: Logger
    private let stop = StopSignal()
    /// How many of the replicas lag too much.
    private let behind = Atomic(0)

    /// `target`: how its replicas are to be connected to.
    init(_ load: LoadSpecification, target: ConnectionOptions, log: Logger) {
        replicas = load.replicas.map { url in
            var options = target
            options.url = url
            // A replica that lags may be slow to answer, too: until then what it said last holds.
            options.readSeconds = 30
            options.connectSeconds = 30
            return options
        }
        mostSeconds = load.replicaLagSeconds
        self.log = log
    }

    /// Whether the next batch has to wait.
    var isBehind: Bool { behind.load(ordering: .relaxed) > 0 }

    /// Begins, on a thread for each replica. Nobody waits for their end.
    func start() {
        for replica in replicas {
            let thread = Thread { [self] in watch(replica) }
            thread.name = "lutra-replica"
            thread.start()
        }
    }

    func end() { stop.raise() }

    /// As many looks in a row show a replica that was behind to have caught up.
    private static let nearLooks = 3

    private enum Health: Equatable { case unknown, near, lagging, silent(String) }

    private func watch(_ options: ConnectionOptions) {
        var connection: Connection?
        var health = Health.unknown
        var nearSince = 0
        repeat {
            var now = Health.near
            do {
                let open = try connection ?? Connection.open(options)
                connection = open
                let lag = try Self.lag(open)
                now = lag.map { $0 > mostSeconds ? .lagging : .near } ?? .silent("it does not replicate")
            } catch {
                connection?.close()
                connection = nil
                now = .silent("\(error)")
            }
            // What a busy server says of its lag jumps to 0 at times.
            nearSince = now == .near ? nearSince + 1 : 0
            if health == .lagging, now == .near, nearSince < Self.nearLooks { now = .lagging }
            if now != health { change(from: health, to: now, options) }
            health = now
        } while stop.wait(seconds: Self.seconds)
        connection?.close()
    }

    private func change(from old: Health, to new: Health, _ options: ConnectionOptions) {
        if old == .lagging { behind.subtract(1, ordering: .relaxed) }
        if new == .lagging { behind.add(1, ordering: .relaxed) }
        let place: Logger.Metadata = ["replica": "\(options.url.address)"]
        switch new {
        case .lagging:
            log.notice("a replica of the target is behind; nothing is written until it has caught up", metadata: place)
        case .near where old == .lagging: log.notice("the replica of the target has caught up", metadata: place)
        case .silent(let cause):
            log.warning(
                "the lag of a replica of the target is not known; it is not waited for",
                metadata: place.merging(["cause": "\(cause)"]) { $1 })
        case .near, .unknown: break
        }
    }

    /// Seconds; nil where it does not replicate. Several sources (MariaDB's connections, MySQL's channels): the most.
    private static func lag(_ connection: Connection) throws -> Int? {
        let isMariaDB = connection.server.flavor == .mariadb
        let isOld = !isMariaDB && !connection.server.isAtLeast(8, 0, 22)
        let status = isMariaDB ? "SHOW ALL SLAVES STATUS" : isOld ? "SHOW SLAVE STATUS" : "SHOW REPLICA STATUS"
        let column = isMariaDB || isOld ? "Seconds_Behind_Master" : "Seconds_Behind_Source"
        let lags = try connection.query(status).map { $0[column].flatMap { Int($0) } }
        return lags.contains(nil) ? nil : lags.compactMap(\.self).max()
    }
}
