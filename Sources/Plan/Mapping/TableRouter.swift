package import Model

/// Where a source table's rows go.
package struct Route: Equatable, Sendable {
    package var target: TableName
    package var mapping: TableMapping
    /// The mapping's place in the specification.
    package var mappingIndex: Int
}

/// Finds the mapping and the target of source tables. Asked once per table, not per row.
///
/// Single names count before enumerations, these before patterns (otter's order); among equals the order of the
/// specification decides. A table that an entry excludes may still match a later one.
package struct TableRouter: Sendable {
    private var entries: [Entry] = []
    private let foldsCase: Bool

    /// Reads the patterns of all mappings.
    ///
    /// - Parameter foldsCase: whether the source keeps table names without case (`lower_case_table_names` is not 0).
    /// - Throws: `LutraError` with `pattern-invalid`, naming the entry.
    package init(tables: [TableMapping], foldsCase: Bool = false) throws(LutraError) {
        self.foldsCase = foldsCase
        for (index, mapping) in tables.enumerated() {
            do {
                entries.append(try Entry(mapping, index: index))
            } catch {
                throw error.at("entry", "\(index + 1) of tables")
            }
        }
        entries.sort { ($0.source.rank, $0.index) < ($1.source.rank, $1.index) }
    }

    /// The route of a source table; nil when no entry wants it.
    package func route(_ table: TableName) -> Route? {
        for entry in entries {
            guard let match = entry.source.match(table, foldsCase: foldsCase),
                !entry.exclude.contains(where: { $0.matches(table, foldsCase: foldsCase) })
            else { continue }
            let groups = match.schema.groups + match.table.groups
            let target = TableName(
                entry.schema.name(for: table.schema, match: match.schema, groups: groups),
                entry.table.name(for: table.table, match: match.table, groups: groups))
            return Route(target: target, mapping: entry.mapping, mappingIndex: entry.index)
        }
        return nil
    }

    /// Indices of the mappings that none of the tables matched: their patterns are probably wrong.
    package func unmatched(_ tables: some Sequence<TableName>) -> [Int] {
        var missing = Set(entries.map(\.index))
        for table in tables {
            if missing.isEmpty { break }
            for entry in entries where missing.contains(entry.index) {
                if entry.source.matches(table, foldsCase: foldsCase) { missing.remove(entry.index) }
            }
        }
        return missing.sorted()
    }

    /// Whether some pattern could match a table of the schema: false lets a lister skip it.
    package func mayMatch(schema: String) -> Bool {
        guard !isSystemSchema(schema) else { return false }
        return entries.contains { $0.source.schema.match(schema, foldsCase: foldsCase) != nil }
    }

    private struct Entry: Sendable {
        let index: Int
        let mapping: TableMapping
        let source: TablePattern
        let exclude: [TablePattern]
        let schema: TargetName
        let table: TargetName

        init(_ mapping: TableMapping, index: Int) throws(LutraError) {
            self.index = index
            self.mapping = mapping
            source = try TablePattern.parse(mapping.source)
            var patterns: [TablePattern] = []
            for text in mapping.exclude { patterns.append(try TablePattern.parse(text)) }
            exclude = patterns
            guard let target = mapping.target?.trimmingBlanks else {
                schema = .same
                table = .same
                return
            }
            let sourceTexts = try TablePattern.split(source.text)
            let targetTexts = try TablePattern.split(target)
            let groupCount = source.schema.groupCount + source.table.groupCount
            schema = try TargetName.parse(
                targetTexts.left, source: source.schema, sourceText: sourceTexts.left, groupCount: groupCount)
            table = try TargetName.parse(
                targetTexts.right, source: source.table, sourceText: sourceTexts.right, groupCount: groupCount)
            if case .fixed(let name) = schema, isSystemSchema(name) {
                throw NamePattern.invalid("the target's schema belongs to the server or to Lutra", target)
            }
        }
    }
}
