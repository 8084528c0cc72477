package import Model
package import Plan

/// Which part of a log is wanted.
package struct LogQuery {
    /// Nil for every table.
    package var tables: TableRouter?
    /// Only transactions of the set; for MariaDB exactly these transactions.
    package var gtids: GTIDState?
    package var operations: Set<Operation> = Set(Operation.allCases)
    package var predicates: [Predicate] = []
    /// Reading ends where a transaction begins that was committed then or later: microseconds since 1970 UTC.
    package var endTime: Int64?
    /// Reading ends behind it.
    package var end: StopPoint?

    package enum Operation: String, CaseIterable, Sendable { case insert, update, delete, ddl }

    package init() {}

    /// Whether rows are chosen by more than their table.
    var choosesRows: Bool { !predicates.isEmpty }

    func wants(_ operation: RowOperation) -> Bool {
        switch operation {
        case .insert: operations.contains(.insert)
        case .update: operations.contains(.update)
        case .delete: operations.contains(.delete)
        }
    }

    func wants(_ gtid: GTID?) -> Bool {
        guard let gtids else { return true }
        switch (gtids, gtid) {
        case (.mysql(let set), .mysql(let source, let number)): return set.contains(source, number)
        case (.mariadb(let list), .mariadb(let gtid)): return list.last.contains(gtid)
        default: return false
        }
    }

    /// Whether a statement that names these tables is shown; one that names none only where every table is wanted.
    func wants(_ parsed: ParsedStatement) -> Bool {
        guard operations.contains(.ddl), !choosesRows else { return false }
        guard let tables else { return true }
        if case .unknown = parsed.statement { return true }
        return parsed.tableNames.contains { tables.route($0) != nil }
    }
}

extension ParsedStatement {
    /// The tables that it names.
    var tableNames: [TableName] {
        if case .rowStatement(_, let tables) = statement { return tables }
        return references.map(\.name)
    }
}
