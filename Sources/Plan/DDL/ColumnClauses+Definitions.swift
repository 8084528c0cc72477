internal import Model

extension ColumnClauses {
    /// A column, key, foreign key or check, as in CREATE TABLE and behind ADD.
    mutating func definition(_ tokens: Range<Int>) -> Verdict {
        guard let first = tokens.first else { return .kept }
        var probe = cursor
        probe.index = first
        if probe.keyItem() != nil { return key(tokens) }
        if isAny(["PERIOD"])(first), isAny(["FOR"])(first + 1) { return .kept }
        guard let name = cursor.nameText(cursor.tokens[first]) else { return .kept }
        guard own.target(of: name) != nil else { return .leftOut(nil) }
        rename(first)
        return tail(tokens.dropFirst())
    }

    /// Type, attributes and place of a column.
    mutating func tail(_ tokens: Range<Int>) -> Verdict {
        var index = tokens.lowerBound
        while index < tokens.upperBound {
            if isAny(["AFTER"])(index), index + 2 == tokens.upperBound {
                let name = cursor.nameText(cursor.tokens[index + 1]) ?? ""
                if own.target(of: name) == nil { remove(index..<index + 2) } else { rename(index + 1) }
                return .kept
            }
            if isAny(["REFERENCES"])(index) {
                guard parents(index..<tokens.upperBound) else { return Self.unknownParent }
            }
            let end = behindParentheses(index)
            // The parentheses of a type hold no names.
            if end > index + 1, isAny(["AS", "CHECK", "DEFAULT"])(index - 1), !expression(index + 1..<end - 1, own) {
                return .refused("a column is computed from one that stays behind")
            }
            index = end
        }
        return .kept
    }

    private static let unknownParent = Verdict.leftOut("a foreign key to a column that stays behind was left out")

    /// A key, index or check over a column that stays behind is left out: the target cannot have it.
    private mutating func key(_ tokens: Range<Int>) -> Verdict {
        let saved = edits
        guard let open = tokens.first(where: isOpen) else { return .kept }
        let end = behindParentheses(open)
        let isCheck = isAny(["CHECK"])(open - 1)
        let isWhole = isCheck ? expression(open + 1..<end - 1, own) : parts(open + 1..<end - 1, own)
        guard isWhole, parents(end..<tokens.upperBound) else {
            edits = saved
            return .leftOut("a key or check over a column that stays behind was left out: \(text(of: tokens))")
        }
        return .kept
    }

    /// `REFERENCES t (a, b)`: the columns are the other table's. False when one of them stays behind.
    private mutating func parents(_ tokens: Range<Int>) -> Bool {
        guard let word = tokens.first(where: isAny(["REFERENCES"])), word + 1 < tokens.upperBound else { return true }
        let start = cursor.tokens[word + 1].range.lowerBound
        guard let parent = references.first(where: { $0.range.lowerBound == start }) else { return true }
        let behind = word..<tokens.upperBound
        guard let open = behind.first(where: isOpen) else { return true }
        return parts(open + 1..<behindParentheses(open) - 1, other(parent.name))
    }

    /// `a, b(10) DESC, (a + 1)`. False when a column stays behind.
    mutating func parts(_ tokens: Range<Int>, _ selection: ColumnSelection) -> Bool {
        var index = tokens.lowerBound
        var startsPart = true
        while index < tokens.upperBound {
            let end = behindParentheses(index)
            if startsPart, end > index + 1 {
                guard expression(index + 1..<end - 1, selection) else { return false }
            } else if startsPart, let name = cursor.nameText(cursor.tokens[index]) {
                guard selection.target(of: name) != nil else { return false }
                rename(index, of: selection)
            }
            startsPart = cursor.tokens[index].kind == .symbol(UInt8(ascii: ","))
            index = end
        }
        return true
    }

    /// Names the columns in an expression by their target's names. False when one of them stays behind.
    mutating func expression(_ tokens: Range<Int>, _ selection: ColumnSelection) -> Bool {
        for index in tokens where isAffected(index, of: selection) {
            guard let name = cursor.nameText(cursor.tokens[index]), selection.target(of: name) != nil
            else { return false }
            rename(index, of: selection)
        }
        return true
    }

