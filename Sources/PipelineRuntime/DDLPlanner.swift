import Binlog
import Load
import Logging
import Model
import MySQLClient
import Plan

/// Turns a statement of the source's log into what the target must run.
struct DDLPlanner {
    private let router: TableRouter
    private let appliesDDL: Bool
    let target: ServerDialect
    private let log: Logger

    init(router: TableRouter, appliesDDL: Bool, target: ServerDialect, log: Logger) {
        self.router = router
        self.appliesDDL = appliesDDL
        self.target = target
        self.log = log
    }

    /// The statement for the target; nil when there is nothing to do there.
    ///
    /// - Parameter showCreate: the source's present definition of a table, as SQL for the target under a new name.
    /// - Throws: `statementLogged` for rows of mapped tables that were logged as text, `ddlFailed` for what cannot be
    ///   carried over.
    func plan(
        _ logged: LoggedStatement, _ parsed: ParsedStatement,
        showCreate: (TableName, TableName) throws -> String
    ) throws -> PlannedDDL? {
        if case .rowStatement(let kind, let tables) = parsed.statement {
            guard let table = tables.first(where: { router.route($0) != nil }) else { return nil }
            throw LutraError(
                .statementLogged, "the source logged a change of rows as a statement, so that its rows are not known",
                place: ["kind": kind, "table": "\(table)", "position": logged.start.description])
        }
        guard appliesDDL else { return nil }
        let rewriter = DDLRewriter(
            target: target, map: { router.route($0)?.target },
            columns: { router.route($0)?.mapping.columns ?? ColumnSelection() })
        switch rewriter.rewrite(parsed) {
        case .apply(let ddl):
            warn(of: ddl.notes, logged)
            return planned(ddl.statements, ddl.tables, logged)
        case .renames(let steps): return try renames(steps, logged)
        case .createFromSource(let source, let target):
            return planned([try showCreate(source, target)], [target], logged)
        case .nothing: return nil
        case .refused(let reason):
            throw LutraError(
                .ddlFailed, reason,
                place: ["statement": logged.excerpt, "position": logged.start.description],
                hint: "change the target by hand and the column list with it, then \(logged.startBehind)")
        case .notUnderstood:
            // It may concern no mapped table at all: the definitions of those that it may name are read again.
            log.warning(
                "a statement was not understood and is not run on the target",
                metadata: ["statement": "\(logged.excerpt)", "position": "\(logged.start)"])
            return nil
        }
    }

    /// Tells what a statement for the target leaves out or says otherwise than the source did.
    func warn(of notes: [String], _ logged: LoggedStatement) {
        for note in notes {
            log.warning(
                "a DDL statement is not the same on the target",
                metadata: ["note": "\(note)", "statement": "\(logged.excerpt)", "position": "\(logged.start)"])
        }
    }

    /// Nothing to run: only what changed on the source is to be noted.
    func nothing(at position: BinlogPosition, _ resume: Checkpoint, _ changes: SchemaChanges) -> PlannedDDL {
        var planned = PlannedDDL(
            statements: [], targetTables: [], dialect: target, sqlMode: 0, sourceText: "", position: position,
            resume: resume)
        planned.schemaChanges = changes
        return planned
    }

    private func planned(_ statements: [String], _ tables: [TableName], _ logged: LoggedStatement) -> PlannedDDL {
        PlannedDDL(
            statements: statements, targetTables: tables, dialect: target, sqlMode: logged.sqlMode ?? 0,
            sourceText: String(decoding: logged.sql, as: UTF8.self), position: logged.start, resume: logged.resume)
    }

    /// Renames across the border of the mapping: a table that leaves keeps its rows under its new name beside the
    /// target's others; one that comes in has rows which the target never saw.
    private func renames(_ steps: [RenameStep], _ logged: LoggedStatement) throws -> PlannedDDL {
        var pairs: [String] = []
        var tables: [TableName] = []
        for step in steps {
            switch step {
            case .rename(let from, let to):
                pairs.append("\(from.quoted) TO \(to.quoted)")
                tables += [from, to]
            case .renameOutOfScope(let target, let to):
                let kept = TableName(target.schema, to.table)
                pairs.append("\(target.quoted) TO \(kept.quoted)")
                tables += [target, kept]
            case .renameIntoScope(let from, let source, let target):
                throw LutraError(
                    .ddlFailed,
                    "a table that is not mapped was renamed to one that is, and the target has none of its rows",
                    place: [
                        "from": "\(from)", "to": "\(source)", "target": "\(target)",
                        "position": logged.start.description,
                    ],
                    hint: "map the other name too before such a change (online schema changes need it), and load the "
                        + "table again now")
            }
        }
        return planned(["RENAME TABLE " + pairs.joined(separator: ", ")], tables, logged)
    }
}

extension LoggedStatement {
    /// Its beginning, for messages.
    var excerpt: String { String(decoding: sql.prefix(500), as: UTF8.self) }

    /// The end of a hint: how to go on without it. What comes before it is on the target when the pipeline has stopped.
    var startBehind: String {
        isInsideTransaction ? "start behind its transaction" : "start behind it with --start \(resume.position)"
    }
}
