import Foundation
import MySQLClient

/// Looks at the checkpoint over and over, also while its server is away.
package final class CheckpointWatch: Sendable {
    private struct State {
        var highest = ""
        var wentBack: String?
        var isStopped = false
    }

    private let state = NSLockedValue(State())

    package init(_ target: Server) {
        let thread = Thread { [state] in
            while !state.with({ $0.isStopped }) {
                usleep(20_000)
                guard let connection = try? target.connect() else { continue }
                defer { connection.close() }
                while !state.with({ $0.isStopped }), let found = try? connection.value(Self.query) {
                    state.with { state in
                        if found < state.highest { state.wentBack = "\(state.highest) went back to \(found)" }
                        state.highest = max(found, state.highest)
                    }
                    usleep(20_000)
                }
            }
        }
        thread.start()
    }

    /// The lane that is ahead: where a start would go on from.
    private static let query = """
        SELECT MAX(CONCAT(binlog_file, ':', LPAD(binlog_offset, 20, '0'))) FROM retl.lutra_checkpoint
        """

    package var highest: String { state.with { $0.highest } }
    package var wentBack: String? { state.with { $0.wentBack } }
    package func stop() { state.with { $0.isStopped = true } }
}
