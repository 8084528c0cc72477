internal import Model

/// Applies a mapping's column list to the column names in DDL: a clause about a column that stays behind is left out,
/// and a column that is renamed is called by its target's name.
struct ColumnClauses {
    enum Verdict: Equatable {
        /// To be sent, with the edits made.
        case kept
        /// Concerns only columns that stay behind; the text says what was lost, nil when nothing was.
        case leftOut(String?)
        /// Cannot be said to the target.
        case refused(String)
    }

    let own: ColumnSelection
    /// The column list of another table, which a foreign key refers to.
    let other: (TableName) -> ColumnSelection
    let references: [TableReference]
    var cursor: TokenCursor
    var edits: [TextEdit] = []

    /// Nil when the mapping has no column list, or the text cannot be read.
    init?(_ parsed: ParsedStatement, of table: TableName, columns: @escaping (TableName) -> ColumnSelection) {
        own = columns(table)
        other = columns
        references = parsed.references
        let touchesOthers = references.contains { $0.role == .foreignKey && !columns($0.name).isEverything }
        guard !own.isEverything || touchesOthers,
            let lexer = StatementLexer(parsed.sql, context: parsed.context)
        else { return nil }
        cursor = TokenCursor(sql: parsed.sql, context: parsed.context, tokens: lexer.tokens)
    }

    /// Judges one clause of ALTER TABLE.
    mutating func clause(_ action: AlterAction) -> Verdict {
        var tokens = indices(in: action.range)
        switch action.kind {
        case .addColumns where !action.pieces.isEmpty: return list(action.pieces)
        case .addColumns, .addKey, .addIndex, .addForeignKey, .addCheck:
            tokens = tokens.dropFirst(while: isAny(["ADD", "COLUMN", "IF", "NOT", "EXISTS"]))
            return definition(tokens)
        case .changeColumn(let from, let to):
            tokens = tokens.dropFirst(while: isAny(["MODIFY", "CHANGE", "COLUMN", "IF", "EXISTS"]))
            return change(from, to.name, isAny(["MODIFY"])(indices(in: action.range).lowerBound), tokens)
        case .renameColumn(let from, let to): return rename(from, to, tokens)
        case .dropColumn(let name), .showColumn(let name, _): return named(name, tokens)
        case .harmless: return harmless(tokens)
        case .unknown:
            let isConcerned = tokens.contains { isAffected($0, of: own) }
            return isConcerned ? .refused("a clause that is not understood names columns of the column list") : .kept
        default: return .kept
        }
    }

    /// Items of `CREATE TABLE ( … )` or `ADD ( … )`: those that stay behind are cut out. Left out when none is left.
    mutating func list(_ items: [Range<Int>]) -> Verdict {
        var isKept: [Bool] = []
        var lost: [String] = []
        for item in items {
            switch definition(indices(in: item)) {
            case .kept: isKept.append(true)
            case .leftOut(let text):
                isKept.append(false)
                if let text { lost.append(text) }
            case .refused(let reason): return .refused(reason)
            }
        }
        guard isKept.contains(true) else { return .leftOut(nil) }
        edits += TextEdit.removals(of: items, where: { !isKept[$0] })
        notes += lost
        return .kept
    }

    /// Judges CREATE TABLE with a column list of its own.
    mutating func createTable() -> Verdict {
        guard let (items, tail) = tableItems() else { return .kept }
        let verdict = list(items)
        if verdict == .leftOut(nil) { return .refused("the column list leaves no column of a new table") }
        if verdict != .kept { return verdict }
        guard let word = tail.first(where: isAny(["PARTITION"])), isAny(["BY"])(word + 1) else { return .kept }
        return partitions(word..<tail.upperBound)
    }

    /// What was left out of a clause that is sent.
    private(set) var notes: [String] = []

    /// Behind CHANGE, MODIFY or RENAME COLUMN: the first name, then the second.
    private mutating func change(_ from: String, _ to: String, _ isModify: Bool, _ tokens: Range<Int>) -> Verdict {
        switch (own.target(of: from), own.target(of: to)) {
        case (nil, nil): return .leftOut(nil)
        case (nil, _), (_, nil): return .refused("a column was renamed across the border of the column list")
        case (_?, _?):
            rename(tokens.lowerBound)
            if !isModify { rename(tokens.lowerBound + 1) }
            return tail(tokens.dropFirst(isModify ? 1 : 2))
        }
    }

    private mutating func rename(_ from: String, _ to: String, _ tokens: Range<Int>) -> Verdict {
        let names = (own.target(of: from), own.target(of: to))
        if names.0 == names.1 { return .leftOut(nil) }
        guard let first = names.0, let second = names.1 else {
            return .refused("a column was renamed across the border of the column list")
        }
        let text = "RENAME COLUMN \(quotedIdentifier(first)) TO \(quotedIdentifier(second))"
        edits.append(TextEdit(range: range(of: tokens), replacement: text))
        return .kept
    }

    /// DROP COLUMN and ALTER COLUMN: the one name in it.
    private mutating func named(_ name: String, _ tokens: Range<Int>) -> Verdict {
        guard own.target(of: name) != nil else { return .leftOut(nil) }
        let names = tokens.dropFirst().dropFirst(while: isAny(["COLUMN", "IF", "EXISTS"]))
        rename(names.lowerBound)
        return .kept
    }

    /// ALTER … SET DEFAULT, ORDER BY, PARTITION BY and what names no column.
    private mutating func harmless(_ tokens: Range<Int>) -> Verdict {
        guard let first = tokens.first else { return .kept }
        if isAny(["ALTER"])(first), !isAny(["INDEX", "KEY", "CHECK", "CONSTRAINT"])(first + 1) {
            let names = tokens.dropFirst().dropFirst(while: isAny(["COLUMN", "IF", "EXISTS"]))
            return named(cursor.nameText(cursor.tokens[names.lowerBound]) ?? "", tokens)
        }
        if isAny(["ORDER"])(first) { return expression(tokens.dropFirst(2), own) ? .kept : .leftOut(nil) }
        if isAny(["PARTITION"])(first), isAny(["BY"])(first + 1) { return partitions(tokens) }
        return .kept
    }

    /// `PARTITION BY RANGE (a)`: the first parentheses.
    mutating func partitions(_ tokens: Range<Int>) -> Verdict {
        guard let inner = parentheses(in: tokens) else { return .kept }
        return expression(inner, own) ? .kept : .refused("a table is partitioned by a column that stays behind")
    }

    /// Names a column at this token by its target's name; nothing to do for one that keeps its name.
    mutating func rename(_ index: Int, of selection: ColumnSelection? = nil) {
        let token = cursor.tokens[index]
        guard let name = cursor.nameText(token), let target = (selection ?? own).target(of: name), target != name
        else { return }
        edits.append(TextEdit(range: token.range, replacement: quotedIdentifier(target)))
    }

    mutating func remove(_ tokens: Range<Int>) {
        edits.append(TextEdit(range: range(of: tokens), replacement: ""))
    }
}

extension ColumnSelection {
    /// The column's name on the target; nil when it stays behind.
    func target(of name: String) -> String? {
        let folded = name.lowercased()
        if exclude.contains(where: { $0.lowercased() == folded }) { return nil }
        if let include, !include.contains(where: { $0.lowercased() == folded }) { return nil }
        return rename.first { $0.key.lowercased() == folded }?.value ?? name
    }
}
