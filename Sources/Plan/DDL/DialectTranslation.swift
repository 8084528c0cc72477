internal import Model

/// The changes that make a CREATE TABLE, ALTER TABLE or CREATE INDEX of one flavour fit for the other. Nothing to
/// change where both are of one flavour.
///
/// It goes by tokens, so that a statement which the parser does not fully understand is translated as far as known.
struct DialectTranslation {
    private(set) var edits: [TextEdit] = []
    private(set) var notes: [String] = []

    private let walk: TokenCursor
    private let target: ServerDialect
    /// Whether the column that is being read has a type without literal defaults on MySQL.
    private var isLongType = false
    /// Where the item (column, key, clause) began that is being read.
    private var itemStart = 0

    init(_ sql: [UInt8], from context: StatementContext, to target: ServerDialect) {
        self.target = target
        let lexer = context.dialect.flavor == target.flavor ? nil : StatementLexer(sql, context: context)
        walk = TokenCursor(sql: sql, context: context, tokens: lexer?.tokens ?? [])
        guard let lexer, ["CREATE", "ALTER"].contains(word(0)) else { return }
        for comment in lexer.versionComments { unwrap(comment) }
        var depth = 0
        let itemDepth = word(0) == "CREATE" ? 1 : 0
        for index in walk.tokens.indices {
            switch walk.tokens[index].kind {
            case .symbol(UInt8(ascii: "(")): depth += 1
            case .symbol(UInt8(ascii: ")")): depth -= 1
            default: break
            }
            let opensItem = isSymbol(index - 1, ",") || (depth == 1 && isSymbol(index - 1, "("))
            if opensItem, depth <= itemDepth {
                itemStart = index
                isLongType = false
            }
            translate(index, depth: depth)
        }
    }

    /// What ran on the source runs on the target without its comment, and what did not run goes.
    private mutating func unwrap(_ comment: VersionComment) {
        guard comment.isExecuted else {
            edits.append(TextEdit(range: comment.range, replacement: " "))
            return
        }
        edits.append(TextEdit(range: comment.opening, replacement: " "))
        edits.append(TextEdit(range: comment.range.upperBound - 2..<comment.range.upperBound, replacement: " "))
    }

    private mutating func translate(_ index: Int, depth: Int) {
        if target.isMariaDB, isSymbol(index, "-"), isSymbol(index + 1, ">") { spellOutArrow(index) }
        // MariaDB prints some options with their names in backticks.
        let isQuotedOption = !target.isMariaDB && depth == 0 && isSymbol(index + 1, "=")
        let word = isQuotedOption ? (walk.nameText(walk.tokens[index]) ?? "").uppercased() : word(index)
        guard !word.isEmpty else { return }
        if word == "COLLATE" { translateCollation(afterEqual(index + 1)) }
        let isName = isNamePosition(index) && !isSymbol(index + 1, "=")
        if isName, !isIndexWord(word) || isColumnName(index) { return }
        if isNamePosition(index - 1) { translateType(index) }
        translateCharacterSet(index, word)
        if target.isMariaDB { toMariaDB(index, word) } else { toMySQL(index, word) }
    }

    // MARK: - Looking at tokens

    /// The word at an index in upper case, empty when there is none.
    private func word(_ index: Int) -> String {
        guard walk.tokens.indices.contains(index), walk.tokens[index].kind == .word else { return "" }
        return walk.text(walk.tokens[index].range).uppercased()
    }

    private func isSymbol(_ index: Int, _ symbol: Character) -> Bool {
        guard walk.tokens.indices.contains(index), let value = symbol.asciiValue else { return false }
        return walk.tokens[index].kind == .symbol(value)
    }

    private func afterEqual(_ index: Int) -> Int { isSymbol(index, "=") ? index + 1 : index }

    /// Whether the token names a column: it opens an item of the list, or follows a word that a name follows.
    private func isNamePosition(_ index: Int) -> Bool {
        guard index > 0, walk.tokens.indices.contains(index), walk.nameText(walk.tokens[index]) != nil else {
            return false
        }
        if isSymbol(index - 1, "(") || isSymbol(index - 1, ",") || isSymbol(index - 1, ".") { return true }
        let before = word(index - 1)
        if ["COLUMN", "ADD", "MODIFY", "CHANGE", "AFTER", "EXISTS"].contains(before) {
            return !["COLUMN", "IF"].contains(word(index))
        }
        // CHANGE old new type
        return word(index - 2) == "CHANGE" || (word(index - 2) == "COLUMN" && word(index - 3) == "CHANGE")
    }

