internal import Model

extension ParsedStatement {
    /// Reads a statement. Never fails: what is not understood is `.unknown`.
    ///
    /// Linear in the text's length; of a statement that changes rows only the beginning is read.
    package static func parse(_ sql: [UInt8], in context: StatementContext) -> ParsedStatement {
        let text = context.isLatin1 ? utf8(latin1: sql) : sql
        guard let head = StatementLexer(text, context: context, limit: 4_000) else {
            return ParsedStatement(sql: text, context: context, statement: .unknown)
        }
        var cursor = TokenCursor(sql: text, context: context, tokens: head.tokens)
        if let rows = cursor.rowStatement() {
            return ParsedStatement(sql: text, context: context, statement: rows)
        }
        var tokens = head.tokens
        if head.isCut {
            guard let whole = StatementLexer(text, context: context), !whole.isCut else {
                return ParsedStatement(sql: text, context: context, statement: .unknown)
            }
            tokens = whole.tokens
        }
        while tokens.last?.kind == .symbol(UInt8(ascii: ";")) { tokens.removeLast() }
        cursor = TokenCursor(sql: text, context: context, tokens: tokens)
        let statement = cursor.statement()
        cursor.collectForeignKeys(statement)
        var parsed = ParsedStatement(sql: text, context: context, statement: statement)
        parsed.references = cursor.references.sorted { $0.range.lowerBound < $1.range.lowerBound }
        parsed.removals = cursor.removals
        parsed.alterHead = cursor.alterHead
        return parsed
    }

    /// The same for text that Lutra or a test wrote.
    package static func parse(_ sql: String, in context: StatementContext) -> ParsedStatement {
        parse(Array(sql.utf8), in: context)
    }

    /// As `parse(_:in:)`, for callers that know only the schema.
    package static func parse(
        _ sql: [UInt8], defaultSchema: String, ansiQuotes: Bool, dialect: ServerDialect
    ) -> ParsedStatement {
        parse(sql, in: StatementContext(defaultSchema: defaultSchema, dialect: dialect, sqlMode: ansiQuotes ? 4 : 0))
    }

    private static func utf8(latin1: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(latin1.count + latin1.count / 8)
        for byte in latin1 {
            if byte < 0x80 {
                bytes.append(byte)
            } else {
                bytes.append(0xC0 | byte >> 6)
                bytes.append(0x80 | byte & 0x3F)
            }
        }
        return bytes
    }
}

extension TokenCursor {
    /// The statement that starts at the first token.
    mutating func statement() -> DDLStatement {
        // MariaDB: SET STATEMENT variable = value FOR …; the setting is the source's own affair.
        if isWord("SET"), isWord("STATEMENT", ahead: 1) {
            let start = offset
            while !isAtEnd, !accept("FOR") { index += 1 }
            removals.append(range(from: start))
        }
        guard let verb = word() else { return .unknown }
        switch verb {
        case "CREATE": return create()
        case "ALTER": return alter()
        case "DROP": return drop()
        case "RENAME": return rename()
        case "TRUNCATE": return truncate()
        case _ where harmlessVerbs.contains(verb): return .other(kind: verb)
        default: return .unknown
        }
    }

    private mutating func create() -> DDLStatement {
        let orReplace = accept("OR", "REPLACE")
        let start = index
        let isTemporary = accept("TEMPORARY")
        if accept("TABLE") { return createTable(isTemporary: isTemporary, orReplace: orReplace) }
        if accept("DATABASE") || accept("SCHEMA") {
            _ = acceptIfNotExists()
            guard let name = name() else { return .unknown }
            return .createSchema(name, collation: schemaOptions(), orReplace: orReplace)
        }
        let isUnique = accept("UNIQUE")
        if !isUnique { _ = acceptAny(["FULLTEXT", "SPATIAL", "VECTOR"]) }
        if accept("INDEX") { return createIndex(isUnique: isUnique, orReplace: orReplace) }
        index = start
        return object("CREATE")
    }

    private mutating func alter() -> DDLStatement {
        let start = index
        _ = accept("ONLINE")
        _ = accept("IGNORE")
        if accept("TABLE") { return alterTable(from: index - 1) }
        index = start
        if accept("DATABASE") || accept("SCHEMA") {
            // `ALTER DATABASE CHARACTER SET x` is about the session's schema.
            let isOption = isWord("CHARACTER") || isWord("CHARSET") || isWord("COLLATE") || isWord("DEFAULT")
            guard let name = isOption ? context.defaultSchema : name() else { return .unknown }
            return .alterSchema(name, collation: schemaOptions())
        }
        return object("ALTER")
    }

