package import Logging
package import Model
package import MySQLClient
package import Plan

/// One connection to the target that applies batches: rows and checkpoint in one transaction.
///
/// Blocking; belongs to one thread.
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
    }

    private let options: ConnectionOptions
    private let table: CheckpointTable
    private let log: Logger
    private(set) package var connection: Connection
    private var fence: UInt64 = 0
    /// The target's `max_allowed_packet`, bytes.
    package let packetBytes: Int

    /// Connects.
    /// - Throws: `LutraError`.
    package init(_ options: ConnectionOptions, table: CheckpointTable, log: Logger) throws {
        var options = options
        options.setup += [SessionMode.strict, "SET SESSION foreign_key_checks=1, unique_checks=1, autocommit=1"]
        self.options = options
        self.table = table
        self.log = log
        connection = try Connection.open(options)
        let text = try connection.value("SELECT @@max_allowed_packet")
        packetBytes = text.flatMap { Int($0) } ?? 4 << 20
    }

    /// Takes the pipeline over, see `CheckpointTable.takeOver`.
    package func takeOver(from start: Checkpoint) throws -> CheckpointTable.Entry {
        let entry = try table.takeOver(connection, from: start)
        fence = entry.fence
        return entry
    }

    /// Applies a script and moves the checkpoint, in one transaction and, where it fits a packet, in one round trip.
    package func apply(_ script: ApplyScript, checkpoint: Checkpoint) throws(Failure) {
        var packet: [UInt8] = []
        var first = 0
        packet.append(contentsOf: "START TRANSACTION;".utf8)
        packet.append(contentsOf: table.moveStatement(to: checkpoint, fence: fence).utf8)
        // Statements before the first of the script in its first packet.
        var preamble = 2
        let packetMax = min(packetBytes / 4 * 3, 4 << 20)
        for (number, statement) in script.statements.enumerated() {
            if packet.count > 0, packet.count + statement.range.count + 16 > packetMax {
                try send(&packet, script, first: first, preamble: preamble)
                first = number
                preamble = 0
            }
            if !packet.isEmpty { packet.append(UInt8(ascii: ";")) }
            packet.append(contentsOf: script.sql[statement.range])
        }
        packet.append(contentsOf: packet.isEmpty ? "COMMIT".utf8 : ";COMMIT".utf8)
        try send(&packet, script, first: first, preamble: preamble, isLast: true)
    }

    private func send(
        _ packet: inout [UInt8], _ script: ApplyScript, first: Int, preamble: Int, isLast: Bool = false
    ) throws(Failure) {
        defer { packet.removeAll(keepingCapacity: true) }
        var commits = isLast
        if isLast, hasExpectations(script, from: first) {
            // The counts must be seen before the commit: it goes out by itself.
            packet.removeLast(packet.count > 6 ? 7 : 6)
            commits = false
        }
        if !packet.isEmpty { try check(try execute(packet, script, first, preamble), script, first, preamble) }
        if isLast, !commits { _ = try execute(Array("COMMIT".utf8), script, script.statements.count, 0) }
    }

    private func hasExpectations(_ script: ApplyScript, from first: Int) -> Bool {
        script.statements[first...].contains { $0.expectedRows != nil }
    }

    private func execute(
        _ packet: [UInt8], _ script: ApplyScript, _ first: Int, _ preamble: Int
    ) throws(Failure) -> [UInt64] {
        do {
            return try connection.execute(packet)
        } catch let failure as StatementFailure {
            rollback()
            throw classify(failure, script, number: first + failure.statementIndex - preamble)
        } catch {
            rollback()
            throw .transient(LutraError(.applyFailed, "the batch could not be sent", cause: "\(error)"))
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
        _ counts: [UInt64], _ script: ApplyScript, _ first: Int, _ preamble: Int
    ) throws(Failure) {
        if preamble == 2, counts.count > 1, counts[1] != 1 {
            rollback()
            throw .checkpointLost
        }
        for (place, count) in counts.enumerated().dropFirst(preamble) {
            let number = first + place - preamble
            guard number < script.statements.count else { return }
            let statement = script.statements[number]
            guard let expected = statement.expectedRows, expected != count else { continue }
            rollback()
            throw .rowMissing(statement: statement, matched: count)
        }
    }

    /// Undoes what is open and brings the session back to its usual settings; a dead connection is left to `reopen`.
    private func rollback() {
        do {
            try connection.execute("ROLLBACK")
            for statement in options.setup { try connection.execute(statement) }
        } catch {
            log.debug("rollback after a failure did not work: \(error)")
        }
    }

    /// Moves the checkpoint alone: nothing was to be applied up to there.
    package func move(to checkpoint: Checkpoint) throws(Failure) { try apply(ApplyScript(), checkpoint: checkpoint) }

    /// Connects anew.
    package func reopen() throws {
        connection.close()
        connection = try Connection.open(options)
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