    private func isIndexWord(_ word: String) -> Bool {
        ["KEY", "INDEX", "UNIQUE", "FULLTEXT", "SPATIAL", "VECTOR", "CHECK", "CONSTRAINT", "PERIOD"].contains(word)
    }

    /// Whether an unquoted word at the start of an item is a column, because a type follows.
    private func isColumnName(_ index: Int) -> Bool {
        var cursor = walk
        cursor.index = index + 1
        return cursor.type() != nil
    }

    /// Behind the parenthesis that closes the one at `index`.
    private func behindParentheses(_ index: Int) -> Int {
        var cursor = walk
        cursor.index = index
        return cursor.skipParentheses() ? cursor.index : index
    }

    /// Where the item ends that begins at `start`.
    private func itemEnd(_ start: Int) -> Int {
        var cursor = walk
        cursor.index = start
        cursor.skipItem()
        return cursor.index
    }

    // MARK: - Changing them

    private mutating func replace(_ from: Int, _ to: Int, _ text: String) {
        guard from < to, to <= walk.tokens.count else { return }
        let range = walk.tokens[from].range.lowerBound..<walk.tokens[to - 1].range.upperBound
        edits.append(TextEdit(range: range, replacement: text))
    }

    private mutating func insert(before index: Int, _ text: String) {
        guard walk.tokens.indices.contains(index) else { return }
        let at = walk.tokens[index].range.lowerBound
        edits.append(TextEdit(range: at..<at, replacement: text))
    }

    private mutating func insert(after index: Int, _ text: String) {
        guard walk.tokens.indices.contains(index) else { return }
        let at = walk.tokens[index].range.upperBound
        edits.append(TextEdit(range: at..<at, replacement: text))
    }

    /// Removes a clause of its own with the comma that joins it to its neighbours.
    private mutating func removeItem(_ from: Int, _ to: Int) {
        if from > 0, isSymbol(from - 1, ",") {
            replace(from - 1, to, "")
        } else {
            replace(from, isSymbol(to, ",") ? to + 1 : to, "")
        }
    }

    private mutating func note(_ text: String) {
        if !notes.contains(text) { notes.append(text) }
    }
}

// MARK: - Character sets and types

extension DialectTranslation {
    private mutating func translateCollation(_ index: Int) {
        guard walk.tokens.indices.contains(index) else { return }
        let token = walk.tokens[index]
        let name = (walk.nameText(token) ?? walk.unquoted(token.range)).lowercased()
        guard let other = CollationNames.translated(name, to: target) else { return }
        replace(index, index + 1, other)
        note("collation \(name) becomes \(other): order and equality of some characters differ")
    }

    /// Says the collation where the two flavours have different ones for the same character set.
    private mutating func translateCharacterSet(_ index: Int, _ word: String) {
        let isSet = word == "CHARSET" || (word == "SET" && ["CHARACTER", "CHAR"].contains(self.word(index - 1)))
        guard isSet else { return }
        let at = afterEqual(index + 1)
        guard walk.tokens.indices.contains(at) else { return }
        let name = (walk.nameText(walk.tokens[at]) ?? walk.unquoted(walk.tokens[at].range)).lowercased()
        if name == "gb18030", target.isMariaDB {
            replace(at, at + 1, "utf8mb4")
            note("character set gb18030 becomes utf8mb4")
            return
        }
        guard let here = CollationNames.standard(of: name, on: walk.context.dialect),
            here != CollationNames.standard(of: name, on: target), !hasCollation(around: at)
        else { return }
        insert(after: at, " COLLATE " + (CollationNames.translated(here, to: target) ?? here))
    }

    /// Whether a COLLATE stands in the same item.
    private func hasCollation(around index: Int) -> Bool {
        (itemStart..<itemEnd(max(itemStart, index))).contains { $0 < walk.tokens.count && word($0) == "COLLATE" }
            || word(index + 1) == "COLLATE" || word(index + 2) == "COLLATE"
    }

    private mutating func translateType(_ index: Int) {
        let name = word(index)
        isLongType = [
            "TEXT", "TINYTEXT", "MEDIUMTEXT", "LONGTEXT", "BLOB", "TINYBLOB", "MEDIUMBLOB", "LONGBLOB", "JSON",
        ]
        .contains(name)
        if target.isMariaDB {
            switch name {
            case "GEOMCOLLECTION": replace(index, index + 1, "geometrycollection")
            case "VECTOR" where target.version < 110_701:
                replace(index, isSymbol(index + 1, "(") ? behindParentheses(index + 1) : index + 1, "mediumblob")
                note("type vector becomes mediumblob")
            default: break
            }
            return
        }
        let other: String
        switch name {
        case "UUID": other = "char(36)"
        case "INET6": other = "varchar(39)"
        case "INET4": other = "varchar(15)"
        case "JSON": other = "longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
        default: return
        }
        replace(index, index + 1, other)
        note("type \(name.lowercased()) becomes \(other)")
    }

