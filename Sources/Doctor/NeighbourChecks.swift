import Model
import MySQLClient
import Plan

/// Things beside the rows that change them: foreign keys, triggers, events, collations.
extension Examination {
    /// A cascading foreign key, by the names it has on one side.
    private struct Cascade: Hashable {
        var child: TableName
        var parent: TableName
        var rules: String
    }

    /// Most servers do not log what a cascade does: the target must do it itself, with the same foreign key.
    mutating func checkForeignKeys(_ pairs: [TablePair]) throws {
        checkForeignKeysAreVisible()
        let routed = Dictionary(pairs.map { ($0.source.name, $0.route.target) }) { first, _ in first }
        let cascades = try cascades(source, schemas: Set(routed.keys.map(\.schema))).filter { routed[$0.child] != nil }
        guard !cascades.isEmpty, !logsCascades else {
            add(
                Check(
                    "foreign-keys", .tables, "foreign keys", .ok,
                    cascades.isEmpty ? "no cascades" : "cascades are logged"))
            return
        }
        let orphans = cascades.filter { routed[$0.parent] == nil }
        let there = try target.map { try self.cascades($0, schemas: Set(routed.values.map(\.schema))) } ?? []
        let existing = Set(pairs.filter { $0.target != nil }.map(\.source.name))
        let lacking = cascades.filter { cascade in
            guard let child = routed[cascade.child], let parent = routed[cascade.parent], target != nil,
                existing.contains(cascade.child)
            else { return false }
            return !there.contains(Cascade(child: child, parent: parent, rules: cascade.rules))
        }
        addCascades(
            "foreign-key-parents", orphans,
            "their foreign keys cascade from tables that are not mapped, which no log shows",
            remedy: "map the parent tables as well, or drop the cascade on the source")
        addCascades(
            "foreign-keys", lacking, "the source's cascades are in no log, and the target has no such foreign key",
            remedy: "create the same foreign keys on the target, or drop the cascade on the source")
        if orphans.isEmpty, lacking.isEmpty {
            add(
                Check(
                    "foreign-keys", .tables, "foreign keys", .ok,
                    "\(cascades.count) with cascades, on the target as well"))
        }
    }

    private mutating func checkForeignKeysAreVisible() {
        guard source.version.flavor == .mariadb else { return }
        let hidden = Set(routes.map(\.source.name.schema)).filter { !source.grants.hasMoreThanSelect(schema: $0) }
            .sorted()
        guard !hidden.isEmpty else { return }
        add(
            Check(
                "foreign-keys-hidden", .tables, "foreign keys", .warning,
                "MariaDB shows the account no foreign keys of \(shortened(hidden)), so that cascades cannot be checked",
                remedy: hidden.map { "GRANT REFERENCES ON \(quotedIdentifier($0)).* TO \(source.account)" }
                    .joined(separator: "\n")))
    }

    private mutating func addCascades(_ id: String, _ cascades: Set<Cascade>, _ reason: String, remedy: String) {
        guard !cascades.isEmpty else { return }
        let names = cascades.map { "\($0.child) (to \($0.parent))" }.sorted()
        add(Check(id, .tables, "foreign keys", .refuse, "\(shortened(names)): \(reason)", remedy: remedy))
    }

    /// MySQL logs what its cascades do since 9.6, unless InnoDB does them.
    private var logsCascades: Bool {
        source.version.flavor == .mysql && source.version.isAtLeast(9, 6)
            && source.facts["innodb_native_foreign_keys"]?.uppercased() != "ON"
    }

    private func cascades(_ patient: Patient, schemas: Set<String>) throws -> Set<Cascade> {
        guard !schemas.isEmpty else { return [] }
        let rows = try patient.connection.ask(
            """
            SELECT CONSTRAINT_SCHEMA, TABLE_NAME, UNIQUE_CONSTRAINT_SCHEMA, REFERENCED_TABLE_NAME, UPDATE_RULE, \
            DELETE_RULE FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA IN (\(list(schemas)))
            """, "the foreign keys cannot be read")
        return Set(
            rows.compactMap { row in
                let rules = [row.text(4) ?? "", row.text(5) ?? ""]
                guard rules.contains(where: { ["CASCADE", "SET NULL", "SET DEFAULT"].contains($0) }) else { return nil }
                return Cascade(
                    child: TableName(row.text(0) ?? "", row.text(1) ?? ""),
                    parent: TableName(row.text(2) ?? "", row.text(3) ?? ""),
                    rules: rules.map { $0 == "NO ACTION" ? "RESTRICT" : $0 }.joined(separator: "/"))
            })
    }

