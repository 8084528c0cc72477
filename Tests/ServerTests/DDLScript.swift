import Foundation
import MySQLClient
import TestKit

/// One file of `integration/ddl`, whose README says what its comments mean.
struct DDLScript {
    struct Statement {
        var sql = ""
        /// Where it is valid; everywhere when empty.
        var servers: [ServerRange] = []
        var sqlMode: String?
        var names = "utf8mb4"
        /// Whether the tracker must ask for definitions to be read again.
        var isReread = false

        func isValid(on server: ServerVersion) -> Bool { servers.isEmpty || servers.contains { $0.contains(server) } }
    }

    let name: String
    let statements: [Statement]

    private static let folder = Places.repository + "/integration/ddl"

    static func all() throws -> [DDLScript] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".sql") }.sorted().map {
            DDLScript(name: $0, statements: try read(String(contentsOfFile: folder + "/" + $0, encoding: .utf8)))
        }
    }

    private static func read(_ text: String) throws -> [Statement] {
        var result: [Statement] = []
        var everywhere: [ServerRange] = []
        var next = Statement()
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if next.sql.isEmpty, line.isEmpty { continue }
            if next.sql.isEmpty, line.hasPrefix("-- ") {
                let parts = line.dropFirst(3).split(separator: ":", maxSplits: 1)
                let value = (parts.last ?? "").trimmingCharacters(in: .whitespaces)
                switch parts.first {
                case "on": next.servers = try ServerRange.list(value)
                case "all on":
                    everywhere = try ServerRange.list(value)
                    next.servers = everywhere
                case "mode": next.sqlMode = value
                case "names": next.names = value
                case "reread": next.isReread = true
                default: throw TestFailure("a comment that says nothing: \(line)")
                }
                continue
            }
            next.sql += (next.sql.isEmpty ? "" : "\n") + line
            guard line.hasSuffix(";") else { continue }
            next.sql.removeLast()
            result.append(next)
            next = Statement(servers: everywhere)
        }
        return result
    }
}

/// `mariadb`, `mysql>=8.0.30`, `mysql<9`
struct ServerRange {
    private var flavor: Substring
    private var comparison: Substring
    private var version: [Int]

    static func list(_ text: String) throws -> [ServerRange] {
        try text.split(separator: " ").map { word in
            let flavor = word.prefix { $0.isLetter }
            let comparison = word.dropFirst(flavor.count).prefix { "<>=".contains($0) }
            let version = word.dropFirst(flavor.count + comparison.count).split(separator: ".").compactMap { Int($0) }
            guard ["mariadb", "mysql"].contains(flavor), ["", ">=", "<"].contains(comparison) else {
                throw TestFailure("no server: \(word)")
            }
            return ServerRange(flavor: flavor, comparison: comparison, version: version)
        }
    }

    func contains(_ server: ServerVersion) -> Bool {
        guard flavor == (server.flavor == .mariadb ? "mariadb" : "mysql") else { return false }
        let own = [server.major, server.minor, server.patch].prefix(version.count)
        let isEarlier = own.lexicographicallyPrecedes(version)
        return comparison.isEmpty || isEarlier == (comparison == "<")
    }
}
