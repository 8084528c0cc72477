import Model
import Synchronization

/// One side of a table pattern: what a schema's or a table's name must look like.
package enum NamePattern: Sendable, Equatable {
    /// In backticks: compared letter by letter.
    case exact(String)
    /// A plain name, compared without case, as otter does.
    case single(String)
    /// `prefix[first-last]suffix`, written out in order; compared without case.
    case enumeration([String])
    /// `*`: every name.
    case all
    /// A regular expression that must match the whole name, without case.
    case expression(NameExpression)

    /// Names that one enumeration may stand for.
    static let enumerationLimit = 65_536
    /// Bytes of one side of a pattern.
    static let textLimit = 512

    /// Reads one side of a pattern, without backticks.
    ///
    /// - Throws: `LutraError` with `pattern-invalid`.
    static func parse(_ text: String) throws(LutraError) -> NamePattern {
        guard !text.isEmpty else { throw invalid("a name is empty", text) }
        guard text.utf8.count <= textLimit else { throw invalid("the pattern is too long", text) }
        if text == "*" || text == ".*" { return .all }
        let ranges = text.matches(of: #/\[([0-9]+)-([0-9]+)\]/#)
        if ranges.count == 1, let range = ranges.first {
            let prefix = String(text[..<range.range.lowerBound])
            let suffix = String(text[range.range.upperBound...])
            if !isExpression(prefix), !isExpression(suffix) {
                return .enumeration(try enumerate(prefix, String(range.1), String(range.2), suffix, text))
            }
        }
        // As characters, `[0000-0031]` would mean one of 0, 1 and 3: never what was meant.
        if ranges.contains(where: { $0.1.count > 1 || $0.2.count > 1 }) {
            throw invalid(
                "an enumeration stands alone in a name: no second one and no regular expression beside it", text)
        }
        return isExpression(text) ? .expression(try NameExpression(text)) : .single(text)
    }

    private static func isExpression(_ text: String) -> Bool {
        text.utf8.contains { "*?+|(){}[]\\$^.".utf8.contains($0) }
    }

    /// Padded to the bounds' width when both are equally long and the first begins with 0 (otter's rule).
    private static func enumerate(
        _ prefix: String, _ first: String, _ last: String, _ suffix: String, _ text: String
    ) throws(LutraError) -> [String] {
        guard let low = Int(first), let high = Int(last), low <= high else {
            throw invalid("an enumeration must go upwards", text)
        }
        guard high - low < enumerationLimit else {
            throw invalid("an enumeration has more than \(enumerationLimit) names", text)
        }
        let width = first.count == last.count && first.hasPrefix("0") ? first.count : 0
        return (low...high).map { number in
            let digits = String(number)
            return prefix + String(repeating: "0", count: max(0, width - digits.count)) + digits + suffix
        }
    }

    static func invalid(_ message: String, _ text: String) -> LutraError {
        LutraError(.patternInvalid, message, place: ["pattern": text])
    }

    /// Whether the name fits; with capture groups where the side is an expression.
    ///
    /// - Parameter foldsCase: whether the server keeps names without case, so that even exact names are compared so.
    func match(_ name: String, foldsCase: Bool) -> NameMatch? {
        switch self {
        case .exact(let wanted):
            wanted == name || foldsCase && wanted.lowercased() == name.lowercased() ? NameMatch() : nil
        case .single(let wanted):
            wanted.lowercased() == name.lowercased() ? NameMatch() : nil
        case .enumeration(let names):
            names.firstIndex { $0.lowercased() == name.lowercased() }.map { NameMatch(index: $0) }
        case .all: NameMatch()
        case .expression(let expression): expression.groups(name).map { NameMatch(groups: $0) }
        }
    }

    /// otter's order: names before enumerations before patterns.
    var rank: Int {
        switch self {
        case .exact, .single: 0
        case .enumeration: 1
        case .all, .expression: 3
        }
    }

    var groupCount: Int {
        if case .expression(let expression) = self { expression.groupCount } else { 0 }
    }

    /// The name when the side is one name.
    package var name: String? {
        switch self {
        case .exact(let name), .single(let name): name
        default: nil
        }
    }
}

/// How a name fitted one side of a pattern.
struct NameMatch: Equatable {
    /// Its place in an enumeration.
    var index: Int?
    /// What the capture groups held, the first group first; empty where a group took no part.
    var groups: [String] = []
}

/// A regular expression for a whole name.
package final class NameExpression: Sendable, Equatable {
    let text: String
    let groupCount: Int
    /// The compiled form is not Sendable, hence the lock; it is used once per table, not per row.
    private let compiled: Mutex<Regex<AnyRegexOutput>>

    init(_ text: String) throws(LutraError) {
        self.text = text
        do {
            // `\w` must not depend on how letters combine: names are compared code point by code point.
            let regex = try Regex(text).ignoresCase().matchingSemantics(.unicodeScalar)
            compiled = Mutex(regex)
        } catch {
            throw LutraError(
                .patternInvalid, "not a regular expression", place: ["pattern": text], cause: "\(error)")
        }
        groupCount = Self.countGroups(text)
    }

    package static func == (left: NameExpression, right: NameExpression) -> Bool { left.text == right.text }

    /// The capture groups' texts; nil when the name does not fit.
    func groups(_ name: String) -> [String]? {
        compiled.withLock { regex -> [String]? in
            guard let match = try? regex.wholeMatch(in: name) else { return nil }
            return match.output.dropFirst().map { $0.substring.map(String.init) ?? "" }
        }
    }

    /// Opening brackets that capture: not escaped, not within `[…]`, not `(?…` unless they are named.
    private static func countGroups(_ text: String) -> Int {
        var count = 0
        var isEscaped = false
        var isClass = false
        var rest = Substring(text)
        while let character = rest.popFirst() {
            if isEscaped {
                isEscaped = false
                continue
            }
            switch character {
            case "\\": isEscaped = true
            case "[": isClass = true
            case "]": isClass = false
            case "(" where !isClass:
                let isNamed = rest.hasPrefix("?<") && !rest.hasPrefix("?<=") && !rest.hasPrefix("?<!")
                if !rest.hasPrefix("?") || isNamed { count += 1 }
            default: break
            }
        }
        return count
    }
}
