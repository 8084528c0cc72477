import Binlog
import Foundation
import Load
import Logging
import Model
import MySQLClient
import Plan

/// Knows the source's table definitions as they were at the position of the stream: from what was noted on the target
/// and every statement since, from table maps that name their columns, and last from the source itself where it fits
/// what was logged.
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
    /// Tables whose present definition was taken over, and that nobody has noted yet.
    private var adopted: [TableName] = []

    init(
        _ settings: Pipeline.Settings, _ schema: SourceSchema, source: ServerVersion, target: ServerVersion, log: Logger
    ) {
        self.settings = settings
        self.log = log
        dialect = source.dialect
        planner = DDLPlanner(
            router: settings.router, appliesDDL: settings.appliesDDL, target: target.dialect, log: log)
        tracker = SchemaTracker(tables: Array(schema.tables.values), schemaCollations: schema.collations)
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
            adopted.append(map.name)
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
        let parsed = try parse(logged)
        if settings.appliesDDL {
            try MergedTables(router: settings.router, known: Array(tracker.tables.keys)).check(parsed, logged)
        }
        var planned = try planner.plan(logged, parsed) { try showCreate($0, as: $1, logged) }
        let collations = tracker.schemaCollations
        var changed: [TableName] = []
        switch tracker.apply(parsed) {
        case .unaffected: break
        case .changed(let names): changed = names
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
                changed = mapped
            }
        }
        var changes = changes(of: changed)
        changes.collations = tracker.schemaCollations.changes(from: collations)
        if planned == nil, changes.isEmpty { return .progress(logged.resume) }
        planned?.schemaChanges = changes
        return .ddl(planned ?? planner.nothing(at: logged.start, logged.resume, changes))
    }

    /// What is to be noted of tables; none but mapped ones.
    private mutating func changes(of names: [TableName]) -> SchemaChanges {
        var changes = SchemaChanges()
        if !names.isEmpty { known.removeAll() }
        for name in names where settings.router.route(name) != nil {
            changes.tables.updateValue(tracker[name], forKey: name)
        }
        return changes
    }

    /// Definitions that were read from the source since the last call, to be noted with the rows that needed them.
    mutating func adoptions(_ resume: Checkpoint) -> ExtractedItem? {
        guard !adopted.isEmpty else { return nil }
        let changes = changes(of: adopted)
        adopted = []
        return .ddl(planner.nothing(at: resume.position, resume, changes))
    }

    private mutating func parse(_ logged: LoggedStatement) throws(LutraError) -> ParsedStatement {
        var context = context(logged)
        let parsed = ParsedStatement.parse(logged.sql, in: context)
        switch parsed.statement {
        case .createSchema, .alterSchema:
            // What it inherits; the event has its number.
            if let id = logged.serverCollation { context.serverCollation = try collationNames()[UInt32(id)] }
            return ParsedStatement.parse(logged.sql, in: context)
        default: return parsed
        }
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
                hint: "create the table on the target by hand, then \(logged.startBehind)")
        }
        let text = try ask { try $0.query("SHOW CREATE TABLE \(source.quoted)").first?.text(1) ?? "" }
        let router = settings.router
        let translation = translateCreateTable(
            text, from: StatementContext(defaultSchema: source.schema, dialect: dialect), to: planner.target,
            newName: target, map: { router.route($0)?.target })
        planner.warn(of: translation.notes, logged)
        return translation.sql
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

extension [String: String] {
    /// What differs from an earlier state; nil for what is gone.
    fileprivate func changes(from earlier: [String: String]) -> [String: String?] {
        var result: [String: String?] = [:]
        for (key, value) in self where earlier[key] != value { result.updateValue(value, forKey: key) }
        for key in earlier.keys where self[key] == nil { result.updateValue(nil, forKey: key) }
        return result
    }
}
