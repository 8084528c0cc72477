internal import Model

extension TableDefinition {
    /// Adds a key under its name, or under the one that the server finds for it: its first column, with a number
    /// where that is taken. A key whose name is there already is not added twice (`IF NOT EXISTS`).
    mutating func addKey(_ key: KeySpecification, otherNames: [String]) {
        var taken = Set(uniqueKeys.map { $0.name.lowercased() })
        if key.isPrimary {
            guard primaryKey == nil else { return }
            uniqueKeys.insert(
                KeyDefinition(name: "PRIMARY", columns: named(key.columns), hasPrefixParts: key.hasPrefixParts), at: 0)
            return
        }
        var name = key.name ?? ""
        if name.isEmpty {
            taken.formUnion(otherNames.map { $0.lowercased() })
            let base = (key.columns.first ?? nil) ?? "functional_index"
            name = base
            var number = 2
            while taken.contains(name.lowercased()) || name.lowercased() == "primary" {
                name = "\(base)_\(number)"
                number += 1
            }
        }
        guard !taken.contains(name.lowercased()) else { return }
        uniqueKeys.append(KeyDefinition(name: name, columns: named(key.columns), hasPrefixParts: key.hasPrefixParts))
    }

    /// The names as the columns have them.
    private func named(_ names: [String?]) -> [String?] {
        names.map { name in name.flatMap { ordinal(of: $0).map { columns[$0].name } ?? name } }
    }

    /// Columns of the primary key cannot be NULL; keys stand in the server's order: the primary one, those that
    /// cannot be NULL, the others, in each those without prefixes first.
    mutating func settleKeys() {
        for case let name? in primaryKey?.columns ?? [] {
            if let ordinal = ordinal(of: name) { columns[ordinal].isNullable = false }
        }
        let ranks = uniqueKeys.enumerated().map { (rank(of: $0.element), $0.offset) }
        uniqueKeys = ranks.sorted { $0 < $1 }.map { uniqueKeys[$0.1] }
    }

    private func rank(of key: KeyDefinition) -> Int {
        if key.isPrimary { return 0 }
        let canBeNull = key.columns.contains { name in
            guard let name, let ordinal = ordinal(of: name) else { return true }
            return columns[ordinal].isNullable
        }
        return (canBeNull ? 3 : 1) + (key.hasPrefixParts ? 1 : 0)
    }
}

extension TableBody {
    /// The table as the server defines it; nil when something depends on what is not known here.
    func resolved(_ name: TableName, schemaCollation: String?, dialect: ServerDialect) -> TableDefinition? {
        let inherited = ResolvedCharacterSet(collation: schemaCollation, dialect: dialect)
        let table = ResolvedCharacterSet(characterSet, inherited: inherited, dialect: dialect)
        var definition = TableDefinition(
            name: name, columns: [], characterSet: table?.characterSet, collation: table?.collation, engine: engine)
        for column in columns {
            guard let resolved = column.resolved(table: table, dialect: dialect) else { return nil }
            definition.columns.append(resolved)
        }
        for name in periodColumns {
            if let ordinal = definition.ordinal(of: name) { definition.columns[ordinal].isNullable = false }
        }
        let namesBounds = columns.contains(where: \.isPeriodBound)
        if isVersioned, !namesBounds { definition.columns += TableDefinition.hiddenPeriod }
        definition.addInlineKeys(of: columns, otherNames: [])
        for var key in keys {
            if key.coversPeriod { key.columns += periodColumns.reversed().map { $0 } }
            // A key of a versioned table gets its end as well.
            if isVersioned, namesBounds { return nil }
            definition.addKey(key, otherNames: Array(otherKeyNames.prefix(key.otherKeysBefore)))
        }
        definition.settleKeys()
        return definition
    }
}

extension TableDefinition {
    /// Keys that columns carry themselves: `id INT PRIMARY KEY`, `code CHAR(3) UNIQUE`.
    mutating func addInlineKeys(of columns: [ColumnSpecification], otherNames: [String]) {
        for column in columns {
            guard let inline = column.inlineKey else { continue }
            let key = KeySpecification(name: nil, isPrimary: inline == .primary, columns: [column.name])
            addKey(key, otherNames: otherNames)
        }
    }
}
