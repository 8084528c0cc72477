package import Model

/// A pattern `SCHEMA.TABLE` (design §6.2): each side a name, an enumeration or a regular expression.
///
/// Schemas of the server's own and `retl` never match.
package struct TablePattern: Sendable, Equatable {
    /// As written.
    package let text: String
    package let schema: NamePattern
    package let table: NamePattern

    /// Reads a pattern.
    ///
    /// - Throws: `LutraError` with `pattern-invalid`.
    package static func parse(_ text: String) throws(LutraError) -> TablePattern {
        let trimmed = text.trimmingBlanks
        let (left, right) = try split(trimmed)
        let schema = try side(left, of: trimmed)
        if let name = schema.name, systemSchemas.contains(name.lowercased()) {
            throw LutraError(
                .patternInvalid, "the schema belongs to the server or to Lutra and is never synchronised",
                place: ["pattern": trimmed], hint: "name a schema of your own")
        }
        return TablePattern(text: trimmed, schema: schema, table: try side(right, of: trimmed))
    }

    /// Whether a table fits.
    ///
    /// - Parameter foldsCase: whether the source keeps names without case (`lower_case_table_names` is not 0); names
    ///   in backticks are then compared without case as well.
    package func matches(_ name: TableName, foldsCase: Bool = false) -> Bool {
        match(name, foldsCase: foldsCase) != nil
    }

    func match(_ name: TableName, foldsCase: Bool) -> (schema: NameMatch, table: NameMatch)? {
        guard !isSystemSchema(name.schema), let schema = schema.match(name.schema, foldsCase: foldsCase),
            let table = table.match(name.table, foldsCase: foldsCase)
        else { return nil }
        return (schema, table)
    }

    /// The one table that the pattern names; nil when it may be several.
    package var singleTable: TableName? {
        guard let schema = schema.name, let table = table.name else { return nil }
        return TableName(schema, table)
    }

    /// otter's order: names (0) before enumerations before patterns.
    var rank: Int { schema.rank + table.rank }

    private static func side(_ text: String, of pattern: String) throws(LutraError) -> NamePattern {
        do {
            return try text.hasPrefix("`") ? .exact(unquoted(text, of: pattern)) : NamePattern.parse(text)
        } catch {
            throw error.at("of", pattern)
        }
    }

    static func unquoted(_ text: String, of pattern: String) throws(LutraError) -> String {
        let inner = text.dropFirst().dropLast()
        guard text.utf8.count > 2, text.hasSuffix("`"), !inner.replacing("``", with: "").contains("`") else {
            throw NamePattern.invalid("backticks must enclose a whole name", pattern)
        }
        return String(inner.replacing("``", with: "`"))
    }
}

/// The servers' own schemas and Lutra's.
package let systemSchemas: Set<String> = ["mysql", "information_schema", "performance_schema", "sys", "retl"]

/// Whether the schema is the server's own or Lutra's.
package func isSystemSchema(_ name: String) -> Bool { systemSchemas.contains(name.lowercased()) }

extension TablePattern {
    /// Both sides of a pattern: the separator is the first dot, plain or escaped, that no quantifier follows; else
    /// `SCHEMA.*` as in GRANT. Dots within backticks do not count.
    static func split(_ text: String) throws(LutraError) -> (left: String, right: String) {
        let bytes = Array(text.utf8)
        var index = 0
        var isQuoted = false
        var isEscaped = false
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "`") { isQuoted.toggle() }
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0
            if byte == UInt8(ascii: "."), !isQuoted, !"*+?{".utf8.contains(next) {
                let leftEnd = isEscaped ? index - 1 : index
                return (
                    String(decoding: bytes[..<leftEnd], as: UTF8.self),
                    String(decoding: bytes[(index + 1)...], as: UTF8.self)
                )
            }
            isEscaped = byte == UInt8(ascii: "\\") && !isEscaped && !isQuoted
            index += 1
        }
        if text.hasSuffix(".*"), !isQuoted { return (String(text.dropLast(2)), "*") }
        throw LutraError(
            .patternInvalid, "no dot separates schema and table", place: ["pattern": text],
            hint:
                "write SCHEMA.TABLE, SCHEMA.*, or as regular expressions SCHEMA\\.TABLE, where each side must match a "
                + "whole name")
    }
}

extension String {
    var trimmingBlanks: String {
        var rest = Substring(self)
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