    // MARK: - To MariaDB

    private mutating func toMariaDB(_ index: Int, _ word: String) {
        switch word {
        case "COLUMN_FORMAT", "STORAGE":
            replace(index, index + 2, "")
        case "SRID":
            replace(index, index + 2, "")
            note("SRID of a column is left out: the target takes any")
        case "VISIBLE":
            replace(index, index + 1, "")
        case "INVISIBLE" where itemIsIndex:
            replace(index, index + 1, "IGNORED")
        case "NOT" where self.word(index + 1) == "ENFORCED":
            dropCheck()
        case "ENFORCED" where self.word(index - 1) != "NOT":
            replace(index, index + 1, "")
        case "NULL" where isGeneratedItem(before: index):
            replace(self.word(index - 1) == "NOT" ? index - 1 : index, index + 1, "")
        case _ where ["KEY", "INDEX", "UNIQUE"].contains(word) && isFunctional(index):
            removeItem(itemStart, itemEnd(itemStart))
            note("an index on an expression is left out: MariaDB has none")
        default:
            removeOption(index, word, known: mysqlOptions)
        }
    }

    /// `column->'$.path'` and `column->>'$.path'`, which MariaDB does not have.
    private mutating func spellOutArrow(_ index: Int) {
        let isUnquoted = isSymbol(index + 2, ">")
        let path = index + (isUnquoted ? 3 : 2)
        guard index > 0, path < walk.tokens.count, walk.tokens[path].kind == .string else { return }
        let call = "json_extract(\(walk.text(walk.tokens[index - 1].range)), \(walk.text(walk.tokens[path].range)))"
        replace(index - 1, path + 1, isUnquoted ? "json_unquote(\(call))" : call)
    }

    private var itemIsIndex: Bool {
        ["KEY", "INDEX", "UNIQUE", "FULLTEXT", "SPATIAL", "CREATE", "ADD"].contains(word(itemStart))
            && !(word(itemStart) == "ADD"
                && !["KEY", "INDEX", "UNIQUE", "FULLTEXT", "SPATIAL"].contains(word(itemStart + 1)))
    }

    private mutating func dropCheck() {
        let start = word(itemStart)
        guard start == "CONSTRAINT" || start == "CHECK" || start == "ADD" else { return }
        removeItem(itemStart, itemEnd(itemStart))
        note("a CHECK that is not enforced is left out")
    }

    private func isGeneratedItem(before index: Int) -> Bool {
        (itemStart..<max(itemStart, index)).contains {
            word($0) == "AS" && isSymbol($0 + 1, "(") && behindParentheses($0 + 1) <= index
        }
    }

    /// `KEY name ((expression), …)`
    private func isFunctional(_ index: Int) -> Bool {
        var open = index + 1
        while open < walk.tokens.count, open < index + 4, !isSymbol(open, "(") { open += 1 }
        guard isSymbol(open, "("), itemIsIndex || word(itemStart) == "CONSTRAINT", itemStart <= index else {
            return false
        }
        let end = behindParentheses(open)
        return (open..<end).contains { isSymbol($0 + 1, "(") && (isSymbol($0, "(") || isSymbol($0, ",")) }
    }

    // MARK: - To MySQL

    private mutating func toMySQL(_ index: Int, _ word: String) {
        switch word {
        case "PERSISTENT": replace(index, index + 1, "STORED")
        case "IGNORED":
            let isNegated = self.word(index - 1) == "NOT"
            replace(isNegated ? index - 1 : index, index + 1, isNegated ? "" : "INVISIBLE")
        case "COMPRESSED" where !isSymbol(index - 1, "=") && self.word(index - 1) != "ROW_FORMAT":
            replace(index, isSymbol(index + 1, "=") ? index + 3 : index + 1, "")
            note("compression of a column is left out")
        case "REF_SYSTEM_ID": replace(index, afterEqual(index + 1) + 1, "")
        case "DEFAULT": wrapDefault(index + 1)
        case "IF" where !isFunctionCall(index): removeCondition(index)
        case "OR" where index == 1 && self.word(2) == "REPLACE": replace(1, 3, "")
        case "ONLINE", "IGNORE": if self.word(0) == "ALTER", index < 3 { replace(index, index + 1, "") }
        case "PERIOD" where self.word(index + 1) == "FOR" && index == itemStart:
            removeItem(index, itemEnd(index))
        case "GENERATED", "AS": removeRowPeriod(index)
        case "WITH", "WITHOUT": removeVersioning(index)
        case "ENGINE": translateEngine(afterEqual(index + 1))
        case "ROW_FORMAT" where self.word(afterEqual(index + 1)) == "PAGE":
            removeItem(index, afterEqual(index + 1) + 1)
        default:
            removeOption(index, word, known: mariaDBOptions)
        }
    }

