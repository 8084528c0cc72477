import Binlog
import Foundation
import Load
import Logging
import Model
import MySQLClient
import Plan

/// Knows the source's table definitions as they were at the position of the stream: from the schema history, from
/// table maps that name their columns, and last from the source itself where it fits what was logged.
///
/// Belongs to the EXTRACT thread; its connection to the source is its own and opened when needed.
struct SchemaResolver {
    private let settings: Pipeline.Settings
    private let log: Logger
    private let planner: DDLPlanner
    private let dialect: ServerDialect
    private var tracker: SchemaTracker
    private var known: [ObjectIdentifier: (map: TableMap, table: LoggedTable?)] = [:]
    private var connection: Connection?
    private var collations: [UInt32: String] = [:]
    private var assumed: Set<TableName> = []

    init(
        _ settings: Pipeline.Settings, at checkpoint: Checkpoint, source: ServerVersion, target: ServerVersion,
        log: Logger
    ) throws(LutraError) {
        self.settings = settings
        self.log = log
        dialect = source.dialect
        planner = DDLPlanner(
            router: settings.router, appliesDDL: settings.appliesDDL, target: target.dialect, log: log)
        let definitions = try settings.history.definitions(at: checkpoint) ?? settings.sourceTables
        // Written anew: what an earlier run noted beyond the checkpoint will come again.
        try settings.history.reset(to: definitions, at: checkpoint.position)
        tracker = SchemaTracker(tables: Array(definitions.values))
        tracker.schemaCollations = try schemaCollations()
    }

    /// What tables inherit that are created without a character set.
    private mutating func schemaCollations() throws(LutraError) -> [String: String] {
        let query = "SELECT SCHEMA_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA"
        // Files do not tell: the target was restored from the same source.
        let rows =
            settings.logs == nil ? try ask { try $0.query(query) } : try askTarget { try $0.query(query) }
        let pairs = rows.compactMap { row in row.text(0).flatMap { name in row.text(1).map { (name, $0) } } }
        return Dictionary(pairs) { first, _ in first }
    }

    /// The table that a table map announces; nil when no mapping names it.
    mutating func table(_ map: TableMap) throws(LutraError) -> LoggedTable? {
        if let found = known[ObjectIdentifier(map)] { return found.table }
        let table = settings.router.route(map.name) == nil ? nil : try resolve(map)
        known[ObjectIdentifier(map)] = (map, table)
        return table
    }

    private mutating func resolve(_ map: TableMap) throws(LutraError) -> LoggedTable {
        let tracked = tracker[map.name]
        if let tracked, let table = LoggedTable(map, tracked) {
            if settings.logs != nil, map.metadata.names.isEmpty { tellAssumption(map.name) }
            return table
        }
        if !map.metadata.names.isEmpty {
            let names = try collationNames()
            if let told = TableDefinition(map, collations: names, similar: tracked),
                let table = LoggedTable(map, told)
            {
                return table
            }
        }
        // Not known, or not as it was logged: the present definition may fit.
        if let present = try read([map.name])[map.name], let table = LoggedTable(map, present) {
            log.notice("a table's definition was read from the source", metadata: ["table": "\(map.name)"])
            tracker[map.name] = present
            return table
        }
        throw LutraError(
            .schemaMismatch, "the definition that a table had at this position is not known",
            place: ["table": "\(map.name)", "columns logged": "\(map.columns.count)"])
    }

    /// A log without column names is read by what the target or an earlier statement says: columns of one type that
    /// changed places cannot be told apart.
    private mutating func tellAssumption(_ name: TableName) {
        guard assumed.insert(name).inserted else { return }
        log.warning(
            "the files do not name a table's columns; they are taken to be as on the target",
            metadata: ["table": "\(name)"])
    }

