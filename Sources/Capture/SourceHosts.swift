package import Logging
package import Model
package import MySQLClient
import Synchronization

/// The hosts of a source, a primary and its stand-bys, and which of them is read.
package final class SourceHosts: Sendable {
    /// A host whose log goes on where the checkpoint ends.
    package struct Choice: Sendable {
        /// How to reach it, and no other of the list: positions hold there only.
        package let options: ConnectionOptions
        /// The checkpoint in terms of this host's log.
        package let checkpoint: Checkpoint
    }

    private struct State {
        /// Index of the host that is asked first.
        var first = 0
        /// Index of the host that was chosen last.
        var current: Int?
        /// Which host is wanted, since hosts were asked last: what comes while they are asked holds for the next time.
        var wish: Wish?
    }

    private enum Wish {
        case host(Int)
        /// The one behind the current one.
        case next
    }

    private let options: ConnectionOptions
    private let readSeconds: UInt32
    private let log: Logger
    private let state = Mutex(State())

    /// - Parameter readSeconds: how long a host may take for one answer.
    package init(_ options: ConnectionOptions, readSeconds: Int, log: Logger) {
        self.options = options
        self.readSeconds = UInt32(readSeconds)
        self.log = log
    }

    package var count: Int { options.url.hosts.count }

    /// The host that was chosen last, and the others.
    package var currentAndOthers: (current: ServerURL.Host?, others: [ServerURL.Host]) {
        let current = state.withLock(\.current)
        let others = options.url.hosts.enumerated().filter { $0.offset != current }.map(\.element)
        return (current.map { options.url.hosts[$0] }, others)
    }

    /// From now on this host is asked first.
    package func prefer(_ host: ServerURL.Host) {
        guard let index = options.url.hosts.firstIndex(of: host) else { return }
        state.withLock { $0.wish = .host(index) }
    }

    /// From now on the host behind the current one is asked first.
    package func preferNext() { state.withLock { $0.wish = .next } }

    /// How to reach one of the hosts.
    package func options(_ host: ServerURL.Host) -> ConnectionOptions {
        var options = options
        options.url.hosts = [host]
        return options
    }

    /// The first host, beginning with the preferred one, that answers and whose log goes on where the checkpoint ends.
    ///
    /// - Parameter isWhole: whether nothing behind the checkpoint is on the target.
    /// - Throws: `LutraError`: that of a host that does not answer, as it may come back; `source-behind` where one may
    ///   catch up; else the first refusal. The reasons of the other hosts are in its place.
    package func choose(for checkpoint: Checkpoint, isWhole: Bool) throws -> Choice {
        var failures: [LutraError] = []
        let first = takeWish()
        for step in 0..<count {
            let index = (first + step) % count
            do {
                let choice = try ask(options.url.hosts[index], checkpoint, isWhole)
                state.withLock {
                    $0.first = index
                    $0.current = index
                }
                return choice
            } catch let error as LutraError {
                // A wrong password is wrong on every host, and another try may lock the account.
                if error.code == .accessDenied { throw error }
                failures.append(error)
                guard count > 1 else { continue }
                log.warning(
                    "a host of the source cannot be read",
                    metadata: ["code": "\(error.code.name)", "cause": "\(error)"])
            }
        }
        let mayMend: [Set<ErrorCode>] = [[.unreachable, .connectionLost, .tlsFailed], [.sourceBehind]]
        for codes in mayMend {
            if let error = failures.first(where: { codes.contains($0.code) }) { throw Self.joined(error, failures) }
        }
        throw failures.first.map { Self.joined($0, failures) }
            ?? LutraError(.unreachable, "no host in the URL", place: ["server": options.url.description])
    }

    /// Index of the host that is to be asked first.
    private func takeWish() -> Int {
        state.withLock { state in
            switch state.wish {
            case .host(let index): state.first = index
            case .next: state.first = ((state.current ?? state.first) + 1) % count
            case nil: break
            }
            state.wish = nil
            return state.first
        }
    }

    /// The error with what the other hosts said.
    private static func joined(_ error: LutraError, _ all: [LutraError]) -> LutraError {
        guard all.count > 1 else { return error }
        let others = all.filter { $0.place != error.place || $0.code != error.code }.map { other in
            let server = other.place.first { $0.name == "server" }?.value ?? ""
            return "\(server) \(other.code.name)"
        }
        return others.isEmpty ? error : error.at("other hosts", others.joined(separator: ", "))
    }

    private func ask(_ host: ServerURL.Host, _ checkpoint: Checkpoint, _ isWhole: Bool) throws -> Choice {
        let options = options(host)
        var impatient = options
        impatient.readSeconds = readSeconds
        let connection = try Connection.open(impatient)
        defer { connection.close() }
        do {
            let here = try StartResolver(connection).continuing(checkpoint, isWhole: isWhole)
            if let before = checkpoint.server, before != here.server {
                log.notice(
                    "the source is another server now, and its log goes on where ours ended",
                    metadata: [
                        "server": "\(connection.serverName)", "before": "\(before)", "now": "\(here.server ?? "")",
                        "position": "\(here.position)",
                    ])
            }
            return Choice(options: options, checkpoint: here)
        } catch let failure as StatementFailure {
            let message = "a host of the source cannot be asked for its log"
            throw failure.error(failure.userCode, message, place: ["server": connection.serverName])
        }
    }
}
