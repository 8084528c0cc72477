internal import Model

extension TokenCursor {
    /// Behind `CREATE [OR REPLACE] [TEMPORARY] TABLE`.
    mutating func createTable(isTemporary: Bool, orReplace: Bool) -> DDLStatement {
        let ifNotExists = acceptIfNotExists()
        guard let name = table(.target) else { return .unknown }
        var create = CreateTable(name: name)
        create.isTemporary = isTemporary
        create.ifNotExists = ifNotExists
        create.orReplace = orReplace
        if isWord("LIKE") || (isSymbol("(") && isWord("LIKE", ahead: 1)) {
            let isEnclosed = acceptSymbol("(")
            index += 1
            create.like = table(.likeSource)
            if isEnclosed { _ = acceptSymbol(")") }
            return create.like == nil ? .unknown : .createTable(create)
        }
        guard isSymbol("("), !isWord("SELECT", ahead: 1), !isWord("WITH", ahead: 1) else {
            create.isSelect = true
            return .createTable(create)
        }
        let start = index
        create.body = tableBody()
        if create.body == nil {
            index = start
            guard skipParentheses() else { return .unknown }
        }
        let isWhole = tableOptions(of: &create)
        if !isWhole { create.body = nil }
        return .createTable(create)
    }

    /// `( column or key, … )`; nil when something in it is not understood.
    private mutating func tableBody() -> TableBody? {
        guard acceptSymbol("(") else { return nil }
        var body = TableBody()
        repeat {
            guard tableItem(into: &body) else { return nil }
        } while acceptSymbol(",")
        guard acceptSymbol(")") else { return nil }
        return body
    }

    private mutating func tableItem(into body: inout TableBody) -> Bool {
        if let key = keyItem() {
            switch key {
            case .addKey(var specification):
                specification.otherKeysBefore = body.otherKeyNames.count
                body.keys.append(specification)
            case .addIndex(let name): if let name { body.otherKeyNames.append(name) }
            case .unknown: return false
            default: break
            }
            return true
        }
        if isWord("PERIOD"), isWord("FOR", ahead: 1) {
            guard let columns = period() else { return false }
            body.periodColumns += columns
            return true
        }
        guard let column = column() else { return false }
        body.columns.append(column)
        if column.isVersioned { body.isVersioned = true }
        return true
    }

    /// Options behind the column list, up to partitions, SELECT or the end. False when columns may follow from
    /// something else than the list.
    private mutating func tableOptions(of create: inout CreateTable) -> Bool {
        while !isAtEnd {
            if isWord("PARTITION") {
                skipPartitions()
                continue
            }
            let start = offset
            if accept("START", "TRANSACTION") {
                removals.append(range(from: start))
            } else if accept("WITH", "SYSTEM", "VERSIONING") {
                create.body?.isVersioned = true
            } else if isWord("SELECT") || isWord("AS") || isWord("WITH") || isSymbol("(") {
                create.isSelect = true
                return false
            } else if isWord("ENGINE") || isWord("TYPE") {
                index += 1
                _ = acceptSymbol("=")
                create.body?.engine = engineName()
            } else {
                tableOption(into: &create.body)
            }
        }
        return true
    }

    /// The name of an engine, as the server prints it.
    mutating func engineName() -> String? {
        guard let name = nameOrString() else { return nil }
        return ["merge": "MRG_MyISAM", "heap": "MEMORY"][name.lowercased()] ?? name
    }

    /// `PERIOD FOR name (a, b)`: the columns, which cannot be NULL; none for the system's own period.
    mutating func period() -> [String]? {
        guard accept("PERIOD", "FOR"), let period = name() else { return nil }
        var key = KeySpecification(name: period, isPrimary: false, columns: [])
        guard keyParts(into: &key) else { return nil }
        return period.uppercased() == "SYSTEM_TIME" ? [] : key.columns.compactMap(\.self)
    }

    private mutating func tableOption(into body: inout TableBody?) {
        var choice = body?.characterSet ?? CharacterSetChoice()
        if characterSet(into: &choice) {
            body?.characterSet = choice
        } else if accept("UNION") {
            _ = acceptSymbol("=")
            _ = skipParentheses()
        } else {
            index += 1
            if acceptSymbol("=") { index += 1 }
        }
    }

    /// `PARTITION BY … ( … )`: nothing in it concerns columns, but words in it look like options.
    mutating func skipPartitions() {
        while !isAtEnd, !isWord("SELECT"), !isWord("AS"), !isWord("START") {
            if !skipParentheses() { index += 1 }
        }
    }

    /// A key, foreign key or check of a table, as in CREATE TABLE and behind ADD; nil when it is a column.
    mutating func keyItem() -> AlterAction.Kind? {
        let start = index
        var constraint: String?
        let isConstraint = accept("CONSTRAINT")
        if isConstraint {
            _ = acceptIfNotExists()
            if !isKeyWord { constraint = name() }
        }
        if isWord("CHECK"), isSymbol("(", ahead: 1) {
            skipItem()
            return .addCheck(constraint)
        }
        if accept("FOREIGN", "KEY") {
            _ = acceptIfNotExists()
            let index = isSymbol("(") ? nil : name()
            skipItem()
            return .addForeignKey(constraint ?? index)
        }
        if accept("PRIMARY", "KEY") {
            return uniqueKey(KeySpecification(name: "PRIMARY", isPrimary: true, columns: []))
        }
        if isWord("UNIQUE") {
            index += 1
            _ = acceptAny(["KEY", "INDEX"])
            return uniqueKey(KeySpecification(name: constraint, isPrimary: false, columns: []))
        }
        if let other = plainIndex() { return other }
        index = start
        return isConstraint ? .unknown : nil
    }

    private var isKeyWord: Bool {
        isWord("CHECK") || isWord("FOREIGN") || isWord("PRIMARY") || isWord("UNIQUE")
    }

    private mutating func uniqueKey(_ key: KeySpecification) -> AlterAction.Kind {
        var key = key
        _ = acceptIfNotExists()
        if !isSymbol("("), !isWord("USING"), let name = name(), !key.isPrimary { key.name = name }
        if accept("USING") || accept("TYPE") { index += 1 }
        guard keyParts(into: &key) else { return .unknown }
        skipItem()
        return .addKey(key)
    }

    /// The first name behind the parenthesis that comes next.
    private var firstPart: String? { index + 1 < tokens.count ? nameText(tokens[index + 1]) : nil }

    private mutating func plainIndex() -> AlterAction.Kind? {
        let isSpecial = isWord("FULLTEXT") || isWord("SPATIAL") || (isWord("VECTOR") && isWord("INDEX", ahead: 1))
        if isSpecial {
            index += 1
            _ = acceptAny(["KEY", "INDEX"])
        } else {
            // `KEY` and `INDEX` are reserved: a column of that name has quotes.
            guard acceptAny(["KEY", "INDEX"]) else { return nil }
        }
        _ = acceptIfNotExists()
        var name = isSymbol("(") || isWord("USING") ? nil : name()
        if name == nil {
            if accept("USING") { index += 1 }
            // The server calls it after its first column.
            name = isSymbol("(", ahead: 1) ? "functional_index" : firstPart
        }
        skipItem()
        return .addIndex(name)
    }
}
