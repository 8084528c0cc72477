import Model
package import MySQLClient
import Plan

/// Reads `retl.lutra_errors` and settles its entries. Blocking.
package struct LedgerReader {
    /// One entry as text, in the order of the table's columns.
    package struct Entry: Sendable {
        package let id: UInt64
        package let fields: [(name: String, text: String?)]

        package subscript(_ name: String) -> String? { fields.first { $0.name == name }?.text }
    }

    /// Which entries.
    package struct Filter: Sendable {
        package var ids: [UInt64] = []
        package var channel: String?
        /// Settled ones, too.
        package var includesSettled = false
        /// At most that many, oldest first.
        package var limit = 1_000
        package init() {}
    }

    /// What came of trying an entry again.
    package enum Outcome: Equatable, Sendable {
        case applied
        /// The target refused it again.
        case refused(String)
        /// No row is there as the change found it.
        case matchedNothing
        /// Somebody has settled it, or it is not there.
        case notOpen
    }

    private let connection: Connection

    /// Connects as a lane does, so that a statement means what it meant when it was refused.
    package init(_ options: ConnectionOptions) throws {
        var options = options
        options.setup += [SessionMode.strict, SessionMode.mark, "SET SESSION autocommit=1"]
        connection = try Connection.open(options)
    }

    /// The entries of a filter. Empty where the table does not exist: nothing was ever skipped.
    package func entries(_ filter: Filter) throws -> [Entry] {
        let columns = """
            `id`,`state`,`recorded_at`,`channel`,`pipeline`,`class`,`binlog_file`,`binlog_offset`,`gtid`,\
            FROM_UNIXTIME(NULLIF(`commit_microseconds`,0)/1000000) AS `committed_at`,`source_table`,`target_table`,\
            `operation`,`row_key`,`before_image`,`after_image`,`statement`,`error_number`,`error`
            """
        var conditions = filter.includesSettled ? [] : ["`state`='open'"]
        if !filter.ids.isEmpty { conditions.append("`id` IN (\(filter.ids.map(String.init).joined(separator: ",")))") }
        if let channel = filter.channel { conditions.append("`channel`=\(utf8Literal(channel))") }
        let condition = conditions.isEmpty ? "1" : conditions.joined(separator: " AND ")
        let rows = try found(
            "SELECT \(columns) FROM `retl`.`lutra_errors` WHERE \(condition) ORDER BY `id` LIMIT \(filter.limit)")
        return rows.map { row in
            Entry(
                id: row["id"].flatMap { UInt64($0) } ?? 0,
                fields: row.names.indices.map { (row.names[$0], row.text($0)) })
        }
    }

    /// What a query of the table finds: nothing where there is no table.
    private func found(_ query: String) throws -> [ResultRow] {
        do { return try connection.query(query) } catch let failure as StatementFailure where failure.isTableMissing {
            return []
        }
    }

    /// Runs the entry's statement; what it does and the entry's new state commit together.
    package func retry(_ id: UInt64) throws -> Outcome {
        try connection.execute("START TRANSACTION")
        let found = try found(
            "SELECT `statement`,`operation` FROM `retl`.`lutra_errors` WHERE `id`=\(id) AND `state`='open' FOR UPDATE")
        guard let row = found.first, let statement = row.values[0] else { return try undo(.notOpen) }
        do {
            let counts = try connection.execute(statement)
            if row["operation"] != "insert", counts.allSatisfy({ $0 == 0 }) { return try undo(.matchedNothing) }
        } catch let failure as StatementFailure where !failure.isConnectionLost {
            return try undo(.refused(failure.description))
        }
        try connection.execute("UPDATE `retl`.`lutra_errors` SET `state`='retried' WHERE `id`=\(id)")
        try connection.execute("COMMIT")
        return .applied
    }

    private func undo(_ outcome: Outcome) throws -> Outcome {
        try connection.execute("ROLLBACK")
        return outcome
    }

    /// Gives an entry up: false when it is not open.
    package func discard(_ id: UInt64) throws -> Bool {
        let update = "UPDATE `retl`.`lutra_errors` SET `state`='discarded' WHERE `id`=\(id) AND `state`='open'"
        do {
            return try connection.execute(Array(update.utf8)).first == 1
        } catch let failure as StatementFailure where failure.isTableMissing {
            return false
        }
    }

    package func close() { connection.close() }
}
