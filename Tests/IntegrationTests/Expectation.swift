import MySQLClient
import TestKit

/// What must hold at the end of a case.
enum Expectation: Equatable {
    /// Every table of the source equals the target's table of that name.
    case equal
    case tables(source: String, target: String, columns: [[String]]?)
    case empty(String)
    case absent(String)
    case error(code: String, exit: Int32)
    /// So many changes are in the error ledger.
    case skipped(errorClass: String, count: Int)

    /// Reads the file `expect`; none means `equal`.
    ///
    /// - Throws: `TestFailure` for a line that says nothing.
    static func read(_ text: String?) throws -> [Expectation] {
        guard let text else { return [.equal] }
        return try text.split(separator: "\n").map { line in
            let words = line.split(separator: " ").map(String.init)
            switch (words.first, words.count) {
            case ("empty", 2): return .empty(words[1])
            case ("absent", 2): return .absent(words[1])
            case ("skipped", 3):
                guard let count = Int(words[2]) else { break }
                return .skipped(errorClass: words[1], count: count)
            case ("error", 4):
                guard let exit = Int32(words[3]) else { break }
                return .error(code: words[1], exit: exit)
            default:
                guard words.count >= 3, words[1] == "=" else { break }
                return .tables(source: words[0], target: words[2], columns: columns(line))
            }
            throw TestFailure("expect says: \(line)")
        }
    }

    private static func columns(_ line: Substring) -> [[String]]? {
        guard let open = line.firstIndex(of: "("), let close = line.lastIndex(of: ")") else { return nil }
        return line[line.index(after: open)..<close].split(separator: ",").map { pair in
            pair.split(separator: "=").map { $0.filter { $0 != " " } }
        }
    }

    /// What is wrong, in words; nil when it holds.
    func failure(_ schema: String, _ source: Connection, _ target: Connection) throws -> String? {
        switch self {
        case .error: return nil
        case .equal:
            let tables = try tableNames(source, schema)
            let others = try tableNames(target, schema)
            if tables != others { return "tables: source \(tables), target \(others)" }
            return try tables.compactMap { try difference(schema, $0, $0, nil, source, target) }.first
        case .tables(let from, let to, let columns):
            return try difference(schema, from, to, columns?.map { ($0[0], $0[1]) }, source, target)
        case .empty(let table):
            let count = try target.value("SELECT COUNT(*) FROM `\(schema)`.`\(table)`")
            return count == "0" ? nil : "\(table) holds \(count ?? "?") rows on the target"
        case .skipped(let errorClass, let wanted):
            let count = try target.value(
                "SELECT COUNT(*) FROM retl.lutra_errors WHERE state='open' AND class='\(errorClass)' "
                    + "AND target_table LIKE '\(schema).%'")
            return count == "\(wanted)" ? nil : "\(count ?? "?") changes were skipped, not \(wanted)"
        case .absent(let table):
            return try tableNames(target, schema).contains(table) ? "\(table) is on the target" : nil
        }
    }

    private func difference(
        _ schema: String, _ from: String, _ to: String, _ columns: [(String, String)]?, _ source: Connection,
        _ target: Connection
    ) throws -> String? {
        try TableComparison(source: (schema, from), target: (schema, to), columns: columns).difference(source, target)
    }
}
