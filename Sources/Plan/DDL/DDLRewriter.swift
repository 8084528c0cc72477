package import Model

/// What to run on the target for a statement of the source.
package struct TargetDDL: Equatable, Sendable {
    /// In order; usually one. Names are qualified, so that no default schema is needed. UTF-8: run it with
    /// `SET NAMES utf8mb4` and the source's SQL mode.
    package var statements: [String]
    /// The target tables that they change.
    package var tables: [TableName]
    /// Tables that the statement needs and that the mapping leaves out: parents of foreign keys, with the source's
    /// names kept, which the target may not have.
    package var unmappedReferences: [TableName] = []
    /// What was translated with a loss or a change, for the log.
    package var notes: [String] = []
}

/// One step of a RENAME, in order.
package enum RenameStep: Equatable, Sendable {
    /// Both names are mapped: a rename on the target, by the target's names.
    case rename(from: TableName, to: TableName)
    /// The table leaves the mapping: `target` is what it was mapped to, `to` its new name on the source.
    case renameOutOfScope(target: TableName, to: TableName)
    /// A table that was not mapped, `from`, becomes one that is: the target has none of its rows.
    case renameIntoScope(from: TableName, source: TableName, target: TableName)
}

package enum RewriteOutcome: Equatable, Sendable {
    case apply(TargetDDL)
    /// A RENAME across the border of the mapping: the runtime must decide each step.
    case renames([RenameStep])
    /// CREATE TABLE … LIKE a table that is not mapped, or … SELECT: create `target` from the source's
    /// SHOW CREATE TABLE of `source`.
    case createFromSource(source: TableName, target: TableName)
    /// Names no mapped table, or asks for nothing on the target.
    case nothing
    /// Names a mapped table, but was not understood.
    case notUnderstood
    /// Cannot be said to a target with the mapping's column list: the reason in one clause.
    case refused(String)
}

