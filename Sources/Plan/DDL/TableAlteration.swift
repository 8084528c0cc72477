internal import Model

/// An ALTER TABLE as the servers do it: all clauses look at the old table together, so that columns can swap names;
/// only FIRST and AFTER look at the columns placed so far.
struct TableAlteration {
    private struct Definition {
        var old: String?
        var column: ColumnSpecification
    }

    private let dialect: ServerDialect
    /// The default of the session's schema.
    private let sessionCollation: String?
    private var isUnderstood = true
    private var droppedColumns: Set<String> = []
    private var droppedKeys: Set<String> = []
    private var definitions: [Definition] = []
    private var renamedColumns: [String: String] = [:]
    private var visibility: [String: Bool] = [:]
    private var addedKeys: [KeySpecification] = []
    private var addedOtherKeys: [String] = []
    private var renamedKeys: [String: String] = [:]
    private var conversion: CharacterSetChoice?
    private var defaults = CharacterSetChoice()
    private var engine: String?
    private var versioning: Bool?
    private var periodColumns: [String] = []

    init(_ actions: [AlterAction], dialect: ServerDialect, sessionCollation: String?) {
        self.dialect = dialect
        self.sessionCollation = sessionCollation
        for action in actions { collect(action.kind) }
    }

    private mutating func collect(_ kind: AlterAction.Kind) {
        switch kind {
        case .addColumns(let columns, let keys):
            definitions += columns.map { Definition(old: nil, column: $0) }
            addedKeys += keys
        case .changeColumn(let from, let column): definitions.append(Definition(old: from.lowercased(), column: column))
        case .dropColumn(let name): droppedColumns.insert(name.lowercased())
        case .renameColumn(let from, let to): renamedColumns[from.lowercased()] = to
        case .showColumn(let name, let isInvisible): visibility[name.lowercased()] = isInvisible
        case .addKey(var key):
            key.otherKeysBefore = addedOtherKeys.count
            addedKeys.append(key)
        case .addIndex(let name): if let name { addedOtherKeys.append(name) }
        case .dropPrimaryKey: droppedKeys.insert("primary")
        case .dropIndex(let name), .dropConstraint(let name): droppedKeys.insert(name.lowercased())
        case .renameIndex(let from, let to): renamedKeys[from.lowercased()] = to
        case .convert(let choice): conversion = choice
        case .versioning(let isOn): versioning = isOn
        case .addPeriod(let columns): periodColumns += columns
        case .tableOptions(let choice, let engine):
            defaults.characterSet = choice.characterSet ?? defaults.characterSet
            defaults.collation = choice.collation ?? defaults.collation
            self.engine = engine ?? self.engine
        case .addForeignKey, .addCheck, .dropForeignKey, .dropCheck, .renameTable, .executionHint, .harmless: break
        case .unknown: isUnderstood = false
        }
    }

    /// The table afterwards; nil when something is not understood.
    func applied(to table: TableDefinition, otherNames: inout [String]) -> TableDefinition? {
        guard isUnderstood else { return nil }
        var result = table
        result.engine = engine ?? table.engine
        let old = ResolvedCharacterSet(collation: table.collation, dialect: dialect)
        let schema = ResolvedCharacterSet(collation: sessionCollation, dialect: dialect)
        // CONVERT TO without a name takes the default of the session's schema.
        let choice = conversion ?? defaults
        let inherited = conversion?.isEmpty == true ? schema : old
        let set =
            choice.isEmpty && conversion == nil
            ? old : ResolvedCharacterSet(choice, inherited: inherited, dialect: dialect)
        if conversion != nil || !defaults.isEmpty, set == nil { return nil }
        result.characterSet = set?.characterSet ?? table.characterSet
        result.collation = set?.collation ?? table.collation
        guard let columns = versioned(table, set: set) else { return nil }
        result.columns = columns
        for name in periodColumns {
            if let ordinal = result.ordinal(of: name) { result.columns[ordinal].isNullable = false }
        }
        keys(from: table, to: &result, otherNames: &otherNames)
        return result
    }

    /// The columns afterwards, with the two at the end that a versioned table hides.
    private func versioned(_ table: TableDefinition, set: ResolvedCharacterSet?) -> [ColumnDefinition]? {
        var shown = table
        let hidden = TableDefinition.hiddenPeriod
        var isHidden = Array(table.columns.suffix(hidden.count)) == hidden
        if isHidden { shown.columns.removeLast(hidden.count) }
        let namesBounds = definitions.contains { $0.column.isPeriodBound }
        switch versioning {
        // What becomes of bounds that the table names itself, and of its keys, the server knows.
        case true? where namesBounds, false? where !isHidden: return nil
        case let isOn?: isHidden = isOn
        case nil: break
        }
        return columns(of: shown, set: set).map { isHidden ? $0 + hidden : $0 }
    }

