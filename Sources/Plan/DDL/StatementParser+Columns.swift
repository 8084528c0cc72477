internal import Model

extension TokenCursor {
    /// `name type attributes`, up to a comma, a closing parenthesis, FIRST or AFTER; nil when not understood.
    mutating func column() -> ColumnSpecification? {
        guard let name = name(), let type = type() else { return nil }
        var column = ColumnSpecification(name: name, type: type)
        if type.name == "serial" {
            column.type = TypeSpecification(name: "bigint", isUnsigned: true)
            column.isNullable = false
            column.isAutoIncrement = true
            column.inlineKey = .unique
        }
        while !isAtEnd, !isSymbol(","), !isSymbol(")"), !startsPartitioning {
            if accept("FIRST") {
                column.position = .first
            } else if isWord("AFTER") {
                index += 1
                guard let other = self.name() else { return nil }
                column.position = .after(other)
            } else {
                guard attribute(of: &column) else { return nil }
            }
        }
        return column
    }

    /// Partitions may follow the last column of an ALTER without a comma.
    private var startsPartitioning: Bool {
        (isWord("PARTITION") && isWord("BY", ahead: 1)) || (isWord("REMOVE") && isWord("PARTITIONING", ahead: 1))
    }

    private mutating func attribute(of column: inout ColumnSpecification) -> Bool {
        if characterSet(into: &column.characterSet) { return true }
        if typeAttribute(of: &column) { return true }
        if accept("NOT", "NULL") { column.isNullable = false; return true }
        if accept("NULL") { column.isNullable = true; return true }
        if accept("AUTO_INCREMENT") { column.isAutoIncrement = true; return true }
        if accept("SERIAL", "DEFAULT", "VALUE") {
            column.isNullable = false
            column.isAutoIncrement = true
            column.inlineKey = column.inlineKey ?? .unique
            return true
        }
        if accept("INVISIBLE") { column.isInvisible = true; return true }
        if accept("VISIBLE") { return true }
        if accept("DEFAULT") { return defaultValue() }
        if accept("ON", "UPDATE") { return functionOrLiteral() }
        if accept("COMMENT") || accept("COLUMN_FORMAT") || accept("STORAGE") || accept("SRID") {
            index += 1
            return true
        }
        if isWord("ENGINE_ATTRIBUTE") || isWord("SECONDARY_ENGINE_ATTRIBUTE") || isWord("REF_SYSTEM_ID") {
            index += 1
            _ = acceptSymbol("=")
            index += 1
            return true
        }
        if isWord("GENERATED") || isWord("AS") { return generated(&column) }
        return keyOrConstraint(of: &column)
    }

    /// Attributes that belong to the type but may stand anywhere behind it.
    private mutating func typeAttribute(of column: inout ColumnSpecification) -> Bool {
        if accept("UNSIGNED") { column.type.isUnsigned = true; return true }
        if accept("SIGNED") { return true }
        if accept("ZEROFILL") {
            column.type.isZerofill = true
            column.type.isUnsigned = true
            return true
        }
        if accept("BINARY") { column.isBinaryCollated = true; return true }
        if accept("ASCII") { column.characterSet.characterSet = "latin1"; return true }
        if accept("UNICODE") { column.characterSet.characterSet = "ucs2"; return true }
        if accept("BYTE") { column.characterSet.characterSet = "binary"; return true }
        if accept("COMPRESSED") {
            column.type.isCompressed = true
            if acceptSymbol("=") { index += 1 }
            return true
        }
        return false
    }

    private mutating func keyOrConstraint(of column: inout ColumnSpecification) -> Bool {
        if accept("PRIMARY") {
            _ = accept("KEY")
            column.inlineKey = .primary
            return true
        }
        if accept("UNIQUE") {
            _ = accept("KEY")
            column.inlineKey = column.inlineKey ?? .unique
            return true
        }
        if accept("KEY") { column.inlineKey = .primary; return true }
        if accept("CONSTRAINT") {
            if !isWord("CHECK") { return name() != nil }
            return true
        }
        if accept("CHECK") { return skipParentheses() }
        if accept("NOT", "ENFORCED") || accept("ENFORCED") { return true }
        if accept("REFERENCES") { return foreignKeyTail() }
        if accept("WITH", "SYSTEM", "VERSIONING") { column.isVersioned = true; return true }
        return accept("WITHOUT", "SYSTEM", "VERSIONING")
    }

    /// Behind an inline REFERENCES; the table itself is noted by `collectForeignKeys`.
    private mutating func foreignKeyTail() -> Bool {
        guard name() != nil else { return false }
        if acceptSymbol("."), name() == nil { return false }
        if isSymbol("("), !skipParentheses() { return false }
        while accept("MATCH") || isWord("ON") {
            if accept("ON") { index += 1 }
            if accept("SET", "NULL") || accept("SET", "DEFAULT") || accept("NO", "ACTION") { continue }
            index += 1
        }
        return true
    }

    /// `GENERATED ALWAYS AS ( … ) [VIRTUAL | STORED | PERSISTENT]`
    private mutating func generated(_ column: inout ColumnSpecification) -> Bool {
        _ = accept("GENERATED", "ALWAYS")
        if accept("AS", "ROW", "START") || accept("AS", "ROW", "END") {
            column.generated = .stored
            column.isPeriodBound = true
            column.isNullable = false
            return true
        }
        guard accept("AS"), skipParentheses() else { return false }
        column.generated = .virtual
        if acceptAny(["STORED", "PERSISTENT"]) { column.generated = .stored }
        _ = accept("VIRTUAL")
        return true
    }

    private mutating func defaultValue() -> Bool {
        guard functionOrLiteral() else { return false }
        // DEFAULT CURRENT_TIMESTAMP ON UPDATE … goes on in the caller; expressions such as 1 + 1 need parentheses
        // on MySQL, and on MariaDB stand alone.
        while let token, case .symbol(let symbol) = token.kind, "+-*/%|&".utf8.contains(symbol) {
            index += 1
            guard functionOrLiteral() else { return false }
        }
        return true
    }

    /// `( … )`, `name( … )`, `NEXT VALUE FOR s`, `_charset'…'`, a literal with its sign.
    private mutating func functionOrLiteral() -> Bool {
        if isSymbol("(") { return skipParentheses() }
        if isSymbol("-") || isSymbol("+") { index += 1 }
        guard let token else { return false }
        if accept("NEXT", "VALUE", "FOR") { return name() != nil && (!acceptSymbol(".") || name() != nil) }
        index += 1
        switch token.kind {
        case .word, .quotedName:
            if isIntroduced(token) {
                index += 1
            } else if isSymbol("(") {
                return skipParentheses()
            } else if acceptSymbol(".") {
                return name() != nil && (!isSymbol("(") || skipParentheses())
            }
            return true
        case .string:
            // 'a' 'b' is one literal.
            while self.token?.kind == .string { index += 1 }
            return true
        case .number, .variable: return true
        case .symbol: return false
        }
    }

    /// Whether a string follows a `_charset`, or DATE, TIME, TIMESTAMP.
    private func isIntroduced(_ token: SQLToken) -> Bool {
        let isIntroducer = sql[token.range.lowerBound] == UInt8(ascii: "_")
        // _latin1 0x41
        if self.token?.kind == .number { return isIntroducer }
        guard self.token?.kind == .string else { return false }
        return isIntroducer || matches(token.range, "DATE")
            || matches(token.range, "TIME") || matches(token.range, "TIMESTAMP")
    }
}
