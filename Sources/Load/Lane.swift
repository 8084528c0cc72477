package import Logging
package import Model
package import MySQLClient
package import Plan

/// One connection to the target that applies its part of batches: rows and the lane's mark in one transaction.
///
/// Blocking; one thread at a time.
package final class Lane {
    /// How `apply` ended, other than well.
    package enum Failure: Error {
        /// Trying again from the checkpoint may succeed: lost connection, deadlock, lock wait, read-only target.
        case transient(LutraError)
        /// The target refused a statement of the script for good. Nothing of the batch is there.
        case refused(StatementFailure, statement: ApplyScript.Statement)
        /// A statement matched another number of rows than the one row it must. Nothing of the batch is there.
        case rowMissing(statement: ApplyScript.Statement, matched: UInt64)
        /// The checkpoint's row is gone: how far the target is cannot be known any more.
        case checkpointLost
        /// Another process has taken the pipeline over. Nothing of the batch is there.
        case fenced
        /// Its turn to commit did not come: it gave up its locks. Nothing of the batch is there.
        case gaveWay
    }

    /// When a transaction may commit, where commits keep an order.
    package struct Turn {
        let isNow: () -> Bool
        /// False to give way: others may wait for this one's locks.
        let wait: () -> Bool

        package init(isNow: @escaping () -> Bool, wait: @escaping () -> Bool) {
            self.isNow = isNow
            self.wait = wait
        }
    }

    private var options: ConnectionOptions
    private let table: CheckpointTable
    private let log: Logger
    package let connection: Connection
    /// From 0.
    package let number: Int
    /// What the process took the pipeline over with.
    package var fence: UInt64 = 0
    /// Rows of the pipeline before its checkpoint, for `move`.
    package var rowsBefore: UInt64 = 0
    /// The target's `max_allowed_packet`, bytes.
    package let packetBytes: Int

    /// Connects.
    /// - Throws: `LutraError`.
    package init(_ options: ConnectionOptions, table: CheckpointTable, number: Int = 0, log: Logger) throws {
        self.number = number
        var options = options
        options.setup += [
            SessionMode.strict, SessionMode.mark, "SET SESSION foreign_key_checks=1, unique_checks=1, autocommit=1",
        ]
        self.options = options
        self.table = table
        self.log = log
        connection = try Connection.open(options)
        let facts = try connection.query("SELECT @@max_allowed_packet, @@log_bin, @@binlog_format").first
        packetBytes = facts?.text(0).flatMap { Int($0) } ?? 4 << 20
        // Lanes must not wait for each other's locks on the gaps between keys. A server that logs statements has no
        // other way.
        guard facts?.text(1) != "1" || facts?.text(2) != "STATEMENT" else { return }
        let statement = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"
        try connection.execute(statement)
        self.options.setup.append(statement)
    }

    /// Takes the pipeline over, see `CheckpointTable.takeOver`.
    package func takeOver(from start: Checkpoint, lanes: Int) throws -> CheckpointTable.Entry {
        let entry = try table.takeOver(connection, from: start, lanes: lanes)
        fence = entry.fence
        rowsBefore = entry.rowsBefore
        return entry
    }

    /// What the target did not take; the transaction is still open.
    package enum Refusal {
        case error(StatementFailure)
        /// Another number of rows than the one that it must match.
        case missing(matched: UInt64)
    }

    /// Decides about a refused statement: the SQL that runs in its place, empty for none, or nil to give the batch up.
    package typealias Resolution = (Refusal, ApplyScript.Statement) -> [UInt8]?

    /// Applies a script and moves the lane's mark, in one transaction and, where it fits a packet, in one round trip.
    package func apply(
        _ script: ApplyScript, mark: LaneMark, turn: Turn? = nil, resolve: Resolution = { _, _ in nil }
    ) throws(Failure) {
        // The checkpoint comes first, so that the fence is checked before anything else.
        var opening = Array("START TRANSACTION;".utf8)
        opening.append(contentsOf: table.moveStatement(lane: number, to: mark, fence: fence).utf8)
        var next = 0
        repeat {
            let room = min(packetBytes / 4 * 3, 4 << 20) - opening.count
            let range = script.statements(from: next, fitting: room, atLeast: opening.isEmpty ? 1 : 0)
            next = range.upperBound
            // Counts must be seen before the commit: it goes out by itself then.
            let commits =
                next == script.statements.count && !script.hasExpectations(in: range) && turn?.isNow() != false
            try send(opening, script, range, commits: commits, resolve)
            opening = []
            if commits { return }
        } while next < script.statements.count
        if let turn, !turn.wait() {
            rollback()
            throw .gaveWay
        }
        try send([], script, next..<next, commits: true, resolve)
    }

    /// Sends some statements in one packet; what is resolved goes by itself, and the rest in another packet.
    private func send(
        _ opening: [UInt8], _ script: ApplyScript, _ range: Range<Int>, commits: Bool, _ resolve: Resolution
    ) throws(Failure) {
        var opening = opening
        var range = range
        while !opening.isEmpty || !range.isEmpty || commits {
            let preamble = opening.isEmpty ? 0 : Self.openingStatements
            let result = try execute(script.packet(opening: opening, range, commits: commits))
            try check(result.counts, script, first: range.lowerBound, preamble, resolve)
            guard let refused = result.failure else { return }
            let number = range.lowerBound + refused.statementIndex - preamble
            guard !refused.isTransient, number >= range.lowerBound, number < range.upperBound,
                let instead = resolve(.error(refused), script.statements[number])
            else {
                rollback()
                throw classify(refused, script, number: number)
            }
            try run(instead)
            opening = []
            range = (number + 1)..<range.upperBound
        }
    }

    /// `START TRANSACTION` and the checkpoint.
    private static let openingStatements = 2

    private func execute(_ packet: [UInt8]) throws(Failure) -> (counts: [UInt64], failure: StatementFailure?) {
        do {
            return (try connection.execute(packet), nil)
        } catch let failure as StatementFailure {
            return (failure.completed, failure)
        } catch {
            rollback()
            throw .transient(LutraError(.applyFailed, "the batch could not be sent", cause: "\(error)"))
        }
    }

    /// Runs what stands in for a refused statement.
    private func run(_ instead: [UInt8]) throws(Failure) {
        guard !instead.isEmpty else { return }
        if let failure = try execute(instead).failure {
            rollback()
            throw .transient(failure.error(.applyFailed, "a refused row could not be put aside"))
        }
    }

    private func classify(_ failure: StatementFailure, _ script: ApplyScript, number: Int) -> Failure {
        if failure.isTransient {
            let code: ErrorCode = failure.isConnectionLost ? .connectionLost : .applyFailed
            return .transient(
                LutraError(
                    code, "the target did not take a batch; it is tried again",
                    place: ["server": options.url.description],
                    cause: failure.description))
        }
        // Before the script's own statements: the checkpoint.
        guard number >= 0, number < script.statements.count else {
            return failure.number == 1048
                ? .fenced
                : .transient(failure.error(.applyFailed, "the checkpoint could not be written"))
        }
        return .refused(failure, statement: script.statements[number])
    }

    private func check(
        _ counts: [UInt64], _ script: ApplyScript, first: Int, _ preamble: Int, _ resolve: Resolution
    ) throws(Failure) {
        if preamble > 1, counts.count > 1, counts[1] != 1 {
            rollback()
            throw .checkpointLost
        }
        for (place, count) in counts.enumerated().dropFirst(preamble) {
            let number = first + place - preamble
            guard number < script.statements.count else { return }
            let statement = script.statements[number]
            guard let expected = statement.expectedRows, expected != count else { continue }
            guard let instead = resolve(.missing(matched: count), statement) else {
                rollback()
                throw .rowMissing(statement: statement, matched: count)
            }
            try run(instead)
        }
    }

    /// Undoes what is open and brings the session back to its usual settings.
    private func rollback() {
        do {
            try connection.execute("ROLLBACK")
            for statement in options.setup { try connection.execute(statement) }
        } catch {
            log.debug("rollback after a failure did not work: \(error)")
        }
    }

    /// Moves the checkpoint behind a DDL statement, whose note is forgotten; nothing is on its way.
    ///
    /// - Parameter statements: run in the same transaction.
    func moveBehindDDL(to checkpoint: Checkpoint, with statements: [String]) throws(Failure) {
        var script = ApplyScript()
        for statement in statements { script.append(statement) }
        script.append(table.forgetIntentStatement)
        try move(to: checkpoint, script)
    }

    /// Moves the checkpoint with a script that runs in the same transaction; nothing is on its way.
    package func move(to checkpoint: Checkpoint, _ script: ApplyScript) throws(Failure) {
        try apply(script, mark: LaneMark(checkpoint: checkpoint, rowsBefore: rowsBefore))
    }

    /// Notes a DDL statement before it runs.
    package func noteIntent(_ intent: String) throws {
        do {
            try connection.execute(table.intentStatement(intent, fence: fence))
        } catch let failure as StatementFailure where failure.number == 1048 {
            throw Failure.fenced
        }
    }

    package func close() { connection.close() }
}
