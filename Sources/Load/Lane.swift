package import Logging
package import Model
package import MySQLClient
package import Plan

/// One connection to the target that applies its part of batches: rows and the lane's mark in one transaction.
///
/// Blocking; one thread at a time.
package final class Lane {
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
    /// What is being applied.
    private var span = Span.whole
    /// Whether the target has rolled back the slices before the one that failed, too.
    private var lostSlices = false

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
        let entry: CheckpointTable.Entry
        do { entry = try table.takeOver(connection, from: start, lanes: lanes) } catch let failure as StatementFailure
            where failure.isLockWait
        {
            throw Failure.transient(
                LutraError(
                    .applyFailed, "a transaction of an earlier process is still open on the target, or being undone",
                    place: ["server": options.url.description],
                    hint: "it is waited for; SHOW PROCESSLIST on the target shows its connection",
                    cause: failure.description))
        }
        fence = entry.fence
        rowsBefore = entry.rowsBefore
        return entry
    }

    /// Applies a script and moves the lane's mark, in one transaction or as a slice of one, and in one round trip where
    /// it fits a packet.
    package func apply(
        _ script: ApplyScript, mark: LaneMark, span: Span = .whole, turn: Turn? = nil,
        resolve: Resolution = { _, _ in nil }
    ) throws(Failure) {
        self.span = span
        lostSlices = false
        do throws(Failure) {
            if span.begins { try limitSilence(to: "600") }
            try send(script, mark, turn, resolve)
            if span.ends { try limitSilence(to: Self.usualSilence) }
        } catch {
            guard lostSlices else { throw error }
            throw .slicesLost(told(error))
        }
    }

    private static let usualSilence = "@@GLOBAL.wait_timeout"

    /// How many seconds the target waits for the next slice. A process whose machine is gone must not hold its locks
    /// for as long as the target keeps an idle connection, eight hours by default: another one could not take over.
    private func limitSilence(to seconds: String) throws(Failure) {
        guard let failure = try execute(Array("SET SESSION wait_timeout=\(seconds)".utf8)).failure else { return }
        throw .transient(failure.error(.connectionLost, "the target did not take a session variable"))
    }

    private func send(_ script: ApplyScript, _ mark: LaneMark, _ turn: Turn?, _ resolve: Resolution) throws(Failure) {
        // The checkpoint comes first, so that the fence is checked before anything else.
        var opening = Array(span.opening.utf8)
        opening.append(contentsOf: table.moveStatement(lane: number, to: mark, fence: fence).utf8)
        var next = 0
        repeat {
            let room = min(packetBytes / 4 * 3, 4 << 20) - opening.count
            let range = script.statements(from: next, fitting: room, atLeast: opening.isEmpty ? 1 : 0)
            next = range.upperBound
            // Counts must be seen before the commit: it goes out by itself then.
            let commits =
                span.commits && next == script.statements.count && !script.hasExpectations(in: range)
                && turn?.isNow() != false
            try send(opening, script, range, commits: commits, resolve)
            opening = []
            if commits { return }
        } while next < script.statements.count
        guard span.commits else { return }
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

    /// `START TRANSACTION` or `SAVEPOINT`, and the checkpoint.
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
        if span != .whole, failure.refusesSize {
            return .tooLarge(failure.error(.applyFailed, "the target does not take a transaction of this size"))
        }
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

    /// Undoes what is open, but for slices before, and brings the session back to its usual settings.
    private func rollback() {
        do {
            try connection.execute(span.undoing)
            for statement in options.setup { try connection.execute(statement) }
        } catch {
            log.debug("rollback after a failure did not work: \(error)")
            // The target has rolled back all of it, as it does after a deadlock, or is gone.
            lostSlices = span.followsOthers
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

    /// Takes back the slices that were applied and not committed.
    package func abandonSlices() {
        do {
            try connection.execute("ROLLBACK")
            // The lane goes on, and may have nothing to do for long.
            try limitSilence(to: Self.usualSilence)
        } catch { log.debug("the target is gone: \(error)") }
    }

    package func close() { connection.close() }
}