    private func columns(of table: TableDefinition, set: ResolvedCharacterSet?) -> [ColumnDefinition]? {
        var columns: [ColumnDefinition] = []
        for old in table.columns {
            let key = old.name.lowercased()
            if droppedColumns.contains(key) { continue }
            if let changed = definitions.last(where: { $0.old == key }) {
                guard changed.column.position == .last else { continue }
                guard let resolved = resolved(changed.column, set: set) else { return nil }
                columns.append(resolved)
            } else {
                columns.append(kept(old, set: set))
            }
        }
        for definition in definitions {
            let column = definition.column
            let exists = definition.old.map { table.ordinal(of: $0) != nil } ?? (isAdded(column, to: table) == false)
            // IF EXISTS and IF NOT EXISTS that came to nothing.
            if exists != (definition.old != nil) { continue }
            if definition.old != nil, column.position == .last { continue }
            guard let resolved = resolved(column, set: set) else { return nil }
            guard place(resolved, column.position, in: &columns) else { return nil }
        }
        return columns
    }

    /// CONVERT TO counts for new columns too, whatever they say.
    private func resolved(_ column: ColumnSpecification, set: ResolvedCharacterSet?) -> ColumnDefinition? {
        var column = column
        if conversion != nil, column.characterSet.characterSet != "binary" {
            column.characterSet = CharacterSetChoice()
            column.isBinaryCollated = false
        }
        return column.resolved(table: set, dialect: dialect)
    }

    /// Whether an added column is new: its name is free, or becomes free by this statement.
    private func isAdded(_ column: ColumnSpecification, to table: TableDefinition) -> Bool {
        let key = column.name.lowercased()
        guard table.ordinal(of: key) != nil else { return true }
        return droppedColumns.contains(key) || renamedColumns[key] != nil
            || definitions.contains { $0.old == key && $0.column.name.lowercased() != key }
    }

    private func place(
        _ column: ColumnDefinition, _ position: ColumnSpecification.Position, in columns: inout [ColumnDefinition]
    ) -> Bool {
        switch position {
        case .last: columns.append(column)
        // MySQL's invisible primary key, made for a table without one, stays the first column.
        case .first: columns.insert(column, at: columns.first?.isGeneratedKey == true ? 1 : 0)
        case .after(let name):
            guard let at = columns.firstIndex(where: { $0.name.lowercased() == name.lowercased() }) else {
                return false
            }
            columns.insert(column, at: at + 1)
        }
        return true
    }

    /// A column that no clause defines anew.
    private func kept(_ column: ColumnDefinition, set: ResolvedCharacterSet?) -> ColumnDefinition {
        var column = column
        let key = column.name.lowercased()
        if let name = renamedColumns[key] { column.name = name }
        if let isInvisible = visibility[key] { column.isInvisible = isInvisible }
        if conversion != nil, let set { column.convert(to: set) }
        return column
    }

    private func newName(of column: String) -> String? {
        let key = column.lowercased()
        if droppedColumns.contains(key) { return nil }
        return definitions.last { $0.old == key }?.column.name ?? renamedColumns[key] ?? column
    }

    private func keys(from table: TableDefinition, to result: inout TableDefinition, otherNames: inout [String]) {
        result.uniqueKeys = []
        for old in table.uniqueKeys where !droppedKeys.contains(old.name.lowercased()) {
            var key = old
            key.columns = old.columns.compactMap { column in
                guard let column else { return .some(nil) }
                return newName(of: column).map { .some($0) }
            }
            if key.columns.isEmpty { continue }
            key.name = renamedKeys[old.name.lowercased()] ?? old.name
            result.uniqueKeys.append(key)
        }
        otherNames = otherNames.filter { !droppedKeys.contains($0.lowercased()) }
            .map { renamedKeys[$0.lowercased()] ?? $0 }
        result.addInlineKeys(of: definitions.map(\.column), otherNames: otherNames)
        for key in addedKeys {
            result.addKey(key, otherNames: otherNames + addedOtherKeys.prefix(key.otherKeysBefore))
        }
        otherNames += addedOtherKeys
        result.settleKeys()
    }
}

extension ColumnDefinition {
    fileprivate var isGeneratedKey: Bool {
        name == "my_row_id" && isAutoIncrement && fullType == "bigint unsigned"
    }

    /// CONVERT TO CHARACTER SET: text gets the character set, and a longer type where the bytes may need it.
    fileprivate mutating func convert(to set: ResolvedCharacterSet) {
        guard textTypes.contains(dataType), let old = characterSet else { return }
        if set.characterSet == "binary", let name = binaryTypes[dataType] {
            fullType = name + fullType.dropFirst(dataType.count)
            (dataType, characterSet, collation) = (name, nil, nil)
            return
        }
        characterSet = set.characterSet
        collation = set.collation
        let grows = CollationNames.bytesMax(set.characterSet) > CollationNames.bytesMax(old)
        let longer = ["tinytext": "text", "text": "mediumtext", "mediumtext": "longtext"]
        guard grows, let name = longer[dataType] else { return }
        fullType = name + fullType.dropFirst(dataType.count)
        dataType = name
    }
}