/// Turns a parsed statement into SQL for the target.
package struct DDLRewriter {
    private let target: ServerDialect
    private let map: (TableName) -> TableName?
    private let columns: (TableName) -> ColumnSelection

    /// `map` gives the target's name of a source table, nil when it is not mapped; `columns` which of its columns
    /// travel under what name.
    package init(
        target: ServerDialect, map: @escaping (TableName) -> TableName?,
        columns: @escaping (TableName) -> ColumnSelection = { _ in ColumnSelection() }
    ) {
        self.target = target
        self.map = map
        self.columns = columns
    }

    package func rewrite(_ parsed: ParsedStatement) -> RewriteOutcome {
        switch parsed.statement {
        case .createTable(let create): return self.create(create, in: parsed)
        case .alterTable(let name, let actions): return alter(name, actions, in: parsed)
        case .dropTable(let names, _, let isTemporary): return isTemporary ? .nothing : drop(names)
        case .renameTable(let renames, _): return rename(renames)
        case .truncateTable(let name):
            return map(name).map { .apply(TargetDDL(statements: ["TRUNCATE TABLE \($0.quoted)"], tables: [$0])) }
                ?? .nothing
        case .createIndex(_, let table, _, _):
            guard let name = map(table) else { return .nothing }
            return createIndex(on: table, as: name, in: parsed)
        case .dropIndex(_, let table):
            guard let name = map(table) else { return .nothing }
            return .apply(edited(parsed, tables: [name]))
        case .createSchema, .alterSchema, .dropSchema, .rowStatement, .other: return .nothing
        case .unknown:
            return .notUnderstood
        }
    }

    private func create(_ create: CreateTable, in parsed: ParsedStatement) -> RewriteOutcome {
        guard !create.isTemporary, let name = map(create.name) else { return .nothing }
        if create.isSelect { return .createFromSource(source: create.name, target: name) }
        if let like = create.like {
            // A copy has the columns of the table that it copies on the target.
            guard map(like) != nil, columns(like) == columns(create.name)
            else { return .createFromSource(source: create.name, target: name) }
            return .apply(edited(parsed, tables: [name]))
        }
        guard var clauses = ColumnClauses(parsed, of: create.name, columns: columns) else {
            return .apply(edited(parsed, tables: [name]))
        }
        if case .refused(let reason) = clauses.createTable() { return .refused(reason) }
        return .apply(edited(parsed, tables: [name], edits: clauses.edits, notes: clauses.notes))
    }

    private func createIndex(on table: TableName, as name: TableName, in parsed: ParsedStatement) -> RewriteOutcome {
        guard var clauses = ColumnClauses(parsed, of: table, columns: columns) else {
            return .apply(edited(parsed, tables: [name]))
        }
        if let inner = clauses.parentheses(in: clauses.cursor.tokens.indices), !clauses.parts(inner, clauses.own) {
            return .nothing
        }
        return .apply(edited(parsed, tables: [name], edits: clauses.edits))
    }

    private func drop(_ names: [TableName]) -> RewriteOutcome {
        let mapped = names.compactMap(map)
        guard !mapped.isEmpty else { return .nothing }
        let list = mapped.map(\.quoted).joined(separator: ", ")
        return .apply(TargetDDL(statements: ["DROP TABLE IF EXISTS \(list)"], tables: mapped))
    }

    private func rename(_ renames: [TableRename]) -> RewriteOutcome {
        var steps: [RenameStep] = []
        for rename in renames {
            switch (map(rename.from), map(rename.to)) {
            case (let from?, let to?): if from != to { steps.append(.rename(from: from, to: to)) }
            case (let from?, nil): steps.append(.renameOutOfScope(target: from, to: rename.to))
            case (nil, let to?):
                steps.append(.renameIntoScope(from: rename.from, source: rename.to, target: to))
            case (nil, nil): break
            }
        }
        var pairs: [String] = []
        var tables: [TableName] = []
        for step in steps {
            guard case .rename(let from, let to) = step else { return .renames(steps) }
            pairs.append("\(from.quoted) TO \(to.quoted)")
            tables += [from, to]
        }
        if pairs.isEmpty { return .nothing }
        return .apply(
            TargetDDL(statements: ["RENAME TABLE " + pairs.joined(separator: ", ")], tables: tables))
    }

    /// An ALTER that renames across the mapping's border gives the rename alone: a table that leaves needs nothing
    /// more, and one that enters is read anew with all that was done to it.
    private func alter(_ name: TableName, _ actions: [AlterAction], in parsed: ParsedStatement) -> RewriteOutcome {
        var newName: TableName?
        for action in actions {
            if case .renameTable(let to) = action.kind { newName = to }
        }
        guard let target = map(name) else {
            guard let newName, let into = map(newName) else { return .nothing }
            return .renames([.renameIntoScope(from: name, source: newName, target: into)])
        }
        if parsed.references.contains(where: { $0.role == .exchanged && map($0.name) == nil }) {
            return .refused("a partition changes places with a table that is not mapped, whose rows the target lacks")
        }
        if let newName, map(newName) == nil { return .renames([.renameOutOfScope(target: target, to: newName)]) }
        var isKept = actions.map { $0.kind != .executionHint && !isNoRename($0, of: target) }
        var clauses = ColumnClauses(parsed, of: name, columns: columns)
        var notes: [String] = []
        for (index, action) in actions.enumerated() where isKept[index] {
            switch clauses?.clause(action) ?? .kept {
            case .kept: break
            case .leftOut(let note):
                isKept[index] = false
                if let note { notes.append(note) }
            case .refused(let reason): return .refused(reason)
            }
        }
        if !isKept.contains(true) { return .nothing }
        let edits = TextEdit.removals(of: actions.map(\.range), where: { !isKept[$0] }) + (clauses?.edits ?? [])
        let renamed = newName.flatMap(map).map { [target, $0] } ?? [target]
        return .apply(edited(parsed, tables: renamed, edits: edits, notes: notes + (clauses?.notes ?? [])))
    }

    /// Whether the clause renames to a name that is mapped to the same target.
    private func isNoRename(_ action: AlterAction, of target: TableName) -> Bool {
        guard case .renameTable(let to) = action.kind else { return false }
        return map(to) == target
    }

    /// The statement's own text with names replaced, clauses removed and, for another flavour, dialect translated.
    private func edited(
        _ parsed: ParsedStatement, tables: [TableName], edits extra: [TextEdit] = [], notes: [String] = []
    ) -> TargetDDL {
        var result = TargetDDL(statements: [], tables: tables)
        var edits = extra + parsed.removals.map { TextEdit(range: $0, replacement: "") }
        for reference in parsed.references {
            let name = map(reference.name)
            if name == nil { result.unmappedReferences.append(reference.name) }
            edits.append(TextEdit(range: reference.range, replacement: (name ?? reference.name).quoted))
        }
        let translation = DialectTranslation(parsed.sql, from: parsed.context, to: target)
        result.notes = translation.notes + notes
        if case .createTable(let create) = parsed.statement, create.orReplace, target.flavor == .mysql,
            let name = tables.first
        {
            result.statements.append("DROP TABLE IF EXISTS \(name.quoted)")
        }
        result.statements.append(parsed.sql.applying(edits + translation.edits))
        return result
    }
}
