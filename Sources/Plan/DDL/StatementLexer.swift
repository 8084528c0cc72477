/// One piece of SQL text. Comments and blanks are none.
package struct SQLToken: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        /// A keyword or a name without quotes.
        case word
        /// A name in backticks, or in double quotes under ANSI_QUOTES.
        case quotedName
        /// A string with its quotes, `x'…'`, `b'…'` and `N'…'` included.
        case string
        case number
        /// One character of punctuation; `:=`, `->` and the like come as several.
        case symbol(UInt8)
        /// `@name`, `@@name`.
        case variable
    }

    package var kind: Kind
    /// Bytes of the statement.
    package var range: Range<Int>
}

/// A comment that the server runs: `/*!50100 … */`, `/*M!100200 … */`.
package struct VersionComment: Equatable, Sendable {
    /// From `/*` to behind `*/`.
    package var range: Range<Int>
    /// `/*!50100`.
    package var opening: Range<Int>
    /// Whether the server that wrote the statement ran the content.
    package var isExecuted: Bool
}

/// Cuts a statement into tokens. Total: any bytes give tokens or nil, in one pass.
package struct StatementLexer {
    package private(set) var tokens: [SQLToken] = []
    package private(set) var versionComments: [VersionComment] = []
    /// Whether there were more tokens than the limit.
    package private(set) var isCut = false

    private let sql: [UInt8]
    private let context: StatementContext
    private var at = 0
    private var openComment: (start: Int, contentStart: Int)?

    /// Tokens that are read at most; the servers' largest table definitions stay far below.
    package static let tokensMax = 400_000

    /// Nil when a quote or a comment does not end.
    package init?(_ sql: [UInt8], context: StatementContext, limit: Int = StatementLexer.tokensMax) {
        self.sql = sql
        self.context = context
        while at < sql.count {
            if tokens.count >= limit {
                isCut = true
                return
            }
            guard step() else { return nil }
        }
        if openComment != nil { return nil }
    }

    private func byte(_ offset: Int = 0) -> UInt8 { offset < sql.count - at ? sql[at + offset] : 0 }

    /// Reads one token or passes over one comment or blank; false when it does not end.
    private mutating func step() -> Bool {
        let first = sql[at]
        switch first {
        case 0x00...0x20:
            at += 1
        case UInt8(ascii: "#"):
            skipLine()
        case UInt8(ascii: "-") where byte(1) == UInt8(ascii: "-") && (at + 2 >= sql.count || byte(2) <= 0x20):
            skipLine()
        case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"):
            return comment()
        case UInt8(ascii: "*") where byte(1) == UInt8(ascii: "/") && openComment != nil:
            closeVersionComment()
        case UInt8(ascii: "'"):
            return quoted(.string, from: at)
        case UInt8(ascii: "\""):
            return quoted(context.ansiQuotes ? .quotedName : .string, from: at)
        case UInt8(ascii: "`"):
            return quoted(.quotedName, from: at)
        case UInt8(ascii: "@"):
            return variable()
        case _ where isWordByte(first):
            return word()
        case UInt8(ascii: ".") where isDigit(byte(1)) && !followsName:
            number()
        default:
            add(.symbol(first), to: at + 1)
        }
        return true
    }

    private mutating func add(_ kind: SQLToken.Kind, to end: Int) {
        tokens.append(SQLToken(kind: kind, range: at..<end))
        at = end
    }

    private mutating func skipLine() {
        while at < sql.count, sql[at] != 0x0A { at += 1 }
    }

    /// Whether the token before ends right here and can be the left side of `.name`.
    private var followsName: Bool {
        guard let last = tokens.last, last.range.upperBound == at else { return false }
        return last.kind == .word || last.kind == .quotedName
    }

    /// A string or a quoted name: the quote doubled stands for itself, a backslash escapes in strings.
    private mutating func quoted(_ kind: SQLToken.Kind, from start: Int) -> Bool {
        let quote = sql[at]
        var end = at + 1
        while end < sql.count {
            if sql[end] == quote {
                if end + 1 < sql.count, sql[end + 1] == quote {
                    end += 2
                    continue
                }
                at = start
                add(kind, to: end + 1)
                return true
            }
            let isEscape = sql[end] == UInt8(ascii: "\\") && kind == .string && !context.backslashIsPlain
            end += isEscape ? 2 : 1
        }
        return false
    }

    private mutating func variable() -> Bool {
        var end = at + 1
        if end < sql.count, sql[end] == UInt8(ascii: "@") { end += 1 }
        if end < sql.count, [UInt8(ascii: "`"), UInt8(ascii: "'"), UInt8(ascii: "\"")].contains(sql[end]) {
            let start = at
            at = end
            return quoted(.variable, from: start)
        }
        while end < sql.count, isWordByte(sql[end]) || sql[end] == UInt8(ascii: ".") { end += 1 }
        add(.variable, to: end)
        return true
    }

    private mutating func word() -> Bool {
        var end = at
        var onlyDigits = true
        while end < sql.count, isWordByte(sql[end]) {
            if !isDigit(sql[end]) { onlyDigits = false }
            end += 1
        }
        let isQualified = tokens.last?.kind == .symbol(UInt8(ascii: ".")) && tokens.last?.range.upperBound == at
        if isDigit(sql[at]), !isQualified, onlyDigits || startsNumber(end) {
            number()
            return true
        }
        // x'00', b'01', N'text': one literal.
        if end - at == 1, end < sql.count, sql[end] == UInt8(ascii: "'"), "xXbBnN".utf8.contains(sql[at]) {
            let start = at
            at = end
            return quoted(.string, from: start)
        }
        add(.word, to: end)
        return true
    }

    /// Whether the run of word bytes up to `end`, which begins with a digit, is `0x1F`, `0b01` or `1e5`.
    private func startsNumber(_ end: Int) -> Bool {
        if byte() == UInt8(ascii: "0"), end - at > 2,
            byte(1) | 0x20 == UInt8(ascii: "x") || byte(1) == UInt8(ascii: "b")
        {
            return true
        }
        var rest = at
        while rest < end, isDigit(sql[rest]) { rest += 1 }
        guard rest < end, sql[rest] | 0x20 == UInt8(ascii: "e") else { return false }
        let isSigned =
            rest + 1 == end && end < sql.count && (sql[end] == UInt8(ascii: "+") || sql[end] == UInt8(ascii: "-"))
        return isSigned || (rest + 1 < end && sql[(rest + 1)..<end].allSatisfy(isDigit))
    }

    private mutating func number() {
        var end = at
        while end < sql.count {
            let isSign = sql[end] == UInt8(ascii: "+") || sql[end] == UInt8(ascii: "-")
            if isSign, end > at, sql[end - 1] | 0x20 == UInt8(ascii: "e") {
                end += 1
            } else if isWordByte(sql[end]) || sql[end] == UInt8(ascii: ".") {
                end += 1
            } else {
                break
            }
        }
        add(.number, to: end)
    }
}

