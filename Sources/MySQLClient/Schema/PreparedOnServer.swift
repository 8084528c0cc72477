import Foundation
package import Model

/// XA transactions that a server holds prepared (`XA RECOVER`). Their changes are in the log before now, and whether
/// they count is decided behind it.
extension Connection {
    /// Their identifiers as XA COMMIT takes them; nil where the account may not ask.
    package func preparedTransactions() throws -> [String]? {
        let rows: [ResultRow]
        do {
            rows = try query("XA RECOVER")
        } catch let failure as StatementFailure {
            if failure.isTransient { throw failure.error(.connectionLost, "XA RECOVER was not answered") }
            return nil
        }
        return rows.compactMap { row in
            guard let format = row.text(0), let length = row.text(1).flatMap({ Int($0) }),
                let bytes = row.values.indices.contains(3) ? row.values[3] : nil, length <= bytes.count
            else { return nil }
            return "X'\(hex(bytes[..<length]))',X'\(hex(bytes[length...]))',\(format)"
        }
    }

    /// Those that are prepared now and still are after some seconds: where XA is in daily use, some are at any moment.
    package func preparedTransactions(staying seconds: Double) throws -> [String]? {
        guard let first = try preparedTransactions(), !first.isEmpty else { return try preparedTransactions() }
        Thread.sleep(forTimeInterval: seconds)
        return try preparedTransactions()?.filter(first.contains)
    }

    private func hex(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

extension LutraError {
    /// The refusal to begin while these are prepared.
    package static func prepared(_ identifiers: [String], on server: String) -> LutraError {
        LutraError(
            .xaPrepared, "XA transactions are prepared on the source: what they changed would be lost when they commit",
            place: ["server": server, "transactions": identifiers.prefix(5).joined(separator: "; ")],
            hint: "end them there with XA COMMIT or XA ROLLBACK, or begin before they were prepared with --start")
    }
}
