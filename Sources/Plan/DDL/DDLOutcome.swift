package import Model

/// What an error of the target means for a statement that should change its tables.
package enum DDLOutcome: Equatable, Sendable {
    /// The target is as the statement wants it: go on.
    case alreadyTrue
    /// The target is, if it has this column: ask it, and go on when it has.
    case alreadyTrueIfColumnExists(String)
    /// The target is, if it has no table `from` any more and has a table `to`: ask it, and go on when it is so.
    case alreadyTrueIfMoved(from: TableName, to: TableName)
    /// Some clauses may be true already: run the clauses one by one (`splitAlter`) and judge each.
    case splitAndRetry
    /// A real failure.
    case failed

    /// Judges the server's error number for one statement, before or after splitting. `message` is the server's
    /// text: MariaDB says there what a general error number (1005) is about.
    package static func judging(
        _ number: UInt32, message: String = "", for statement: DDLStatement
    ) -> DDLOutcome {
        switch statement {
        case .createTable: return number == 1050 ? .alreadyTrue : .failed
        case .dropTable: return number == 1051 ? .alreadyTrue : .failed
        case .renameTable(let renames, _):
            guard renames.count == 1, let only = renames.first else { return .failed }
            return judgingMove(number, from: only.from, to: only.to)
        case .createIndex: return number == 1061 ? .alreadyTrue : .failed
        case .dropIndex: return number == 1091 ? .alreadyTrue : .failed
        case .alterTable(let name, let actions):
            let clauses = actions.filter { $0.kind != .executionHint }
            guard let only = clauses.first, clauses.count == 1 else {
                let isKnown = partlyTrue.contains(number) || isDuplicateKey(number, message)
                return isKnown ? .splitAndRetry : .failed
            }
            if case .renameTable(let to) = only.kind { return judgingMove(number, from: name, to: to) }
            if case .addForeignKey = only.kind, isDuplicateKey(number, message) { return .alreadyTrue }
            return judging(number, for: only.kind)
        case .truncateTable, .createSchema, .alterSchema, .dropSchema, .rowStatement, .other, .unknown:
            return .failed
        }
    }

    /// 1146 no such table, 1017 file not found; 1050 the new name exists, which MySQL looks at first.
    private static func judgingMove(_ number: UInt32, from: TableName, to: TableName) -> DDLOutcome {
        number == 1146 || number == 1017 || number == 1050 ? .alreadyTrueIfMoved(from: from, to: to) : .failed
    }

    /// MariaDB's general error 1005 about a foreign key whose name is taken.
    private static func isDuplicateKey(_ number: UInt32, _ message: String) -> Bool {
        number == 1005 && message.contains("errno: 121")
    }

    /// Errors that a clause gives when it was applied before.
    private static let partlyTrue: Set<UInt32> = [
        1050, 1054, 1060, 1061, 1068, 1091, 1146, 1176, 1826, 3821, 3822, 3940,
    ]

    private static func judging(_ number: UInt32, for action: AlterAction.Kind) -> DDLOutcome {
        switch action {
        case .addColumns(let columns, let keys):
            // Several columns in one clause may be there in part.
            guard number == 1060 else { return .failed }
            return columns.count == 1 && keys.isEmpty ? .alreadyTrue : .splitAndRetry
        case .dropColumn, .dropIndex, .dropPrimaryKey, .dropForeignKey, .dropCheck, .dropConstraint:
            // 1091 can't drop; 3821 no such check, 3940 no such constraint (MySQL).
            return number == 1091 || number == 3821 || number == 3940 ? .alreadyTrue : .failed
        case .changeColumn(let from, let column):
            return number == 1054 && from != column.name ? .alreadyTrueIfColumnExists(column.name) : .failed
        case .renameColumn(_, let to):
            return number == 1054 ? .alreadyTrueIfColumnExists(to) : .failed
        case .addKey(let key):
            // 1061 duplicate key name, 1068 a second primary key.
            return number == 1061 || (key.isPrimary && number == 1068) ? .alreadyTrue : .failed
        case .addIndex: return number == 1061 ? .alreadyTrue : .failed
        case .addForeignKey:
            // 1826 duplicate name of a foreign key; MariaDB says 1061, or 1005 (see above).
            return number == 1826 || number == 1061 ? .alreadyTrue : .failed
        case .addCheck: return number == 1826 || number == 3822 ? .alreadyTrue : .failed
        case .renameIndex: return number == 1176 ? .alreadyTrue : .failed
        case .renameTable, .showColumn, .convert, .versioning, .addPeriod, .tableOptions, .executionHint, .harmless,
            .unknown:
            return .failed
        }
    }
}

extension ParsedStatement {
    /// One ALTER for each clause, in order, in the dialect and with the names of this statement; `ADD (a …, b …)`
    /// becomes one for each item. Empty when it is no ALTER TABLE. Clauses that only say how
    /// (ALGORITHM, LOCK) are left out.
    ///
    /// To be used on the statement as rewritten for the target: parse the rewritten text, then split it.
    package func splitAlter() -> [String] {
        guard case .alterTable(_, let actions) = statement else { return [] }
        let edits = removals.map { TextEdit(range: $0, replacement: "") }
        let head = sql.applying(edits, within: alterHead)
        return actions.filter { $0.kind != .executionHint }.flatMap { action in
            let isList = action.pieces.count > 1
            return (isList ? action.pieces : [action.range]).map {
                head + (isList ? " ADD " : " ") + sql.applying(edits, within: $0)
            }
        }
    }
}
