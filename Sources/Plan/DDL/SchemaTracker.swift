package import Model

/// The definitions of tables as they were at a position: a snapshot, and every statement after it applied in order.
package struct SchemaTracker: Equatable, Sendable {
    package enum Outcome: Equatable, Sendable {
        /// These definitions are new, different or gone.
        case changed([TableName])
        /// No definition changed.
        case unaffected
        /// The statement was not fully understood, or depends on what is not known here: read these definitions
        /// from the server, with a warning. Tables that are not held here may be among them.
        case reread([TableName])
    }

    /// The definitions held.
    package private(set) var tables: [TableName: TableDefinition] = [:]
    /// Schema → its default collation, which new tables inherit.
    package var schemaCollations: [String: String]
    /// Names of keys that are not unique, as far as statements told them.
    var otherKeyNames: [TableName: [String]] = [:]

    package init(tables: [TableDefinition] = [], schemaCollations: [String: String] = [:]) {
        self.schemaCollations = schemaCollations
        for table in tables { self.tables[table.name] = table }
    }

    /// The definition of a table, nil when it is not held.
    package subscript(name: TableName) -> TableDefinition? {
        get { tables[name] }
        set { tables[name] = newValue }
    }

    /// Follows one statement.
    package mutating func apply(_ parsed: ParsedStatement) -> Outcome {
        switch parsed.statement {
        case .createTable(let create): return self.create(create, parsed.context)
        case .alterTable(let name, let actions): return alter(name, actions, parsed)
        case .dropTable(let names, _, let isTemporary): return isTemporary ? .unaffected : drop(names)
        case .renameTable(let renames, let ifExists): return rename(renames, ifExists: ifExists)
        case .createIndex(let name, let table, let key, let orReplace):
            if orReplace { _ = dropIndex(name, table) }
            return createIndex(name, table, key)
        case .dropIndex(let name, let table): return dropIndex(name, table)
        case .createSchema(let name, let choice, let orReplace):
            let outcome = orReplace ? dropSchema(name) : .unaffected
            // IF NOT EXISTS is logged for a schema that was there, too: what is known stays.
            if schemaCollations[name] == nil {
                schemaCollations[name] = collation(choice, parsed.context.serverCollation, parsed.context)
            }
            return outcome
        case .alterSchema(let name, let choice):
            let inherited = choice.isDefault ? parsed.context.serverCollation : schemaCollations[name]
            schemaCollations[name] = collation(choice, inherited, parsed.context)
            return .unaffected
        case .dropSchema(let name): return dropSchema(name)
        case .truncateTable, .rowStatement, .other: return .unaffected
        case .unknown: return unknown(parsed)
        }
    }

    /// The collation that a schema gets by a choice; nil when it is not known here.
    private func collation(
        _ choice: CharacterSetChoice, _ inherited: String?, _ context: StatementContext
    ) -> String? {
        let inherited = ResolvedCharacterSet(collation: inherited, dialect: context.dialect)
        return ResolvedCharacterSet(choice, inherited: inherited, dialect: context.dialect)?.collation
    }

    private mutating func dropSchema(_ name: String) -> Outcome {
        schemaCollations[name] = nil
        return drop(tables.keys.filter { $0.schema == name }.sorted())
    }

    private mutating func create(_ create: CreateTable, _ context: StatementContext) -> Outcome {
        if create.isTemporary || (create.ifNotExists && !create.orReplace && tables[create.name] != nil) {
            return .unaffected
        }
        var definition: TableDefinition?
        if let like = create.like {
            definition = tables[like]
            definition?.name = create.name
            otherKeyNames[create.name] = otherKeyNames[like]
        } else if !create.isSelect, let body = create.body {
            let collation = schemaCollations[create.name.schema]
            definition = body.resolved(create.name, schemaCollation: collation, dialect: context.dialect)
            otherKeyNames[create.name] = body.otherKeyNames
        }
        tables[create.name] = definition
        return definition == nil ? .reread([create.name]) : .changed([create.name])
    }

    private mutating func drop(_ names: [TableName]) -> Outcome {
        let held = names.filter { tables[$0] != nil }
        for name in held {
            tables[name] = nil
            otherKeyNames[name] = nil
        }
        return held.isEmpty ? .unaffected : .changed(held)
    }

    private mutating func rename(_ renames: [TableRename], ifExists: Bool) -> Outcome {
        var changed: [TableName] = []
        var unread: [TableName] = []
        for rename in renames {
            // IF EXISTS passes over what is not there.
            if ifExists, tables[rename.from] == nil, tables[rename.to] != nil { continue }
            if move(rename.from, to: rename.to) {
                changed += [rename.from, rename.to]
            } else {
                unread.append(rename.to)
            }
        }
        return unread.isEmpty ? .changed(changed) : .reread(unread + changed.filter { tables[$0] != nil })
    }

    /// Gives a definition another name; false when it is not held.
    mutating func move(_ from: TableName, to: TableName) -> Bool {
        guard var definition = tables.removeValue(forKey: from) else {
            tables[to] = nil
            return false
        }
        definition.name = to
        tables[to] = definition
        otherKeyNames[to] = otherKeyNames.removeValue(forKey: from)
        return true
    }

    private mutating func createIndex(_ name: String, _ table: TableName, _ key: KeySpecification?) -> Outcome {
        guard var definition = tables[table] else { return .unaffected }
        guard let key else {
            otherKeyNames[table, default: []].append(name)
            return .unaffected
        }
        definition.addKey(key, otherNames: [])
        definition.settleKeys()
        return replace(table, definition)
    }

    private mutating func dropIndex(_ name: String, _ table: TableName) -> Outcome {
        guard var definition = tables[table] else { return .unaffected }
        definition.uniqueKeys.removeAll { $0.name.lowercased() == name.lowercased() }
        otherKeyNames[table]?.removeAll { $0.lowercased() == name.lowercased() }
        return replace(table, definition)
    }

    private mutating func replace(_ name: TableName, _ definition: TableDefinition) -> Outcome {
        guard tables[name] != definition else { return .unaffected }
        tables[name] = definition
        return .changed([name])
    }

    private mutating func alter(_ name: TableName, _ actions: [AlterAction], _ parsed: ParsedStatement) -> Outcome {
        var newName = name
        for action in actions {
            if case .renameTable(let to) = action.kind { newName = to }
        }
        guard let definition = tables[name] else {
            if newName == name { return .unaffected }
            tables[newName] = nil
            return .reread([newName])
        }
        var others = otherKeyNames[name] ?? []
        let alteration = TableAlteration(
            actions, dialect: parsed.context.dialect,
            sessionCollation: schemaCollations[parsed.context.defaultSchema] ?? parsed.context.serverCollation)
        let altered = alteration.applied(to: definition, otherNames: &others)
        otherKeyNames[name] = others
        tables[name] = altered ?? definition
        if newName != name { _ = move(name, to: newName) }
        // A table that becomes a partition, or that a partition becomes.
        let exchanged = parsed.references.filter { $0.role == .exchanged }.map(\.name)
        if altered == nil { return .reread([newName] + exchanged) }
        if newName != name { return .changed([name, newName]) }
        return altered == definition ? .unaffected : .changed([name])
    }

    /// Of a statement that is not understood, every table that it may name.
    private func unknown(_ parsed: ParsedStatement) -> Outcome {
        guard let lexer = StatementLexer(parsed.sql, context: parsed.context) else {
            return .reread(tables.keys.sorted())
        }
        let cursor = TokenCursor(sql: parsed.sql, context: parsed.context, tokens: lexer.tokens)
        let names = Set(lexer.tokens.compactMap(cursor.nameText))
        let touched = tables.keys.filter { names.contains($0.table) }.sorted()
        return touched.isEmpty ? .unaffected : .reread(touched)
    }
}