    /// Whether the token is a column that stays behind or has another name on the target.
    func isAffected(_ index: Int, of selection: ColumnSelection) -> Bool {
        let token = cursor.tokens[index]
        guard let name = cursor.nameText(token) else { return false }
        if token.kind == .word {
            let isFunction = index + 1 < cursor.tokens.count && isOpen(index + 1)
            let isIntroducer =
                name.hasPrefix("_") && index + 1 < cursor.tokens.count
                && cursor.tokens[index + 1].kind == .string
            if isFunction || isIntroducer || Self.operators.contains(name.uppercased()) { return false }
        }
        return selection.target(of: name) != name
    }

    /// Words in expressions that are no columns.
    private static let operators: Set<String> = [
        "AND", "AS", "ASC", "BETWEEN", "BINARY", "CASE", "CHARACTER", "CHARSET", "COLLATE", "CURRENT_DATE",
        "CURRENT_TIME", "CURRENT_TIMESTAMP", "DESC", "DIV", "ELSE", "END", "ESCAPE", "FALSE", "IN", "INTERVAL", "IS",
        "LIKE", "LOCALTIME", "LOCALTIMESTAMP", "MOD", "NOT", "NULL", "OR", "REGEXP", "RLIKE", "SET", "SIGNED",
        "THEN", "TRUE", "UNKNOWN", "UNSIGNED", "USING", "WHEN", "XOR",
    ]

    // MARK: Tokens

    /// The tokens inside a stretch of the text.
    func indices(in range: Range<Int>) -> Range<Int> {
        let tokens = cursor.tokens
        let start = tokens.firstIndex { $0.range.lowerBound >= range.lowerBound } ?? tokens.count
        let end = tokens[start...].firstIndex { $0.range.lowerBound >= range.upperBound } ?? tokens.count
        return start..<end
    }

    /// The text from the first to the last of some tokens.
    func range(of tokens: Range<Int>) -> Range<Int> {
        guard let first = tokens.first else { return 0..<0 }
        return cursor.tokens[first].range.lowerBound..<cursor.tokens[tokens.upperBound - 1].range.upperBound
    }

    private func text(of tokens: Range<Int>) -> String { cursor.text(range(of: tokens)) }

    func isOpen(_ index: Int) -> Bool { cursor.tokens[index].kind == .symbol(UInt8(ascii: "(")) }

    func isAny(_ words: [StaticString]) -> (Int) -> Bool {
        { [cursor] index in
            guard cursor.tokens.indices.contains(index), cursor.tokens[index].kind == .word else { return false }
            return words.contains { cursor.matches(cursor.tokens[index].range, $0) }
        }
    }

    /// What stands in the first parentheses.
    func parentheses(in tokens: Range<Int>) -> Range<Int>? {
        tokens.first(where: isOpen).map { $0 + 1..<behindParentheses($0) - 1 }
    }

    /// The token behind the parentheses that open here; the next one where none open.
    func behindParentheses(_ index: Int) -> Int {
        var walk = cursor
        walk.index = index
        return walk.skipParentheses() ? walk.index : index + 1
    }

    /// The items between the first parentheses of CREATE TABLE, as stretches of the text, and what comes behind.
    func tableItems() -> (items: [Range<Int>], tail: Range<Int>)? {
        guard let inner = parentheses(in: cursor.tokens.indices) else { return nil }
        var items: [Range<Int>] = []
        var start = inner.lowerBound
        var index = start
        while index < inner.upperBound {
            if cursor.tokens[index].kind == .symbol(UInt8(ascii: ",")) {
                items.append(range(of: start..<index))
                start = index + 1
            }
            index = behindParentheses(index)
        }
        items.append(range(of: start..<inner.upperBound))
        return (items, inner.upperBound + 1..<cursor.tokens.count)
    }
}

extension Range<Int> {
    /// Without the leading elements for which the condition holds.
    func dropFirst(while condition: (Int) -> Bool) -> Range<Int> {
        (first { !condition($0) } ?? upperBound)..<upperBound
    }

    func dropFirst(_ count: Int = 1) -> Range<Int> { Swift.min(lowerBound + count, upperBound)..<upperBound }
}
