internal import Model

extension TokenCursor {
    /// Behind `ALTER [ONLINE] [IGNORE] TABLE`; `first` is the index of the word TABLE.
    mutating func alterTable(from first: Int) -> DDLStatement {
        // ONLINE is left out: how the target does it is the target's affair.
        for token in tokens[..<first].dropFirst() where matches(token.range, "ONLINE") { removals.append(token.range) }
        _ = acceptIfExists()
        guard let name = table(.target) else { return .unknown }
        alterHead = (tokens.first?.range.lowerBound ?? 0)..<end
        acceptWait()
        var actions: [AlterAction] = []
        while !isAtEnd {
            let start = offset
            let before = index
            pieces = []
            let kind = action()
            // Options may follow each other without commas; each is an action of its own.
            if index == before { index += 1 }
            if kind == .unknown { skipItem() }
            actions.append(AlterAction(range: range(from: start), kind: kind, pieces: pieces))
            _ = acceptSymbol(",")
        }
        return .alterTable(name, actions: actions)
    }

    private mutating func action() -> AlterAction.Kind {
        if accept("ADD") { return add() }
        if accept("DROP") { return drop() }
        if accept("MODIFY") { return change(isModify: true) }
        if accept("CHANGE") { return change(isModify: false) }
        if accept("RENAME") { return rename() }
        if accept("ALTER") { return alterPart() }
        if isWord("CONVERT"), isWord("TO", ahead: 1) { return convert() }
        if accept("ALGORITHM") || accept("LOCK") {
            _ = acceptSymbol("=")
            index += 1
            return .executionHint
        }
        if accept("WITH", "VALIDATION") || accept("WITHOUT", "VALIDATION") { return .executionHint }
        return isWord("ORDER") || isWord("FORCE") || isWord("ENABLE") || isWord("DISABLE")
            ? skipped(.harmless) : option()
    }

    private mutating func skipped(_ kind: AlterAction.Kind) -> AlterAction.Kind {
        skipItem()
        return kind
    }

    /// Options of the table, partition clauses and what else begins with a word of its own.
    private mutating func option() -> AlterAction.Kind {
        var choice = CharacterSetChoice()
        if characterSet(into: &choice) { return .tableOptions(choice, engine: nil) }
        if accept("ENGINE") || accept("TYPE") {
            _ = acceptSymbol("=")
            return .tableOptions(choice, engine: engineName())
        }
        if isWord("PARTITION"), isWord("BY", ahead: 1) {
            // Its column lists have commas.
            while !isAtEnd { if !skipParentheses() { index += 1 } }
            return .harmless
        }
        if isPartitionVerb { return partitionAction() }
        if accept("UNION") {
            _ = acceptSymbol("=")
            return skipParentheses() ? .harmless : .unknown
        }
        _ = accept("DATA") || accept("INDEX")
        // OPTION = VALUE, OPTION VALUE
        guard name() != nil else { return .unknown }
        if acceptSymbol("=") || (!isSymbol(",") && !isAtEnd) { index += 1 }
        return .harmless
    }

    private var isPartitionVerb: Bool {
        let next = isWord("PARTITION", ahead: 1) || isWord("PARTITIONING", ahead: 1) || isWord("TABLESPACE", ahead: 1)
        return next || isWord("CONVERT")
    }

    /// TRUNCATE, COALESCE, REORGANIZE, EXCHANGE … PARTITION: names of partitions are joined by commas.
    private mutating func partitionAction() -> AlterAction.Kind {
        // A partition becomes a table, or a table a partition: the server knows how that one looks.
        let isConversion = isWord("CONVERT")
        while !isAtEnd {
            if accept("WITH", "TABLE") || accept("TO", "TABLE") || accept("CONVERT", "TABLE") {
                _ = table(.exchanged)
            } else if !skipParentheses() {
                index += 1
            }
        }
        return isConversion ? .unknown : .harmless
    }