    private func isFunctionCall(_ index: Int) -> Bool { isSymbol(index + 1, "(") }

    /// `IF EXISTS` and `IF NOT EXISTS` of clauses; those of CREATE TABLE and DROP TABLE stay.
    private mutating func removeCondition(_ index: Int) {
        let isHead = word(index - 1) == "TABLE" && word(0) == "CREATE"
        let end = word(index + 1) == "NOT" ? index + 3 : index + 2
        guard !isHead, word(end - 1) == "EXISTS" else { return }
        replace(index, end, "")
    }

    /// MySQL wants parentheses around functions, and around any default of a long type.
    private mutating func wrapDefault(_ index: Int) {
        guard walk.tokens.indices.contains(index) else { return }
        var end = index + 1
        if isSymbol(index + 1, "("), !word(index).isEmpty {
            let plain = ["CURRENT_TIMESTAMP", "NOW", "LOCALTIME", "LOCALTIMESTAMP"]
            guard !plain.contains(word(index)) else { return }
            end = behindParentheses(index + 1)
        } else {
            let kind = walk.tokens[index].kind
            let isIntroducer = walk.tokens[index].kind == .word && word(index).hasPrefix("_")
            guard isLongType, kind == .string || kind == .number || isIntroducer else { return }
            if isIntroducer { end += 1 }
        }
        insert(before: index, "(")
        insert(after: end - 1, ")")
    }

    private mutating func removeRowPeriod(_ index: Int) {
        let at = word(index) == "GENERATED" ? index + 2 : index
        guard word(at) == "AS", word(at + 1) == "ROW", ["START", "END"].contains(word(at + 2)) else { return }
        replace(index, at + 3, "")
    }

    private mutating func removeVersioning(_ index: Int) {
        if word(index + 1) == "SYSTEM", word(index + 2) == "VERSIONING" {
            replace(index, index + 3, "")
            note("system versioning is left out: the target keeps no history")
        } else if word(index + 1) == "OVERLAPS" {
            removeItem(itemStart, itemEnd(itemStart))
            note("a key WITHOUT OVERLAPS is left out: MySQL has no periods")
        }
    }

    private mutating func translateEngine(_ index: Int) {
        guard walk.tokens.indices.contains(index), let name = walk.nameText(walk.tokens[index]) else { return }
        let known = ["INNODB", "MYISAM", "MEMORY", "HEAP", "CSV", "ARCHIVE", "BLACKHOLE", "MERGE", "MRG_MYISAM"]
        guard !known.contains(name.uppercased()) else { return }
        replace(index, index + 1, "InnoDB")
        note("engine \(name) becomes InnoDB")
    }

    /// Options that the target does not know, with their value.
    private mutating func removeOption(_ index: Int, _ word: String, known: Set<String>) {
        guard known.contains(word) else { return }
        let isAssigned = isSymbol(index + 1, "=")
        if word == "ENGINE_ATTRIBUTE" || word == "SECONDARY_ENGINE_ATTRIBUTE" {
            replace(index, afterEqual(index + 1) + 1, "")
        } else if isAssigned || word == "TABLESPACE" {
            removeItem(index, afterEqual(index + 1) + 1)
        } else {
            return
        }
        note("option \(word) is left out")
    }
}

/// Options of tables and columns that only MySQL has.
private let mysqlOptions: Set<String> = [
    "ENGINE_ATTRIBUTE", "SECONDARY_ENGINE", "SECONDARY_ENGINE_ATTRIBUTE", "AUTOEXTEND_SIZE", "ENCRYPTION",
    "COMPRESSION",
    "TABLESPACE",
]

/// Options of tables and columns that only MariaDB has.
private let mariaDBOptions: Set<String> = [
    "PAGE_CHECKSUM", "TRANSACTIONAL", "PAGE_COMPRESSED", "PAGE_COMPRESSION_LEVEL", "ENCRYPTED", "ENCRYPTION_KEY_ID",
    "IETF_QUOTES", "SEQUENCE",
]
