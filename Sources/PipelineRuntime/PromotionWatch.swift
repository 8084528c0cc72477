import Capture
import Foundation
import Logging
import Model
import MySQLClient

/// Looks at the hosts of a source that are not read: one that was read-only and is no longer was promoted, and the
/// pipeline goes over to it.
final class PromotionWatch: Sendable {
    private static let seconds = 5.0
    private let hosts: SourceHosts
    private let log: Logger
    private let stop = StopSignal()
    private let onPromotion: @Sendable () -> Void

    init(_ hosts: SourceHosts, log: Logger, onPromotion: @escaping @Sendable () -> Void) {
        self.hosts = hosts
        self.log = log
        self.onPromotion = onPromotion
    }

    /// Begins, on a thread of its own; nothing where the source has one host. Nobody waits for its end.
    func start() {
        guard hosts.count > 1 else { return }
        let thread = Thread { [self] in run() }
        thread.name = "lutra-promotion"
        thread.start()
    }

    func end() { stop.raise() }

    private func run() {
        var readOnly: [ServerURL.Host] = []
        repeat {
            for host in hosts.currentAndOthers.others {
                guard let isReadOnly = ask(host), !stop.isStopped else { continue }
                let wasReadOnly = readOnly.contains(host)
                readOnly.removeAll { $0 == host }
                if isReadOnly {
                    readOnly.append(host)
                    if !wasReadOnly { tell("a stand-by is read-only; its promotion is watched for", host) }
                }
                guard wasReadOnly, !isReadOnly else { continue }
                tell("a stand-by was promoted", host)
                hosts.prefer(host)
                onPromotion()
            }
        } while stop.wait(seconds: Self.seconds)
    }

    private func tell(_ message: Logger.Message, _ host: ServerURL.Host) {
        log.notice(message, metadata: ["server": "\(host.name):\(host.port)"])
    }

    /// Nil when it does not answer.
    private func ask(_ host: ServerURL.Host) -> Bool? {
        var options = hosts.options(host)
        options.connectSeconds = 3
        options.readSeconds = 3
        guard let connection = try? Connection.open(options) else { return nil }
        defer { connection.close() }
        guard let value = try? connection.value("SELECT @@GLOBAL.read_only") else { return nil }
        return value != "0" && value != "OFF"
    }
}
