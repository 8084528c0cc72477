import Foundation
import MySQLClient

/// A client that changes three small tables of a server at random, also while that server is killed and started
/// again: a table with a key, one with a second unique key, and one without any, where a row that is applied twice
/// shows as one row too many.
package final class RandomWriter: Sendable {
    private struct State {
        var isPaused = false
        var isStopped = false
        /// Between two transactions, and paused.
        var rests = false
        var committed = 0
    }

    private let server: Server
    private let schema: String
    private let state = NSLockedValue(State())

    /// The longest rest between two transactions.
    private let restMicroseconds: UInt64
    /// One of so many transactions changes all rows of a table several times: 2 MB of row images. 0 for none.
    private let largeEvery: UInt64

    package init(
        _ server: Server, schema: String, seed: UInt64, restMicroseconds: UInt64 = 4_000, largeEvery: UInt64 = 0
    ) {
        self.server = server
        self.largeEvery = largeEvery
        self.restMicroseconds = restMicroseconds
        self.schema = schema
        let thread = Thread { [self] in run(seed) }
        thread.start()
    }

    /// What creates the tables.
    package static func tables(_ schema: String) -> String {
        """
        CREATE TABLE \(schema).keyed (id INT PRIMARY KEY, v VARCHAR(200), n INT NOT NULL DEFAULT 0); \
        CREATE TABLE \(schema).twice (id INT PRIMARY KEY, u INT NOT NULL UNIQUE, v VARCHAR(40)); \
        CREATE TABLE \(schema).keyless (n INT, v VARCHAR(40))
        """
    }

    package static let tableNames = ["keyed", "twice", "keyless"]

    /// Transactions whose commit was answered.
    package var committed: Int { state.with { $0.committed } }

    /// Waits for the end of the transaction that is being written; nothing is written until `resume`.
    package func pause() -> Bool {
        state.with { $0.isPaused = true }
        return waitUntil(seconds: 60) { state.with { $0.rests } }
    }

    package func resume() { state.with { $0.isPaused = false } }

    package func stop() { state.with { $0.isStopped = true } }

    private func run(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        while !state.with({ $0.isStopped }) {
            do {
                let connection = try server.connect()
                defer { connection.close() }
                while try write(connection, &random) {}
            } catch {
                // The server is down.
                state.with { $0.rests = $0.isPaused }
                usleep(20_000)
            }
        }
    }

    /// One transaction, or a rest; false when stopped.
    private func write(_ connection: Connection, _ random: inout SeededRandom) throws -> Bool {
        let (isStopped, isPaused) = state.with { state in
            state.rests = state.isPaused
            return (state.isStopped, state.isPaused)
        }
        if isStopped { return false }
        if isPaused {
            usleep(5_000)
            return true
        }
        let isLarge = largeEvery > 0 && random.next() % largeEvery == 0
        let statements =
            isLarge
            ? (0..<20).map { "UPDATE \(schema).keyed SET n = n + 1, v = REPEAT('\($0 % 10)', 200)" }
            : (0..<(1 + random.next() % 5)).map { _ in statement(&random) }
        do {
            try connection.execute("BEGIN; \(statements.joined(separator: "; ")); COMMIT")
        } catch let failure as StatementFailure where !failure.isConnectionLost {
            // A unique value that is taken.
            try connection.execute("ROLLBACK")
            return true
        }
        state.with { $0.committed += 1 }
        if restMicroseconds > 0 { usleep(UInt32(random.next() % restMicroseconds)) }
        return true
    }

    private func statement(_ random: inout SeededRandom) -> String {
        let (a, b) = (random.next() % 200, random.next() % 200)
        switch random.next() % 9 {
        case 0, 1: return "REPLACE INTO \(schema).keyed VALUES (\(a), REPEAT('x', \(b)), \(b))"
        case 2: return "UPDATE \(schema).keyed SET n = n + 1 WHERE id BETWEEN \(a) AND \(a + 5)"
        case 3: return "DELETE FROM \(schema).keyed WHERE id = \(a)"
        case 4: return "REPLACE INTO \(schema).twice VALUES (\(a), \(b), 'new')"
        case 5: return "UPDATE IGNORE \(schema).twice SET u = \(b) WHERE id = \(a)"
        case 6: return "INSERT INTO \(schema).keyless VALUES (\(a % 20), 'new'), (\(a % 20), 'new')"
        case 7: return "UPDATE \(schema).keyless SET v = 'changed \(b % 5)' WHERE n = \(a % 20) LIMIT 1"
        // One more than are inserted, that the table stays small: each of its changes is found by a scan.
        default: return "DELETE FROM \(schema).keyless WHERE n = \(a % 20) LIMIT 3"
        }
    }
}
