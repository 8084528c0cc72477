package import Foundation
package import Model

/// The directory that a channel keeps on this machine: who it is, and a lock.
///
/// Positions and definitions are not in it: they are on the target, in the transactions that they belong to.
package final class StateDirectory {
    /// What `channel.json` says: written once, compared at every start.
    package struct Identity: Codable, Equatable {
        package var channel: String
        package var pipeline: String
        /// Hosts and ports, without users.
        package var source: String
        package var target: String
    }

    /// What the channel remembers of its own start.
    private struct Record: Codable {
        var identity: Identity
        /// The `--start` that it was begun with, so that the same command line run again goes on.
        var start: String?
    }

    package let url: URL
    private let lockDescriptor: Int32
    private var record: Record

    /// Opens the directory, creates it when missing, and locks it for this process.
    ///
    /// - Throws: `stateOfAnotherChannel`, `stateLocked`, `fileUnreadable`.
    package init(_ path: String, identity: Identity) throws(LutraError) {
        url = URL(fileURLWithPath: path, isDirectory: true)
        let recordFile = url.appendingPathComponent("channel.json")
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw Self.failure("the state directory cannot be created", path, error)
        }
        lockDescriptor = open(url.appendingPathComponent("lock").path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard lockDescriptor >= 0 else {
            throw LutraError(
                .fileUnreadable, "the state directory cannot be written", place: ["directory": path],
                cause: String(cString: strerror(errno)))
        }
        guard flock(lockDescriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(lockDescriptor)
            throw LutraError(.stateLocked, "the state directory is in use", place: ["directory": path])
        }
        if let data = FileManager.default.contents(atPath: recordFile.path) {
            guard let known = try? JSONDecoder().decode(Record.self, from: data) else {
                throw LutraError(
                    .fileUnreadable, "channel.json cannot be read", place: ["file": recordFile.path],
                    hint: "restore it, or remove the directory: the position is kept on the target")
            }
            guard known.identity == identity else {
                throw LutraError(
                    .stateOfAnotherChannel, "the state directory belongs to another channel",
                    place: [
                        "directory": path,
                        "there": "\(known.identity.channel), \(known.identity.source) to \(known.identity.target)",
                        "here": "\(identity.channel), \(identity.source) to \(identity.target)",
                    ])
            }
            record = known
        } else {
            record = Record(identity: identity, start: nil)
        }
    }

    deinit { close(lockDescriptor) }

    /// The `--start` that the channel of a folder was begun with; nil when there is no such folder. One that cannot be
    /// read is told when it is opened.
    static func start(of path: String) -> String? {
        let file = URL(fileURLWithPath: path, isDirectory: true).appendingPathComponent("channel.json")
        return FileManager.default.contents(atPath: file.path)
            .flatMap { try? JSONDecoder().decode(Record.self, from: $0) }?.start
    }

    /// The `--start` that the channel was begun with.
    package var start: String? { record.start }

    /// Writes `channel.json`: from now on the directory belongs to this channel.
    package func save(start: String?) throws(LutraError) {
        record.start = start
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try encoder.encode(record).write(to: url.appendingPathComponent("channel.json"), options: .atomic)
        } catch {
            throw Self.failure("the state directory cannot be written", url.path, error)
        }
    }

    private static func failure(_ message: String, _ path: String, _ error: any Error) -> LutraError {
        LutraError(.fileUnreadable, message, place: ["directory": path], cause: error.localizedDescription)
    }
}