    private func list(_ names: Set<String>) -> String { names.sorted().map(utf8Literal).joined(separator: ", ") }

    mutating func checkTriggersAndEvents(_ target: Patient) throws {
        let targets = Set(routes.map(\.route.target))
        let schemas = Set(targets.map(\.schema))
        guard !schemas.isEmpty else { return }
        let hidden = schemas.filter { !target.grants.has("TRIGGER", schema: $0, table: nil) }.sorted()
        if !hidden.isEmpty {
            add(
                Check(
                    "triggers-hidden", .tables, "triggers", .note,
                    "the account may not see triggers of \(shortened(hidden)) on the target",
                    remedy: hidden.map { "GRANT TRIGGER ON \(quotedIdentifier($0)).* TO \(target.account)" }
                        .joined(separator: "\n")))
        }
        let triggers = try target.connection.ask(
            """
            SELECT EVENT_OBJECT_SCHEMA, EVENT_OBJECT_TABLE, TRIGGER_NAME FROM information_schema.TRIGGERS \
            WHERE EVENT_OBJECT_SCHEMA IN (\(list(schemas))) AND ACTION_STATEMENT NOT LIKE '%@lutra\\_apply%'
            """, "the triggers cannot be read"
        ).filter { targets.contains(TableName($0.text(0) ?? "", $0.text(1) ?? "")) }
        addActors(
            "triggers", triggers.map { "\($0.text(0) ?? "").\($0.text(2) ?? "")" },
            "fire again for each row that is applied, though the log holds what they did on the source",
            remedy: "DROP TRIGGER on the target, or IF @lutra_apply IS NULL THEN … END IF around its body")
        guard target.facts["event_scheduler"]?.uppercased() == "ON" else { return }
        let events = try target.connection.ask(
            """
            SELECT EVENT_SCHEMA, EVENT_NAME FROM information_schema.EVENTS \
            WHERE STATUS = 'ENABLED' AND EVENT_SCHEMA IN (\(list(schemas)))
            """, "the events cannot be read")
        addActors(
            "events", events.map { "\($0.text(0) ?? "").\($0.text(1) ?? "")" },
            "run on the target as well and may change its rows a second time",
            remedy: "ALTER EVENT … DISABLE on the target")
    }

    private mutating func addActors(_ id: String, _ names: [String], _ reason: String, remedy: String) {
        add(
            names.isEmpty
                ? Check(id, .tables, id, .ok, "none on the target")
                : Check(id, .tables, id, .warning, "\(shortened(names)) \(reason)", remedy: remedy))
    }

    /// Keys that compare differently let in, or keep out, what the source does not.
    mutating func checkCollations(_ pairs: [TablePair], _ target: Patient) throws {
        var differing: [String] = []
        for pair in pairs {
            guard let definition = pair.target else { continue }
            let keyed = Set(pair.source.uniqueKeys.flatMap(\.columns).compactMap { $0 })
            for column in pair.columns where keyed.contains(pair.source.columns[column.ordinal].name) {
                guard let ordinal = definition.ordinal(of: column.targetName),
                    let from = pair.source.columns[column.ordinal].collation,
                    let to = definition.columns[ordinal].collation, from != to
                else { continue }
                differing.append("\(definition.name).\(column.targetName): \(from) and \(to)")
            }
        }
        if !differing.isEmpty {
            add(
                Check(
                    "key-collations", .tables, "collations", .warning,
                    "keys compare differently on the two sides, so that two rows may count as one: "
                        + shortened(differing),
                    remedy: "ALTER TABLE … MODIFY the target's columns to the source's collation"))
        }
        try checkKnownCollations(pairs, target)
    }

    private mutating func checkKnownCollations(_ pairs: [TablePair], _ target: Patient) throws {
        let rows = try target.connection.ask("SHOW COLLATION", "the collations cannot be read")
        // MariaDB 10.10 and later list uca1400 collations without their character set.
        let known = Set(rows.compactMap { $0.text(0) })
        let used = Set(pairs.filter { $0.target == nil }.flatMap { $0.source.columns.compactMap(\.collation) })
        let unknown = used.filter { name in
            !known.contains(name) && !known.contains { name.hasSuffix("_" + $0) }
                && !known.contains(name.hasPrefix("utf8mb3_") ? "utf8_" + name.dropFirst(8) : name)
        }
        guard !unknown.isEmpty else { return }
        add(
            Check(
                "collations", .tables, "collations", .warning,
                "the target does not know \(shortened(unknown.sorted())), which columns of the source have: "
                    + "tables are created there with another collation, which may compare differently"))
    }
}