    private mutating func drop() -> DDLStatement {
        let start = index
        let isTemporary = accept("TEMPORARY")
        if accept("TABLE") || accept("TABLES") { return dropTable(isTemporary: isTemporary) }
        index = start
        if accept("DATABASE") || accept("SCHEMA") {
            _ = acceptIfExists()
            return name().map(DDLStatement.dropSchema) ?? .unknown
        }
        if accept("INDEX") { return dropIndex() }
        return object("DROP")
    }

    /// CREATE, ALTER and DROP of things that hold no rows.
    private mutating func object(_ verb: String) -> DDLStatement {
        while let word = word() {
            if harmlessObjects.contains(word) { return .other(kind: verb + " " + word) }
            // DEFINER = user, ALGORITHM = x, SQL SECURITY x, IF NOT EXISTS stand before the object's word.
            guard objectPrefixes.contains(word) else { return .unknown }
            if isSymbol("=") { skipAssigned() }
        }
        return .unknown
    }

    /// `= user@host` or `= VALUE`
    private mutating func skipAssigned() {
        _ = acceptSymbol("=")
        index += 1
        if skipParentheses() { return }
        if isSymbol("@") { index += 1 }
        if token?.kind == .variable || (token?.kind == .string) { index += 1 }
    }

    private mutating func schemaOptions() -> CharacterSetChoice {
        var choice = CharacterSetChoice()
        while !isAtEnd {
            if !characterSet(into: &choice) { index += 1 }
        }
        return choice
    }

    /// `[DEFAULT] CHARACTER SET [=] x`, `CHARSET`, `COLLATE`: noted and passed over; false when it is something else.
    mutating func characterSet(into choice: inout CharacterSetChoice) -> Bool {
        let start = index
        _ = accept("DEFAULT")
        if accept("CHARACTER", "SET") || accept("CHAR", "SET") || accept("CHARSET") {
            _ = acceptSymbol("=")
            if accept("DEFAULT") { choice.isDefault = true; return true }
            choice.characterSet = nameOrString()?.lowercased()
            return true
        }
        if accept("COLLATE") {
            _ = acceptSymbol("=")
            if accept("DEFAULT") { choice.isDefault = true; return true }
            choice.collation = nameOrString()?.lowercased()
            return true
        }
        index = start
        return false
    }

    /// Notes every `REFERENCES table`. The word is reserved, so that it is never a name here. A name without a
    /// schema is in the schema of the table that is created or altered.
    mutating func collectForeignKeys(_ statement: DDLStatement) {
        let owner: String
        switch statement {
        case .createTable(let create) where create.like == nil: owner = create.name.schema
        case .alterTable(let name, _): owner = name.schema
        default: return
        }
        index = 0
        while !isAtEnd {
            if accept("REFERENCES") {
                _ = table(.foreignKey, schema: owner)
            } else {
                index += 1
            }
        }
    }
}

/// Verbs of statements that change neither rows nor columns of a table.
private let harmlessVerbs: Set<String> = [
    "GRANT", "REVOKE", "ANALYZE", "OPTIMIZE", "REPAIR", "CHECK", "FLUSH", "SET", "BEGIN", "START", "COMMIT", "ROLLBACK",
    "SAVEPOINT", "RELEASE", "XA", "USE", "LOCK", "UNLOCK", "INSTALL", "UNINSTALL", "BINLOG", "SHOW", "SELECT", "DO",
    "CHANGE", "RESET", "PURGE", "KILL", "CACHE", "CHECKSUM", "HANDLER", "EXPLAIN", "DESCRIBE", "DESC", "IMPORT",
]

/// What can be created, altered or dropped beside tables, indexes and schemas.
private let harmlessObjects: Set<String> = [
    "VIEW", "TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", "USER", "ROLE", "SERVER", "SEQUENCE", "TABLESPACE", "LOGFILE",
    "PACKAGE", "UNDO", "RESOURCE", "LIBRARY", "INSTANCE", "SPATIAL", "PREPARE", "MASKING",
]

/// What may stand between the verb and the object's word.
private let objectPrefixes: Set<String> = [
    "DEFINER", "ALGORITHM", "SQL", "SECURITY", "INVOKER", "AGGREGATE", "TEMPORARY", "IF", "NOT", "EXISTS", "OR",
    "REPLACE", "RELATIONAL", "JSON",
]
