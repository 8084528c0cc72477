import Binlog
import Model
import Plan

/// Target tables that take in several source tables: what takes one of these away must not take the others' rows.
struct MergedTables {
    let router: TableRouter
    /// The source's tables at this position.
    let known: [TableName]

    /// Refuses a statement that empties, drops or renames some of the source tables that share a target, but not all.
    ///
    /// - Throws: `ddlFailed`.
    func check(_ parsed: ParsedStatement, _ logged: LoggedStatement) throws(LutraError) {
        let taken = Set(taken(by: parsed.statement))
        for table in taken.sorted() {
            guard let target = router.route(table)?.target,
                let other = known.first(where: { !taken.contains($0) && router.route($0)?.target == target })
            else { continue }
            throw LutraError(
                .ddlFailed, "the statement takes one of several source tables whose rows share a table on the target",
                place: [
                    "table": "\(table)", "target": "\(target)", "shares it with": "\(other)",
                    "statement": logged.excerpt, "position": logged.start.description,
                ],
                hint: "delete or keep its rows on the target by hand, then \(logged.startBehind); or run with "
                    + "ddl: false")
        }
    }

    private func taken(by statement: DDLStatement) -> [TableName] {
        switch statement {
        case .dropTable(let tables, _, isTemporary: false): tables
        case .truncateTable(let table): [table]
        case .renameTable(let renames, _): renames.map(\.from)
        case .alterTable(let table, let actions):
            actions.contains(where: Self.isRename) ? [table] : []
        case .createTable(let create) where create.orReplace && !create.isTemporary: [create.name]
        case .dropSchema(let schema): known.filter { $0.schema == schema }
        default: []
        }
    }

    private static func isRename(_ action: AlterAction) -> Bool {
        if case .renameTable = action.kind { true } else { false }
    }
}
