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
            server: try open().server.dialect, foreignKeyGroup: try joined(with: table).min(),
            hasTriggers: try constraints(of: table.schema).triggers.contains(table),
            isMerged: sources[table, default: []].count > 1)
        facts.allowsChange = errors[.value] == .overwrite
        return facts
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
            SELECT CONSTRAINT_SCHEMA, TABLE_NAME, UNIQUE_CONSTRAINT_SCHEMA, REFERENCED_TABLE_NAME \
            FROM information_schema.REFERENTIAL_CONSTRAINTS \
            WHERE CONSTRAINT_SCHEMA=\(name) OR UNIQUE_CONSTRAINT_SCHEMA=\(name)
            """)
        {
            let child = TableName(row.text(0) ?? "", row.text(1) ?? "")
            let parent = TableName(row.text(2) ?? "", row.text(3) ?? "")
            found.foreignKeys[child, default: []].insert(parent)
            found.foreignKeys[parent, default: []].insert(child)
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
