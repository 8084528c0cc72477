import Foundation
import Load
package import Model
package import MySQLClient
package import Plan

/// What the target says of its tables, read when first needed, and the plans that follow from it.
///
/// Belongs to the TRANSFORM thread; its connection is its own.
package final class TargetCatalog {
    private let options: ConnectionOptions
    private let router: TableRouter
    private let errors: ErrorPolicies
    private var connection: Connection?
    private var definitions: [TableName: TableDefinition] = [:]
    /// By schema: what foreign keys join, each with the tables at both ends, and the tables with triggers.
    private var constrained: [String: Constrained] = [:]
    /// The source tables that each target table takes in.
    private var sources: [TableName: Set<TableName>] = [:]

    /// - Parameter sourceTables: the mapped tables of the source, as far as they are known at the start.
    /// - Parameter errors: whether values that the target changes silently are written.
    package init(
        _ options: ConnectionOptions, router: TableRouter, sourceTables: some Sequence<TableName>,
        errors: ErrorPolicies = ErrorPolicies()
    ) {
        self.options = options
        self.errors = errors
        self.router = router
        for table in sourceTables {
            if let route = router.route(table) { sources[route.target, default: []].insert(table) }
        }
    }

    /// The plan of a source table; nil when no mapping names it.
    package func plan(for table: LoggedTable) throws -> TablePlan? {
        guard let route = router.route(table.name) else { return nil }
        sources[route.target, default: []].insert(table.name)
        guard let target = try definition(of: route.target) else {
            throw LutraError(
                .targetTableMissing, "the target has no such table",
                place: ["table": "\(route.target)", "source table": "\(table.name)"])
        }
        let names = try route.columnNames(of: table)
        return try TablePlan(
            source: table, target: target, columnNames: names, weight: route.mapping.weight,
            facts: try facts(of: route.target))
    }

    /// Forgets what a DDL statement may have changed.
    func forget(_ tables: [TableName]) {
        for table in tables { definitions[table] = nil }
        // Foreign keys join tables of several schemas.
        constrained = [:]
    }

    private func definition(of table: TableName) throws -> TableDefinition? {
        if let known = definitions[table] { return known }
        let found = try SchemaReader(try open()).definition(of: table)
        definitions[table] = found
        return found
    }

    private func facts(of table: TableName) throws -> TargetTableFacts {
        var facts = TargetTableFacts(
            server: try open().server.dialect, foreignKeys: try foreignKeys(of: table),
            hasTriggers: try constraints(of: table.schema).triggers.contains(table),
            isMerged: sources[table, default: []].count > 1)
        facts.allowsChange = errors[.value] == .overwrite
        return facts
    }

    private func foreignKeys(of table: TableName) throws -> JoinedTable? {
        let all = try joined(with: table)
        guard let group = all.min() else { return nil }
        let acting = try all.filter { try constraints(of: $0.schema).acting.contains($0) }
        let parents = try all.map { ($0, try constraints(of: $0.schema).parents[$0, default: []]) }
        var joined = JoinedTable(
            group: group, references: try references(of: table),
            depth: Self.depths(Dictionary(uniqueKeysWithValues: parents))?[table],
            isReferenced: parents.contains { $0.1.contains(table) })
        joined.hasCascades = !acting.isEmpty
        joined.isCascadeParent = acting.contains(table)
        return joined
    }

    /// How far each table lies below those that it references; nil where they go in a circle.
    private static func depths(_ parents: [TableName: Set<TableName>]) -> [TableName: Int]? {
        var depths: [TableName: Int] = [:]
        while depths.count < parents.count {
            let known = depths
            for (table, above) in parents where known[table] == nil {
                let all = above.compactMap { known[$0] }
                if all.count == above.count { depths[table] = (all.max() ?? -1) + 1 }
            }
            if depths.count == known.count { return nil }
        }
        return depths
    }

    /// The foreign keys of a table; nil where one of them references something else than a whole unique key.
    private func references(of table: TableName) throws -> [JoinedTable.Reference]? {
        let rows = try open().query(
            """
            SELECT CONSTRAINT_NAME, COLUMN_NAME, REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME, \
            REFERENCED_COLUMN_NAME \
            FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA=\(utf8Literal(table.schema)) \
            AND TABLE_NAME=\(utf8Literal(table.table)) AND REFERENCED_TABLE_NAME IS NOT NULL
            """)
        var columns: [String: (parent: TableName, byName: [String: String])] = [:]
        for row in rows {
            let parent = TableName(row.text(2) ?? "", row.text(3) ?? "")
            columns[row.text(0) ?? "", default: (parent, [:])].byName[(row.text(4) ?? "").lowercased()] = row.text(1)
        }
        var references: [JoinedTable.Reference] = []
        for (parent, byName) in columns.values {
            let keys = try definition(of: parent)?.uniqueKeys.filter { !$0.hasPrefixParts } ?? []
            let found = keys.lazy.compactMap { key -> JoinedTable.Reference? in
                let names = key.columns.compactMap { $0.flatMap { byName[$0.lowercased()] } }
                guard names.count == key.columns.count, names.count == byName.count else { return nil }
                return JoinedTable.Reference(parent: parent, key: key, columns: names)
            }
            guard let reference = found.first else { return nil }
            references.append(reference)
        }
        return references
    }

    /// The tables that foreign keys join with this one, itself included; empty without any.
    private func joined(with table: TableName) throws -> Set<TableName> {
        var found: Set<TableName> = []
        var open = [table]
        while let next = open.popLast() {
            let others = try constraints(of: next.schema).foreignKeys[next, default: []]
            if !others.isEmpty { found.insert(next) }
            for other in others where found.insert(other).inserted { open.append(other) }
        }
        return found
    }

    private struct Constrained {
        var foreignKeys: [TableName: Set<TableName>] = [:]
        /// By table, those that it references.
        var parents: [TableName: Set<TableName>] = [:]
        /// Those that are referenced by foreign keys which change rows by themselves.
        var acting: Set<TableName> = []
        var triggers: Set<TableName> = []
    }

    private func constraints(of schema: String) throws -> Constrained {
        if let known = constrained[schema] { return known }
        let found = try readConstraints(of: schema, try open())
        constrained[schema] = found
        return found
    }

    private func readConstraints(of schema: String, _ connection: Connection) throws -> Constrained {
        let name = utf8Literal(schema)
        var found = Constrained()
        for row in try connection.query(
            """
            SELECT CONSTRAINT_SCHEMA, TABLE_NAME, UNIQUE_CONSTRAINT_SCHEMA, REFERENCED_TABLE_NAME, \
            UPDATE_RULE IN ('RESTRICT','NO ACTION') AND DELETE_RULE IN ('RESTRICT','NO ACTION') \
            FROM information_schema.REFERENTIAL_CONSTRAINTS \
            WHERE CONSTRAINT_SCHEMA=\(name) OR UNIQUE_CONSTRAINT_SCHEMA=\(name)
            """)
        {
            let child = TableName(row.text(0) ?? "", row.text(1) ?? "")
            let parent = TableName(row.text(2) ?? "", row.text(3) ?? "")
            found.foreignKeys[child, default: []].insert(parent)
            found.foreignKeys[parent, default: []].insert(child)
            found.parents[child, default: []].insert(parent)
            if row.text(4) != "1" { found.acting.insert(parent) }
        }
        for row in try connection.query(
            """
            SELECT EVENT_OBJECT_SCHEMA, EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS \
            WHERE EVENT_OBJECT_SCHEMA=\(name)
            """)
        {
            found.triggers.insert(TableName(row.text(0) ?? "", row.text(1) ?? ""))
        }
        return found
    }

    private func open() throws -> Connection {
        if let connection, connection.ping() { return connection }
        let fresh = try Connection.open(options)
        connection = fresh
        return fresh
    }
}

extension Route {
    /// The target's column for each column of the source, nil for those that stay behind.
    fileprivate func columnNames(of table: LoggedTable) throws(LutraError) -> [String?] {
        let definition = TableDefinition(name: table.name, columns: table.columns.map(\.definition))
        var names = [String?](repeating: nil, count: table.columns.count)
        // The lists were checked before the start; a listed column may be gone since.
        let present = mapping.columns.withoutMissing(in: definition)
        for column in try present.apply(to: definition) { names[column.ordinal] = column.targetName }
        return names
    }
}