    /// Follows a statement of the log and says what the target must do.
    mutating func statement(_ logged: LoggedStatement) throws -> ExtractedItem {
        let parsed = ParsedStatement.parse(logged.sql, in: context(logged))
        let planned = try planner.plan(logged, parsed) { try showCreate($0, as: $1, logged) }
        switch tracker.apply(parsed) {
        case .unaffected: break
        case .changed(let names): try remember(names, logged)
        case .reread(let names):
            let mapped = names.filter { settings.router.route($0) != nil }
            if !mapped.isEmpty {
                log.warning(
                    "a statement was not understood; definitions are read from the source again",
                    metadata: [
                        "statement": "\(logged.excerpt)", "position": "\(logged.start)",
                        "tables": "\(mapped.map(\.description).joined(separator: ", "))",
                    ])
                let present = try read(mapped)
                for name in mapped { tracker[name] = present[name] }
                try remember(mapped, logged)
            }
        }
        if let planned { return .ddl(planned) }
        return .progress(logged.resume)
    }

    /// Puts what a statement changed on disk before the target can be changed by it.
    private mutating func remember(_ names: [TableName], _ logged: LoggedStatement) throws(LutraError) {
        known.removeAll()
        let mapped = names.filter { settings.router.route($0) != nil }
        guard !mapped.isEmpty else { return }
        try settings.history.append(
            changed: mapped.compactMap { tracker[$0] }, dropped: mapped.filter { tracker[$0] == nil },
            from: logged.resume.position)
    }

    private func context(_ logged: LoggedStatement) -> StatementContext {
        // The collations of latin1 (information_schema.COLLATIONS, the same on all servers).
        let latin1: Set<UInt16> = [5, 8, 15, 31, 47, 48, 49, 94]
        return StatementContext(
            defaultSchema: logged.schema, dialect: dialect, sqlMode: logged.sqlMode ?? 0,
            isLatin1: logged.clientCollation.map(latin1.contains) ?? false)
    }

    private mutating func read(_ names: [TableName]) throws(LutraError) -> [TableName: TableDefinition] {
        // Files tell no more than they hold.
        if settings.logs != nil { return [:] }
        return try ask { try SchemaReader($0).definitions(of: names) }
    }

    private mutating func collationNames() throws(LutraError) -> [UInt32: String] {
        if settings.logs != nil { return CollationTable.names }
        if !collations.isEmpty { return collations }
        let rows = try ask { try $0.query("SELECT ID, COLLATION_NAME FROM information_schema.COLLATIONS WHERE ID>0") }
        for row in rows {
            if let id = row.text(0).flatMap({ UInt32($0) }), let name = row.text(1) { collations[id] = name }
        }
        return collations
    }

    /// The source's present definition as SQL for the target.
    private mutating func showCreate(
        _ source: TableName, as target: TableName, _ logged: LoggedStatement
    ) throws -> String {
        guard settings.logs == nil else {
            throw LutraError(
                .ddlFailed, "a table was created from another that is not mapped, and files cannot be asked for it",
                place: ["table": "\(source)", "position": logged.start.description],
                hint: "create the table on the target by hand, then start behind this position")
        }
        let text = try ask { try $0.query("SHOW CREATE TABLE \(source.quoted)").first?.text(1) ?? "" }
        let router = settings.router
        let translation = translateCreateTable(
            text, from: StatementContext(defaultSchema: source.schema, dialect: dialect), to: planner.target,
            newName: target, map: { router.route($0)?.target })
        planner.warn(of: translation.notes, logged)
        return translation.sql
    }

    private func askTarget<Answer>(_ body: (Connection) throws -> Answer) throws(LutraError) -> Answer {
        do {
            let connection = try Connection.open(settings.target)
            defer { connection.close() }
            return try body(connection)
        } catch {
            throw (error as? LutraError)
                ?? LutraError(.queryFailed, "the target could not be asked", cause: "\(error)")
        }
    }

    private mutating func ask<Answer>(_ body: (Connection) throws -> Answer) throws(LutraError) -> Answer {
        do {
            let connection = try self.connection ?? Connection.open(settings.source)
            self.connection = connection
            return try body(connection)
        } catch {
            connection = nil
            switch asPipelineFailure(error) {
            case let failure as TransientFailure: throw failure.error
            case let told as LutraError: throw told
            default: throw LutraError(.queryFailed, "the source could not be asked", cause: "\(error)")
            }
        }
    }
}
