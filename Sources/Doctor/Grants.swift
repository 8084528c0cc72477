/// What an account may do, read from `SHOW GRANTS`.
package struct Grants: Sendable {
    fileprivate struct Entry {
        var privileges: Set<String>
        /// Nil for all schemas; a pattern with `%` and `_`, backslash before a literal one.
        var schema: String?
        /// Nil for all tables of the schema.
        var table: String?
    }
    private var entries: [Entry] = []

    /// - Parameter lines: the lines of `SHOW GRANTS`. Lines of roles and proxies are passed over: the rights of active
    ///   roles come as lines of their own.
    package init(lines: [String]) {
        for line in lines {
            guard line.uppercased().hasPrefix("GRANT "), let entry = Self.entry(line.dropFirst(6)) else { continue }
            entries.append(entry)
        }
    }

    private static func entry(_ text: Substring) -> Entry? {
        guard let on = text.range(of: " ON "), let to = text[on.upperBound...].range(of: " TO ") else { return nil }
        let scope = parts(text[on.upperBound..<to.lowerBound])
        guard scope.count == 2 else { return nil }
        var depth = 0
        // Column lists in parentheses give a right on some columns only: not enough for us.
        let names = text[..<on.lowerBound].split { character in
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            return depth == 0 && character == ","
        }
        let privileges = names.filter { !$0.contains("(") }.map { name in
            String(name.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()).uppercased()
        }
        return Entry(
            privileges: Set(privileges), schema: scope[0] == "*" ? nil : scope[0],
            table: scope[1] == "*" ? nil : scope[1])
    }

    /// `` `a`.`b` `` → a and b; the backticks may be missing.
    private static func parts(_ text: Substring) -> [String] {
        var result = [""]
        var isQuoted = false
        for character in text {
            if character == "`" {
                isQuoted.toggle()
            } else if character == ".", !isQuoted {
                result.append("")
            } else {
                result[result.count - 1].append(character)
            }
        }
        return result
    }

    /// Whether one of the privileges is held on everything.
    package func hasGlobal(_ privileges: String...) -> Bool {
        entries.contains { entry in
            entry.schema == nil && (entry.hasAll || privileges.contains { entry.privileges.contains($0) })
        }
    }

    /// Whether the privilege is held on a table, or on a whole schema when `table` is nil.
    package func has(_ privilege: String, schema: String, table: String?) -> Bool {
        entries.contains { entry in
            guard entry.hasAll || entry.privileges.contains(privilege) else { return false }
            guard let pattern = entry.schema else { return true }
            guard Self.matches(Array(schema.utf8)[...], Array(pattern.utf8)[...]) else { return false }
            return entry.table == nil || entry.table == table
        }
    }

    /// Whether the account holds a right on the schema's tables besides SELECT: MariaDB hides foreign keys without one.
    func hasMoreThanSelect(schema: String) -> Bool {
        ["REFERENCES", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER", "INDEX", "TRIGGER"].contains {
            has($0, schema: schema, table: nil)
        }
    }

    /// Wildcards as in GRANT. A pattern has at most 64 characters, so that plain recursion is enough.
    private static func matches(_ text: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        let rest = pattern.dropFirst()
        switch first {
        case UInt8(ascii: "%"):
            return matches(text, rest) || (!text.isEmpty && matches(text.dropFirst(), pattern))
        case UInt8(ascii: "\\"):
            return !rest.isEmpty && text.first == rest.first && matches(text.dropFirst(), rest.dropFirst())
        case UInt8(ascii: "_"): return !text.isEmpty && matches(text.dropFirst(), rest)
        default: return text.first == first && matches(text.dropFirst(), rest)
        }
    }
}

extension Grants.Entry {
    fileprivate var hasAll: Bool { privileges.contains("ALL PRIVILEGES") || privileges.contains("ALL") }
}

extension StringProtocol {
    /// The first place of some text, without Foundation.
    fileprivate func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].starts(with: text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