    private mutating func add() -> AlterAction.Kind {
        if accept("PARTITION") {
            while !isAtEnd { if !skipParentheses() { index += 1 } }
            return .harmless
        }
        if accept("SYSTEM", "VERSIONING") { return .versioning(true) }
        if isWord("PERIOD"), isWord("FOR", ahead: 1) { return period().map { .addPeriod($0) } ?? .unknown }
        if let key = keyItem() {
            if case .addKey(let specification) = key, specification.coversPeriod { return .unknown }
            return key
        }
        _ = accept("COLUMN")
        _ = acceptIfNotExists()
        if isSymbol("(") { return addList() }
        guard let column = column() else { return .unknown }
        return .addColumns([column], keys: [])
    }

    /// `ADD (a INT, b INT, UNIQUE (a))`
    private mutating func addList() -> AlterAction.Kind {
        index += 1
        var columns: [ColumnSpecification] = []
        var keys: [KeySpecification] = []
        repeat {
            let start = offset
            defer { pieces.append(range(from: start)) }
            if let key = keyItem() {
                if case .addKey(let specification) = key { keys.append(specification) }
                if key == .unknown { return .unknown }
            } else {
                guard let column = column() else { return .unknown }
                columns.append(column)
            }
        } while acceptSymbol(",")
        return acceptSymbol(")") ? .addColumns(columns, keys: keys) : .unknown
    }

    private mutating func drop() -> AlterAction.Kind {
        if accept("PRIMARY", "KEY") { return .dropPrimaryKey }
        if accept("FOREIGN", "KEY") { return named { .dropForeignKey($0) } }
        if acceptAny(["INDEX", "KEY"]) { return named { .dropIndex($0) } }
        if accept("CHECK") { return named { .dropCheck($0) } }
        if accept("CONSTRAINT") { return named { .dropConstraint($0) } }
        if accept("PARTITION") {
            while !isAtEnd { index += 1 }
            return .harmless
        }
        if accept("SYSTEM", "VERSIONING") { return .versioning(false) }
        if accept("PERIOD", "FOR") { return name() == nil ? .unknown : .harmless }
        _ = accept("COLUMN")
        let action = named { .dropColumn($0) }
        _ = acceptAny(["RESTRICT", "CASCADE"])
        return action
    }

    private mutating func named(_ kind: (String) -> AlterAction.Kind) -> AlterAction.Kind {
        _ = acceptIfExists()
        return name().map(kind) ?? .unknown
    }

    /// Behind MODIFY or CHANGE.
    private mutating func change(isModify: Bool) -> AlterAction.Kind {
        _ = accept("COLUMN")
        _ = acceptIfExists()
        let start = index
        guard let old = name() else { return .unknown }
        if isModify { index = start }
        guard let column = column() else { return .unknown }
        return .changeColumn(from: old, to: column)
    }

    private mutating func rename() -> AlterAction.Kind {
        let isColumn = accept("COLUMN")
        if isColumn || isWord("INDEX") || isWord("KEY") {
            if !isColumn { index += 1 }
            _ = acceptIfExists()
            guard let from = name(), accept("TO"), let to = name() else { return .unknown }
            return isColumn ? .renameColumn(from: from, to: to) : .renameIndex(from: from, to: to)
        }
        if !acceptAny(["TO", "AS"]) { _ = acceptSymbol("=") }
        return table(.renameTo).map { .renameTable($0) } ?? .unknown
    }

    /// Behind an inner ALTER: a default or the visibility of a column, an index, a check.
    private mutating func alterPart() -> AlterAction.Kind {
        if acceptAny(["INDEX", "KEY", "CHECK", "CONSTRAINT"]) { return skipped(.harmless) }
        _ = accept("COLUMN")
        _ = acceptIfExists()
        guard let column = name() else { return .unknown }
        if accept("SET", "INVISIBLE") { return .showColumn(column, isInvisible: true) }
        if accept("SET", "VISIBLE") { return .showColumn(column, isInvisible: false) }
        return skipped(isWord("SET") || isWord("DROP") ? .harmless : .unknown)
    }

    private mutating func convert() -> AlterAction.Kind {
        index += 2
        var choice = CharacterSetChoice()
        while characterSet(into: &choice) {}
        return .convert(choice)
    }
}
