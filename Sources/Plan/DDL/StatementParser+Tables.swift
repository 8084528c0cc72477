internal import Model

extension TokenCursor {
    /// Behind `DROP [TEMPORARY] TABLE`.
    mutating func dropTable(isTemporary: Bool) -> DDLStatement {
        let ifExists = acceptIfExists()
        var names: [TableName] = []
        repeat {
            guard let name = table(.target) else { return .unknown }
            names.append(name)
        } while acceptSymbol(",")
        acceptWait()
        _ = acceptAny(["RESTRICT", "CASCADE"])
        return isAtEnd ? .dropTable(names, ifExists: ifExists, isTemporary: isTemporary) : .unknown
    }

    /// Behind `RENAME`.
    mutating func rename() -> DDLStatement {
        guard accept("TABLE") || accept("TABLES") else {
            return accept("USER") ? .other(kind: "RENAME USER") : .unknown
        }
        let ifExists = acceptIfExists()
        var renames: [TableRename] = []
        repeat {
            guard let from = table(.target) else { return .unknown }
            acceptWait()
            guard accept("TO"), let to = table(.renameTo) else { return .unknown }
            renames.append(TableRename(from: from, to: to))
        } while acceptSymbol(",")
        return isAtEnd ? .renameTable(renames, ifExists: ifExists) : .unknown
    }

    /// Behind `TRUNCATE`.
    mutating func truncate() -> DDLStatement {
        _ = accept("TABLE")
        guard let name = table(.target) else { return .unknown }
        acceptWait()
        _ = acceptAny(["DROP", "REUSE"])
        _ = accept("STORAGE")
        return isAtEnd ? .truncateTable(name) : .unknown
    }

    /// Behind `CREATE [UNIQUE | FULLTEXT | SPATIAL] INDEX`.
    mutating func createIndex(isUnique: Bool, orReplace: Bool) -> DDLStatement {
        _ = acceptIfNotExists()
        guard let name = name() else { return .unknown }
        if accept("USING") || accept("TYPE") { index += 1 }
        guard accept("ON"), let table = table(.target) else { return .unknown }
        acceptWait()
        var key = KeySpecification(name: name, isPrimary: false, columns: [])
        guard keyParts(into: &key) else { return .unknown }
        removeHints()
        return .createIndex(name: name, table: table, key: isUnique ? key : nil, orReplace: orReplace)
    }

    /// Behind `DROP INDEX`.
    mutating func dropIndex() -> DDLStatement {
        _ = acceptIfExists()
        guard let name = name(), accept("ON"), let table = table(.target) else { return .unknown }
        acceptWait()
        removeHints()
        return isAtEnd ? .dropIndex(name: name, table: table) : .unknown
    }

    /// Marks `ALGORITHM [=] x` and `LOCK [=] x` up to the end for removal.
    private mutating func removeHints() {
        while !isAtEnd {
            let start = offset
            if accept("ALGORITHM") || accept("LOCK") {
                _ = acceptSymbol("=")
                index += 1
                removals.append(range(from: start))
            } else if !skipParentheses() {
                index += 1
            }
        }
    }

    /// `(a, b(10) DESC, (expression))`
    mutating func keyParts(into key: inout KeySpecification) -> Bool {
        guard acceptSymbol("(") else { return false }
        repeat {
            if isSymbol("(") {
                guard skipParentheses() else { return false }
                key.columns.append(nil)
            } else {
                guard let column = name() else { return false }
                key.columns.append(column)
                if isSymbol("(") {
                    guard skipParentheses() else { return false }
                    key.hasPrefixParts = true
                }
            }
            _ = acceptAny(["ASC", "DESC"])
            if accept("WITHOUT", "OVERLAPS") {
                key.columns.removeLast()
                key.coversPeriod = true
            }
        } while acceptSymbol(",")
        return acceptSymbol(")")
    }
}

extension TokenCursor {
    /// INSERT, UPDATE, DELETE, REPLACE, LOAD DATA, also behind WITH or SET STATEMENT … FOR; nil for anything else.
    mutating func rowStatement() -> DDLStatement? {
        if isWord("SET"), isWord("STATEMENT", ahead: 1) {
            while !isAtEnd, !accept("FOR") { index += 1 }
        }
        if isWord("WITH") {
            while !isAtEnd, !["UPDATE", "DELETE", "INSERT", "REPLACE"].contains(where: { isPlainWord($0) }) {
                if !skipParentheses() { index += 1 }
            }
        }
        guard let verb = word() else { return nil }
        switch verb {
        case "INSERT", "REPLACE":
            skipModifiers()
            _ = accept("INTO")
            return rows(verb, table(.target).map { [$0] })
        case "UPDATE":
            skipModifiers()
            return rows(verb, tableList(until: "SET"))
        case "DELETE":
            skipModifiers()
            _ = accept("FROM")
            return rows(verb, tableList(until: "WHERE"))
        case "LOAD":
            guard isWord("DATA") || isWord("XML") else { return nil }
            while !isAtEnd, !accept("INTO", "TABLE") { index += 1 }
            return rows(verb, table(.target).map { [$0] })
        default:
            return nil
        }
    }

    private func isPlainWord(_ word: String) -> Bool {
        guard let token, token.kind == .word else { return false }
        return text(token.range).uppercased() == word
    }

    private func rows(_ kind: String, _ tables: [TableName]?) -> DDLStatement {
        .rowStatement(kind: kind, tables: tables ?? [])
    }

    private mutating func skipModifiers() {
        while acceptAny(["LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED", "QUICK", "IGNORE"]) {}
    }

    /// The tables of `t1 a JOIN s.t2 ON …, t3`, up to a keyword; also `DELETE t1, t2.* FROM …`.
    private mutating func tableList(until stop: StaticString) -> [TableName]? {
        var tables: [TableName] = []
        var isExpected = true
        while !isAtEnd, !isWord(stop), !isWord("ORDER"), !isWord("LIMIT") {
            if acceptAny(["JOIN", "STRAIGHT_JOIN", "FROM"]) || (!isExpected && accept("USING")) || acceptSymbol(",") {
                isExpected = true
            } else if isExpected, let name = table(.target) {
                tables.append(name)
                isExpected = false
            } else if !skipParentheses() {
                index += 1
            }
        }
        return tables
    }
}
