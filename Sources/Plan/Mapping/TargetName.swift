import Model

/// One side of a mapping's target: how a target's name follows from the source's.
enum TargetName: Equatable, Sendable {
    case same
    case fixed(String)
    /// The name at the same place as in the source's enumeration.
    case enumeration([String])
    /// Texts and references to capture groups (`$1`, `${12}`).
    case template([Part])

    enum Part: Equatable, Sendable {
        case text(String)
        /// From 1, over the schema's groups and then the table's.
        case group(Int)
    }

    /// Reads one side of a target, to stand against the same side of the source.
    ///
    /// - Parameter groupCount: groups of the whole source pattern.
    /// - Throws: `LutraError` with `pattern-invalid`.
    static func parse(
        _ text: String, source: NamePattern, sourceText: String, groupCount: Int
    ) throws(LutraError) -> TargetName {
        if text.hasPrefix("`") { return .fixed(try TablePattern.unquoted(text, of: text)) }
        if text == "*" || text == ".*" { return .same }
        let isPattern = source.name == nil
        if isPattern, text == sourceText, !text.contains("$") { return .same }
        if text.contains("$") { return .template(try template(text, groupCount: groupCount)) }
        switch try NamePattern.parse(text) {
        case .exact(let name), .single(let name): return .fixed(name)
        case .enumeration(let names):
            guard case .enumeration(let sources) = source else {
                throw NamePattern.invalid("a target may enumerate names only where the source does", text)
            }
            guard sources.count == names.count else {
                throw NamePattern.invalid(
                    "source and target enumerate different numbers of names, \(sources.count) and \(names.count)", text)
            }
            return .enumeration(names)
        case .all, .expression:
            throw LutraError(
                .patternInvalid, "a target cannot be a regular expression", place: ["target": text],
                hint: "write $1, $2 … for what the source's groups matched, or * to keep the name")
        }
    }

    /// `$1` … `$9`, `${12}`; `$$` is a dollar sign.
    private static func template(_ text: String, groupCount: Int) throws(LutraError) -> [Part] {
        var parts: [Part] = []
        var literal = ""
        var rest = Substring(text)
        while let character = rest.popFirst() {
            guard character == "$" else {
                guard !"*?+|()[]\\^".contains(character) else {
                    throw NamePattern.invalid("a target with $ cannot hold pattern signs", text)
                }
                literal.append(character)
                continue
            }
            if rest.hasPrefix("$") {
                literal.append("$")
                rest.removeFirst()
                continue
            }
            guard let number = reference(&rest) else {
                throw LutraError(
                    .patternInvalid, "a dollar sign must be followed by the number of a group",
                    place: ["target": text], hint: "write $1, ${12}, or $$ for a dollar sign")
            }
            guard (1...max(1, groupCount)).contains(number), groupCount > 0 else {
                throw NamePattern.invalid(
                    "the target refers to group \(number), but the source pattern has \(groupCount)", text)
            }
            if !literal.isEmpty { parts.append(.text(literal)) }
            literal = ""
            parts.append(.group(number))
        }
        if !literal.isEmpty { parts.append(.text(literal)) }
        return parts
    }

    private static func reference(_ rest: inout Substring) -> Int? {
        if rest.hasPrefix("{") {
            guard let end = rest.firstIndex(of: "}"), let number = Int(rest[rest.index(after: rest.startIndex)..<end])
            else { return nil }
            rest = rest[rest.index(after: end)...]
            return number
        }
        guard let digit = rest.first, digit.isASCII, let number = digit.wholeNumberValue else { return nil }
        rest.removeFirst()
        return number
    }

    /// The target's name for a source's name that matched.
    func name(for source: String, match: NameMatch, groups: [String]) -> String {
        switch self {
        case .same: return source
        case .fixed(let name): return name
        case .enumeration(let names):
            guard let index = match.index else { preconditionFailure("an enumeration without an index") }
            return names[index]
        case .template(let parts):
            return parts.map { part in
                switch part {
                case .text(let text): text
                case .group(let number): groups[number - 1]
                }
            }.joined()
        }
    }
}
