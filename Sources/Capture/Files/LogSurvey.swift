import Binlog
package import Model
import MySQLClient
import Plan
import Synchronization

/// What lies ahead in binlog files, before anything of it is applied.
package struct LogSurvey: Sendable {
    /// The mapped tables whose rows it holds.
    package var tables: Set<TableName> = []
    /// Where reading ended, and whether that is inside a transaction.
    package var end: BinlogPosition
    package var endsInsideTransaction = false
}

extension LogFileSearch {
    /// Reads the files from a checkpoint to the first end point: every event is checked, no row is decoded.
    ///
    /// - Throws: what reading throws, and `statement-logged` for changes of mapped tables that are no rows.
    package func survey(
        from start: Checkpoint, to ends: [StopPoint], isMapped: @escaping @Sendable (TableName) -> Bool
    ) throws -> LogSurvey {
        let seen = SeenNames()
        let reader = try BinlogFileReader(files, from: start.position, skipping: start.gtids, limits: limits)
        let isMariaDB = server.flavor == .mariadb
        let dialect = ServerDialect(isMariaDB ? .mariadb : .mysql, server.major, server.minor, server.patch)
        var selector = EventSelector(start: start, isMariaDB: isMariaDB, limits: limits) { name in
            // Asked once for each new table map. Its rows are passed over.
            if isMapped(name) { seen.insert(name) }
            return false
        }
        while let event = try reader.next() {
            if selector.hasTransactionBoundary, ends.contains(where: { $0.isReached(by: selector, before: event) }) {
                break
            }
            try selector.consume(event)
            for case .statement(let logged) in selector.takeItems() {
                try refuseRows(logged, dialect, isMapped)
            }
        }
        return LogSurvey(
            tables: seen.all, end: selector.position, endsInsideTransaction: !selector.hasTransactionBoundary)
    }

    private func refuseRows(
        _ logged: LoggedStatement, _ dialect: ServerDialect, _ isMapped: (TableName) -> Bool
    ) throws(LutraError) {
        let context = StatementContext(
            defaultSchema: logged.schema, dialect: dialect, sqlMode: logged.sqlMode ?? 0)
        guard case .rowStatement(let kind, let tables) = ParsedStatement.parse(logged.sql, in: context).statement,
            let table = tables.first(where: isMapped)
        else { return }
        throw LutraError(
            .statementLogged, "the log holds a change of rows as a statement, so that its rows are not known",
            place: ["kind": kind, "table": "\(table)", "position": logged.start.description],
            hint: "end before it with --stop-at, or leave the table out")
    }
}

extension StopPoint {
    /// Whether reading ends here, between transactions and ahead of an event.
    func isReached(by selector: EventSelector, before event: UnsafeRawBufferPointer) -> Bool {
        switch self {
        case .position(let position): selector.position >= position
        case .gtids(let wanted): selector.committed.gtids.covers(wanted)
        case .time(let microseconds): transactionTime(event).map { $0 >= microseconds } ?? false
        }
    }
}

/// Names that were met, behind a lock as the selector's question may be asked from anywhere.
private final class SeenNames: Sendable {
    private let names = Mutex<Set<TableName>>([])
    func insert(_ name: TableName) { names.withLock { _ = $0.insert(name) } }
    var all: Set<TableName> { names.withLock { $0 } }
}
