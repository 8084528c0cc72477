package import Model

/// A condition on a column, as `--where` and `--key` take it.
package struct Predicate: Equatable, Sendable {
    package enum Comparison: Sendable { case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, like }
    package enum Test: Equatable, Sendable {
        case compare(Comparison, String)
        case null, notNull
    }

    package let column: String
    package let test: Test

    package init(column: String, test: Test) {
        self.column = column
        self.test = test
    }

    /// Reads conditions joined by AND: `id = 5 and name like 'A%' and note is null`.
    ///
    /// - Throws: `LutraError` with `usage`.
    package static func parse(_ text: String) throws(LutraError) -> [Predicate] {
        var scanner = PredicateScanner(text)
        var found: [Predicate] = []
        repeat {
            guard let predicate = scanner.predicate() else {
                throw LutraError(
                    .usage, "a condition cannot be read", place: ["condition": text],
                    hint: "write COLUMN OPERATOR VALUE with =, !=, <, <=, >, >=, like, 'is null' or 'is not null', "
                        + "joined by and: id=5 and name like 'A%'")
            }
            found.append(predicate)
        } while scanner.takeWord("and")
        guard scanner.isAtEnd else {
            throw LutraError(
                .usage, "something follows a condition that is not joined by and", place: ["condition": text],
                hint: "quote values with blanks: name = 'Ann B.'")
        }
        return found
    }
}

/// Cuts a condition into its words.
private struct PredicateScanner {
    private var rest: Substring

    init(_ text: String) { rest = text[...] }

    var isAtEnd: Bool { rest.allSatisfy(\.isWhitespace) }

    private mutating func skipBlanks() { rest = rest.drop(while: \.isWhitespace) }

    mutating func takeWord(_ word: String) -> Bool {
        skipBlanks()
        guard rest.prefix(word.count).lowercased() == word else { return false }
        let after = rest.dropFirst(word.count)
        guard after.first.map({ $0.isWhitespace || $0 == "'" || $0 == "\"" }) ?? true else { return false }
        rest = after
        return true
    }

    private mutating func take(_ mark: String) -> Bool {
        skipBlanks()
        guard rest.hasPrefix(mark) else { return false }
        rest = rest.dropFirst(mark.count)
        return true
    }

    mutating func predicate() -> Predicate? {
        guard let column = name() else { return nil }
        if takeWord("is") {
            let isNot = takeWord("not")
            return takeWord("null") ? Predicate(column: column, test: isNot ? .notNull : .null) : nil
        }
        guard let comparison = comparison(), let value = value() else { return nil }
        return Predicate(column: column, test: .compare(comparison, value))
    }

    private mutating func comparison() -> Predicate.Comparison? {
        if takeWord("like") { return .like }
        let marks: [(String, Predicate.Comparison)] = [
            ("!=", .notEqual), ("<>", .notEqual), ("<=", .lessOrEqual), (">=", .greaterOrEqual), ("==", .equal),
            ("=", .equal), ("<", .less), (">", .greater),
        ]
        for (mark, comparison) in marks where take(mark) { return comparison }
        return nil
    }

    /// A name, plain or in backticks.
    private mutating func name() -> String? {
        skipBlanks()
        if rest.first == "`" { return quoted("`") }
        let name = rest.prefix { !$0.isWhitespace && !"=!<>".contains($0) }
        rest = rest.dropFirst(name.count)
        return name.isEmpty ? nil : String(name)
    }

    /// A value in quotes, where a doubled quote is one, or all up to a blank.
    private mutating func value() -> String? {
        skipBlanks()
        if let quote = rest.first, quote == "'" || quote == "\"" { return quoted(quote) }
        let word = rest.prefix { !$0.isWhitespace }
        rest = rest.dropFirst(word.count)
        return word.isEmpty ? nil : String(word)
    }

    private mutating func quoted(_ quote: Character) -> String? {
        rest = rest.dropFirst()
        var text = ""
        while let character = rest.popFirst() {
            if character != quote {
                text.append(character)
            } else if rest.first == quote {
                text.append(quote)
                rest = rest.dropFirst()
            } else {
                return text
            }
        }
        return nil
    }
}
