internal import Model

/// Walks the tokens of one statement; collects the tables that it names.
struct TokenCursor {
    let sql: [UInt8]
    let context: StatementContext
    let tokens: [SQLToken]
    var index = 0
    var references: [TableReference] = []
    var removals: [Range<Int>] = []
    var alterHead = 0..<0
    /// The items of the `ADD ( … )` that was read last.
    var pieces: [Range<Int>] = []

    init(sql: [UInt8], context: StatementContext, tokens: [SQLToken]) {
        self.sql = sql
        self.context = context
        self.tokens = tokens
    }

    var isAtEnd: Bool { index >= tokens.count }
    var token: SQLToken? { index < tokens.count ? tokens[index] : nil }
    /// Where the next token starts, or the text ends.
    var offset: Int { token?.range.lowerBound ?? sql.count }
    /// Where the last token ended.
    var end: Int { tokens.isEmpty || index == 0 ? 0 : tokens[min(index, tokens.count) - 1].range.upperBound }
    /// What was passed over since `start`.
    func range(from start: Int) -> Range<Int> { start..<max(start, end) }

    /// Whether the token `ahead` of the next one is this keyword, given in upper case.
    func isWord(_ word: StaticString, ahead: Int = 0) -> Bool {
        guard index + ahead < tokens.count, tokens[index + ahead].kind == .word else { return false }
        return matches(tokens[index + ahead].range, word)
    }

    func matches(_ range: Range<Int>, _ word: StaticString) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { expected in
            // Safe: the counts were compared, and the buffer lives for this closure.
            unsafe zip(sql[range], expected).allSatisfy { upper($0) == $1 }
        }
    }

    func isSymbol(_ symbol: Character, ahead: Int = 0) -> Bool {
        guard index + ahead < tokens.count, let value = symbol.asciiValue else { return false }
        return tokens[index + ahead].kind == .symbol(value)
    }

    mutating func accept(_ word: StaticString) -> Bool {
        guard isWord(word) else { return false }
        index += 1
        return true
    }

    /// All of the words, or none.
    mutating func accept(_ first: StaticString, _ second: StaticString, _ third: StaticString? = nil) -> Bool {
        guard isWord(first), isWord(second, ahead: 1) else { return false }
        if let third, !isWord(third, ahead: 2) { return false }
        index += third == nil ? 2 : 3
        return true
    }

    mutating func acceptAny(_ words: [StaticString]) -> Bool {
        for word in words where accept(word) { return true }
        return false
    }

    mutating func acceptSymbol(_ symbol: Character) -> Bool {
        guard isSymbol(symbol) else { return false }
        index += 1
        return true
    }

    /// The next word in upper case, passed over.
    mutating func word() -> String? {
        guard let token, token.kind == .word else { return nil }
        index += 1
        return text(token.range).uppercased()
    }

    func text(_ range: Range<Int>) -> String { String(decoding: sql[range], as: UTF8.self) }

    /// A name, quoted or not.
    mutating func name() -> String? {
        guard let token, let name = nameText(token) else { return nil }
        index += 1
        return name
    }

    func nameText(_ token: SQLToken) -> String? {
        switch token.kind {
        case .word: text(token.range)
        case .quotedName: unquoted(token.range)
        default: nil
        }
    }

    /// A name of a character set, an engine and the like: a name or a string.
    mutating func nameOrString() -> String? {
        guard let token else { return nil }
        if token.kind == .string {
            index += 1
            return unquoted(token.range)
        }
        return name()
    }

    /// The text inside the quotes, doubled quotes and, in strings, escapes resolved.
    func unquoted(_ range: Range<Int>) -> String {
        guard range.count >= 2 else { return "" }
        let quote = sql[range.upperBound - 1]
        let isString = quote != UInt8(ascii: "`") && !(quote == UInt8(ascii: "\"") && context.ansiQuotes)
        var bytes: [UInt8] = []
        var at = (range.first { sql[$0] == quote } ?? range.lowerBound) + 1
        let end = range.upperBound - 1
        while at < end {
            let byte = sql[at]
            if byte == quote {
                at += 1
            } else if byte == UInt8(ascii: "\\"), isString, !context.backslashIsPlain, at + 1 < end {
                at += 1
                // `\%` and `\_` keep their backslash, for LIKE.
                if sql[at] == UInt8(ascii: "%") || sql[at] == UInt8(ascii: "_") { bytes.append(byte) }
                bytes.append(unescaped(sql[at]))
                at += 1
                continue
            }
            bytes.append(byte)
            at += 1
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func unescaped(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "0"): 0x00
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "Z"): 0x1A
        default: byte
        }
    }
}

extension TokenCursor {
    /// `[schema.]table`, noted as a reference. An unqualified name is in `schema`, or in the session's.
    mutating func table(_ role: TableReference.Role, schema: String? = nil) -> TableName? {
        let start = offset
        // `.name` is an old way to say: in the session's schema.
        let hasLeadingDot = acceptSymbol(".")
        guard var table = name() else { return nil }
        var owner = schema ?? context.defaultSchema
        if !hasLeadingDot, isSymbol("."), let second = tokenName(ahead: 1) {
            index += 2
            owner = table
            table = second
        }
        let name = TableName(owner, table)
        references.append(TableReference(name: name, range: range(from: start), role: role))
        return name
    }

    private func tokenName(ahead: Int) -> String? {
        index + ahead < tokens.count ? nameText(tokens[index + ahead]) : nil
    }

    /// Passes over `( … )` with everything in it; false when the next token opens none or it never closes.
    mutating func skipParentheses() -> Bool {
        guard isSymbol("(") else { return false }
        var depth = 0
        while let token {
            index += 1
            if token.kind == .symbol(UInt8(ascii: "(")) { depth += 1 }
            if token.kind == .symbol(UInt8(ascii: ")")) {
                depth -= 1
                if depth == 0 { return true }
            }
        }
        return false
    }

    /// Passes over tokens until a comma or a closing parenthesis at this depth, or the end.
    mutating func skipItem() {
        while !isAtEnd, !isSymbol(","), !isSymbol(")") {
            if !skipParentheses() { index += 1 }
        }
    }

    /// `IF EXISTS`
    mutating func acceptIfExists() -> Bool { accept("IF", "EXISTS") }
    /// `IF NOT EXISTS`
    mutating func acceptIfNotExists() -> Bool { accept("IF", "NOT", "EXISTS") }

    /// `WAIT n` and `NOWAIT`: to be left out.
    mutating func acceptWait() {
        let start = offset
        if accept("NOWAIT") {
            removals.append(range(from: start))
        } else if isWord("WAIT"), index + 1 < tokens.count, tokens[index + 1].kind == .number {
            index += 2
            removals.append(range(from: start))
        }
    }
}

private func upper(_ byte: UInt8) -> UInt8 { (0x61...0x7A).contains(byte) ? byte - 0x20 : byte }