extension StatementLexer {
    private mutating func comment() -> Bool {
        let isPlain = byte(2) == UInt8(ascii: "!")
        let isMariaDB = (byte(2) == UInt8(ascii: "M") || byte(2) == UInt8(ascii: "m")) && byte(3) == UInt8(ascii: "!")
        guard isPlain || isMariaDB, openComment == nil else { return skipComment() }
        let start = at
        var content = at + (isMariaDB ? 4 : 3)
        var version = 0
        var digits = 0
        while digits < 6, content < sql.count, isDigit(sql[content]) {
            version = version * 10 + Int(sql[content] - 0x30)
            content += 1
            digits += 1
        }
        if digits > 0, digits < 5 {
            content -= digits
            version = 0
        }
        if context.dialect.executes(comment: version, forMariaDBOnly: isMariaDB) {
            openComment = (start, content)
            at = content
            return true
        }
        guard skipComment() else { return false }
        versionComments.append(VersionComment(range: start..<at, opening: start..<content, isExecuted: false))
        return true
    }

    /// Passes over a comment that is not run.
    private mutating func skipComment() -> Bool {
        var end = at + 2
        while end + 1 < sql.count {
            if sql[end] == UInt8(ascii: "*"), sql[end + 1] == UInt8(ascii: "/") {
                at = end + 2
                return true
            }
            end += 1
        }
        return false
    }

    private mutating func closeVersionComment() {
        guard let open = openComment else { return }
        versionComments.append(
            VersionComment(range: open.start..<at + 2, opening: open.start..<open.contentStart, isExecuted: true))
        openComment = nil
        at += 2
    }
}

private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

/// Bytes of names without quotes: letters, digits, `$`, `_` and everything beyond ASCII.
func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x24, 0x5F, 0x80...0xFF: true
    default: false
    }
}
