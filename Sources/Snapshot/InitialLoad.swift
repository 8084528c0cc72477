import Foundation
import Load
package import Logging
package import Model
import MySQLClient
import Plan

extension SnapshotJob {
    /// Creates what is missing on the target and copies all rows from one consistent state of the source. Blocks.
    ///
    /// Rows become visible on the target while it runs. A load that ends with an error leaves the rows it has written;
    /// the next one then says which tables to empty.
    ///
    /// - Parameters:
    ///   - progress: called on the calling thread, several times a second.
    ///   - isStopped: asked as often; true ends the load with the error `stopped`.
    /// - Returns: where the stream has to start, so that it continues exactly at that state.
    /// - Throws: `LutraError`.
    package func run(
        log: Logger, progress: (SnapshotProgress) -> Void = { _ in }, isStopped: () -> Bool = { false }
    ) throws -> Checkpoint {
        let preparation = try TargetPreparation(self, log: log)
        let definitions = try TargetPreparation.definitionSession(source)
        try refuseUncovered(by: definitions.server)
        let missing = try preparation.check()
        let session = try SnapshotSession.open(
            source, connections: max(1, min(parallel, tables.count)), tables: tables.map(\.source.name), log: log)
        log.info("snapshot at \(session.start.position), \(session.connections.count) connections")
        try refuseAltered(definitions)
        try preparation.create(missing, from: definitions)
        let (ordered, estimate) = try inLoadOrder(definitions)
        let targets = try preparation.definitions()
        let servers = CopyServers(
            source: definitions.server.dialect, target: preparation.target.server.dialect,
            allowsChange: allowsChange)
        let plans = try ordered.map { table in
            let name = preparation.targetName(table)
            guard let target = targets[name] else {
                throw LutraError(
                    .targetTableMissing, "a table is not on the target", place: ["table": name.description])
            }
            return try CopyPlan(table, target: target, between: servers)
        }
        definitions.close()
        preparation.target.close()
        try copy(plans, from: session, estimate: estimate, progress: progress, isStopped: isStopped)
        return session.start
    }

    private func refuseUncovered(by server: ServerVersion) throws {
        let uncovered = tables.map(\.source).filter { !$0.isCovered(by: server) }
        guard !uncovered.isEmpty else { return }
        throw LutraError(
            .snapshotFailed, "a snapshot does not cover tables whose engine has no transactions",
            place: ["tables": uncovered.map { "\($0.name) \($0.engine ?? "")" }.joined(separator: ", ")],
            hint: "ALTER TABLE … ENGINE=InnoDB on the source, or leave them out with exclude")
    }

    /// A definition may have changed between the reading of the definitions and the snapshot.
    private func refuseAltered(_ source: Connection) throws {
        let now = try SchemaReader(source).definitions(of: tables.map(\.source.name))
        for table in tables where now[table.source.name] != table.source {
            throw LutraError(
                .snapshotFailed, "a table was altered while the load started",
                place: ["table": table.source.name.description], hint: "start again")
        }
    }

    /// Lower weights first, as everywhere; among equals the largest first, so that no large table is left for the end.
    private func inLoadOrder(_ source: Connection) throws -> (tables: [Table], rowsEstimate: UInt64) {
        var sizes: [TableName: TableSummary] = [:]
        for summary in try SchemaReader(source).summaries(schemas: Set(tables.map(\.source.name.schema)).sorted()) {
            sizes[summary.name] = summary
        }
        let ordered = tables.sorted { left, right in
            if left.route.mapping.weight != right.route.mapping.weight {
                return left.route.mapping.weight < right.route.mapping.weight
            }
            return sizes[left.source.name]?.dataBytes ?? 0 > sizes[right.source.name]?.dataBytes ?? 0
        }
        return (ordered, tables.reduce(0) { $0 + (sizes[$1.source.name]?.rowsEstimate ?? 0) })
    }

    private func copy(
        _ plans: [CopyPlan], from session: SnapshotSession, estimate: UInt64,
        progress: (SnapshotProgress) -> Void, isStopped: () -> Bool
    ) throws {
        let writers = try session.connections.map { _ in try writerSession() }
        let queues = session.connections.map { _ in StatementQueue(byteLimit: 4 << 20) }
        let state = LoadState(tableCount: plans.count, queues: queues, threads: 2 * queues.count)
        let packet = try writers[0].ask("SELECT @@max_allowed_packet", "a setting cannot be read").first?.text(0)
        let insertLimits = InsertLimits(limits, maxAllowedPacket: packet.flatMap { UInt64($0) } ?? 1 << 20)
        for (index, queue) in queues.enumerated() {
            let reader = TableReader(
                connection: session.connections[index], queue: queue, state: state, plans: plans, limits: insertLimits)
            let writer = TableWriter(connection: writers[index], queue: queue, state: state, plans: plans)
            Thread { reader.run() }.start()
            Thread { writer.run() }.start()
        }
        while !state.waitForEnd(seconds: 0.2) {
            progress(summary(state, plans, estimate))
            if isStopped() { state.fail(Self.stopped) }
        }
        try state.throwFailure()
        progress(summary(state, plans, estimate))
    }

    private static let stopped = LutraError(
        .stopped, "the initial load was stopped before its end",
        hint: "empty the target's tables before the next --initial-load: it begins anew")

    private func writerSession() throws -> Connection {
        var options = target
        options.setup += [
            SessionMode.strict, SessionMode.mark,
            // Parents may come after their children; the source's snapshot holds both.
            "SET SESSION foreign_key_checks=0, autocommit=1, wait_timeout=604800, net_read_timeout=86400",
        ]
        return try Connection.open(options)
    }

    private func summary(_ state: LoadState, _ plans: [CopyPlan], _ estimate: UInt64) -> SnapshotProgress {
        let counts = state.counts
        let total = counts.rows.reduce(0, +)
        var rows: [TableName: UInt64] = [:]
        for (index, count) in counts.rows.enumerated() where count > 0 { rows[plans[index].source] = count }
        let load = ProgressSnapshot.LoadProgress(
            tablesDone: counts.tablesDone, tablesTotal: plans.count, rowsDone: total,
            rowsEstimate: max(estimate, total))
        return SnapshotProgress(load: load, rows: rows)
    }
}
