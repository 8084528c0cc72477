package import Model

/// What the server, or the client library in its place, said of a statement that failed.
package struct StatementFailure: Error, Sendable, CustomStringConvertible {
    /// The server's error number (MySQL manual, "Server Error Message Reference"), or the library's (2000–2999).
    package let number: UInt32
    /// SQLSTATE, five characters.
    package let state: String
    package let message: String
    /// Which of the statements that were sent together failed, from 0.
    package let statementIndex: Int
    /// What those before it matched or changed.
    package let completed: [UInt64]

    package init(number: UInt32, state: String, message: String, completed: [UInt64] = []) {
        self.number = number
        self.state = state
        self.message = message
        statementIndex = completed.count
        self.completed = completed
    }

    /// The connection is gone; another one may work.
    package var isConnectionLost: Bool {
        switch number {
        // 2002, 2003 cannot connect; 2006 gone away; 2013 lost; 2055 lost with system error; 2026 TLS broke;
        // 1053 shutdown; 1927, 3169 connection was killed; 1158–1161 network packets; 4031 idle disconnect.
        case 2002, 2003, 2006, 2013, 2026, 2027, 2055, 1053, 1927, 3169, 1158, 1159, 1160, 1161, 4031: true
        default: false
        }
    }

    /// The same statement may succeed when tried again: deadlock, lock wait, read-only while failing over.
    package var isTransient: Bool {
        switch number {
        // 1205 lock wait timeout, 1213 deadlock, 1290/1836/1792 read-only, 1040 too many connections,
        // 1317 interrupted, 1021/3 disk full, 1180 error during commit, 3101 rolled back by a plugin.
        case 1205, 1213, 1290, 1836, 1792, 1040, 1317, 1021, 1180, 3101: true
        default: isConnectionLost
        }
    }

    /// Another transaction has held a lock for longer than the server waits.
    package var isLockWait: Bool { number == 1205 }

    /// The table, or its schema, is not there: 1146 and 1049.
    package var isTableMissing: Bool { number == 1146 || number == 1049 }

    /// The transaction was undone, as it and another one waited for each other.
    package var isDeadlock: Bool { number == 1213 }

    package var description: String { "\(number) (\(state)): \(message)" }

    /// As an error for the user.
    package func error(_ code: ErrorCode, _ message: String, place: KeyValuePairs<String, String> = [:]) -> LutraError {
        LutraError(code, message, place: place, cause: description)
    }
}
