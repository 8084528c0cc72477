import Model
import MySQLClient
import Plan

/// A source table and what it goes to.
struct TablePair {
    let source: TableDefinition
    let route: Route
    /// Nil when the target has no such table, or is not looked at.
    let target: TableDefinition?
    /// The columns that travel.
    let columns: [MappedColumn]
}

extension Examination {
    mutating func checkTables() throws {
        checkMatches()
        checkSystemVersioned()
        let pairs = try tablePairs()
        checkKeys(pairs)
        try checkForeignKeys(pairs)
        guard let target else { return }
        checkMissingTables(pairs)
        checkMissingColumns(pairs)
        checkEngines(pairs, target)
        checkColumnTypes(pairs)
        try checkCollations(pairs, target)
        try checkTriggersAndEvents(target)
    }

    private mutating func checkMatches() {
        let missing = router.unmatched(routes.map(\.source.name)).map { plan.tables[$0].source }
        if missing.isEmpty {
            add(Check("tables", .tables, "tables", .ok, "\(routes.count) on the source"))
            return
        }
        add(
            Check(
                "tables", .tables, "tables", routes.isEmpty ? .refuse : asThingsStand,
                "no table of the source matches \(shortened(missing))",
                remedy: ErrorCode.noTableMatches.hint
            ).failing(.noTableMatches))
    }

    private mutating func checkSystemVersioned() {
        let names = routes.filter(\.source.isSystemVersioned).map(\.source.name.description)
        guard !names.isEmpty else { return }
        add(
            Check(
                "system-versioned", .tables, "versioned", .warning,
                "system-versioned: \(shortened(names)); the target keeps a history of its own, by the time of applying"
            ))
    }

    private func tablePairs() throws -> [TablePair] {
        let sources = try SchemaReader(source.connection).definitions(of: routes.map(\.source.name))
        let targets = try target.map { try SchemaReader($0.connection).definitions(of: routes.map(\.route.target)) }
        let foldsCase = (target?.facts.lowerCaseTableNames ?? 0) != 0
        let folded =
            foldsCase ? Dictionary((targets ?? [:]).map { (lowered($0.key), $0.value) }) { first, _ in first } : [:]
        return try routes.compactMap { summary, route in
            guard let definition = sources[summary.name] else { return nil }
            return TablePair(
                source: definition, route: route,
                target: targets?[route.target] ?? folded[lowered(route.target)],
                columns: try route.mapping.columns.apply(to: definition))
        }
    }

    private func lowered(_ name: TableName) -> TableName {
        TableName(name.schema.lowercased(), name.table.lowercased())
    }

    private mutating func checkKeys(_ pairs: [TablePair]) {
        let keyless = pairs.filter { !$0.source.hasRowIdentity }.map(\.source.name.description)
        guard !keyless.isEmpty else {
            add(Check("keys", .tables, "keys", .ok, "every table has one"))
            return
        }
        let isFull = source.facts.rowImage.hasPrefix("FULL")
        add(
            Check(
                "keys", .tables, "keys", isFull ? .warning : .refuse,
                "without a primary key, or a unique one that takes no NULL: \(shortened(keyless)); "
                    + (isFull
                        ? "rows are found by all of their columns, one by one"
                        : "their rows cannot be found, as the log does not hold whole rows"),
                remedy: isFull ? "ALTER TABLE … ADD PRIMARY KEY …" : "SET GLOBAL binlog_row_image = FULL"))
    }

    /// The verdict on a difference that DDL of the stream may mend.
    private var asThingsStand: Check.Verdict { plan.startsInPast && plan.appliesDDL ? .warning : .refuse }

    private mutating func checkMissingTables(_ pairs: [TablePair]) {
        let missing = Set(pairs.filter { $0.target == nil }.map(\.route.target.description)).sorted()
        guard !missing.isEmpty else {
            add(Check("target-tables", .tables, "on the target", .ok, "all there"))
            return
        }
        add(
            plan.willCreateTables
                ? Check("target-tables", .tables, "on the target", .note, "will be created: \(shortened(missing))")
                : Check(
                    "target-tables", .tables, "on the target", asThingsStand,
                    "the target has no table \(shortened(missing))", remedy: ErrorCode.targetTableMissing.hint
                ).failing(.targetTableMissing))
    }

    private mutating func checkMissingColumns(_ pairs: [TablePair]) {
        var missing: [String] = []
        for pair in pairs {
            guard let target = pair.target else { continue }
            for column in pair.columns where target.ordinal(of: column.targetName) == nil {
                // What the source computes, the target need not have.
                guard pair.source.columns[column.ordinal].generated == .no else { continue }
                missing.append("\(target.name).\(column.targetName)")
            }
        }
        guard !missing.isEmpty else {
            add(Check("target-columns", .tables, "columns", .ok, "all there"))
            return
        }
        add(
            Check(
                "target-columns", .tables, "columns", asThingsStand, "the target has no column \(shortened(missing))",
                remedy: ErrorCode.targetColumnMissing.hint
            ).failing(.targetColumnMissing))
    }

    private mutating func checkColumnTypes(_ pairs: [TablePair]) {
        var narrow: [String] = []
        for pair in pairs {
            guard let target = pair.target else { continue }
            for column in pair.columns {
                guard let ordinal = target.ordinal(of: column.targetName) else { continue }
                let from = pair.source.columns[column.ordinal]
                let to = target.columns[ordinal]
                guard let reason = narrowing(from: from, to: to) else { continue }
                narrow.append("\(target.name).\(to.name): \(reason)")
            }
        }
        guard !narrow.isEmpty else { return }
        add(
            Check(
                "column-types", .tables, "column types", .warning,
                "the target holds less than the source, and a value that does not fit stops the pipeline: "
                    + shortened(narrow),
                remedy: "ALTER TABLE … MODIFY these columns to the source's type"))
    }
}

extension TableDefinition {
    /// Whether some key names each row: a primary key, or a unique one without NULL, prefix or expression.
    fileprivate var hasRowIdentity: Bool {
        uniqueKeys.contains { key in
            key.isPrimary
                || !key.hasPrefixParts
                    && key.columns.allSatisfy { name in
                        name.flatMap { ordinal(of: $0) }.map { !columns[$0].isNullable } ?? false
                    }
        }
    }
}
