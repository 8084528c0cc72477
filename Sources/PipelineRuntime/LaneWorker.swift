import Load
import Logging
import Model
import MySQLClient
import Plan

/// One lane at work: applies its parts in order, each in one transaction, and tries again what another try can mend.
struct LaneWorker: @unchecked Sendable {
    // @unchecked: the lane is used by the worker's thread, and by others only while nothing is on its way.
    struct Job: Sendable {
        let part: PreparedPart
        let place: LoadState.Place
    }

    let lane: Lane
    let jobs: BoundedQueue<Job>
    let progress: LoadProgress
    let tuning: LoadTuning
    let keepsOrder: Bool
    let meter: ProgressMeter
    let log: Logger
    let pause: Pause
    let errors: ErrorPolicies
    let ledger: ErrorLedger

    /// Works until the queue ends, or something fails.
    func run() throws {
        do {
            while let job = jobs.pop() {
                try progress.waitForOthers(job.part.part, job.place)
                var effort = Effort()
                let mark = try apply(job.part, .own(job.place), &effort)
                progress.complete(job.part.part, job.place, mark)
                tuning.note(rows: job.part.part.rows.count, time: effort.time, conflicts: effort.conflicts)
            }
        } catch {
            progress.fail(error)
            throw error
        }
    }

    /// Applies a slice of a transaction from LOAD's thread, while no part is on its way.
    func apply(slice part: PreparedPart, _ mark: LaneMark, _ span: Lane.Span) throws {
        var effort = Effort()
        _ = try apply(part, .slice(mark, span), &effort)
    }

    /// The target transaction that a part goes into.
    private enum Frame {
        /// One of its own.
        case own(LoadState.Place)
        /// One that begins before it or ends behind it.
        case slice(LaneMark, Lane.Span)
    }

    /// What a part took.
    private struct Effort {
        let started = ContinuousClock.now
        /// For its turn.
        var waited = Duration.zero
        var conflicts = 0
        var time: Duration { started.duration(to: .now) - waited }
    }

    private func apply(
        _ prepared: PreparedPart, _ frame: Frame, _ effort: inout Effort
    ) throws -> LaneMark {
        do {
            var resolver = RefusalResolver(prepared, errors, ledger)
            let mark = try retrying(frame, &effort) { lane, turn throws(Lane.Failure) in
                // Anew for each try: what an earlier one resolved was rolled back with it.
                resolver = RefusalResolver(prepared, errors, ledger)
                let (mark, span) =
                    switch frame {
                    case .own(let place): (progress.mark(for: prepared.part, place), Lane.Span.whole)
                    case .slice(let mark, let span): (mark, span)
                    }
                try lane.apply(prepared.script, mark: mark, span: span, turn: turn) { resolver.resolve($0, $1) }
                return mark
            }
            resolver.tell(log, meter)
            return mark
        } catch Lane.Failure.refused(let failure, let statement) {
            return try applyAgain(prepared, frame, failure, statement, &effort)
        } catch Lane.Failure.rowMissing(let statement, let matched) {
            throw RefusedRow(prepared, statement).missing(matched: matched)
        }
    }

    /// The target refused a statement. A row that is there already is overwritten where the policy says so; anything
    /// else is narrowed down to the row, and skipped or told.
    private func applyAgain(
        _ prepared: PreparedPart, _ frame: Frame, _ failure: StatementFailure,
        _ statement: ApplyScript.Statement, _ effort: inout Effort
    ) throws -> LaneMark {
        let isMerged = prepared.plans[Int(statement.plan)]?.isMerged ?? true
        let step = errors.step(
            after: ErrorClass(refusedBy: failure), rows: statement.rowCount, isMerged: isMerged,
            written: prepared.options)
        switch step {
        case .overwrite(let options):
            let mark = try apply(try prepared.rewritten(options), frame, &effort)
            // Told when it is true: another statement of the part may still be refused.
            log.warning(
                "rows exist on the target already and are overwritten",
                metadata: [
                    "code": "row-overwritten",
                    "table": "\(prepared.plans[Int(statement.plan)]?.target.name.description ?? "")",
                    "cause": "\(failure.message)",
                ])
            meter.overcame("rows existed on the target and were overwritten: \(failure.message)")
            return mark
        case .isolate(let options), .keepOrder(let options):
            return try apply(try prepared.rewritten(options), frame, &effort)
        case .stop: throw RefusedRow(prepared, statement).refused(failure)
        }
    }

    /// Tries again what another try can mend while the connection lives: deadlocks, lock waits, a turn that does not
    /// come.
    private func retrying(
        _ frame: Frame, _ effort: inout Effort, _ body: (Lane, Lane.Turn?) throws(Lane.Failure) -> LaneMark
    ) throws -> LaneMark {
        var retry = LaneRetry()
        let waited = Waited()
        defer { effort.waited += waited.time }
        while true {
            let failure: Lane.Failure
            do throws(Lane.Failure) {
                return try body(lane, turn(frame, yields: retry.yields, waited))
            } catch {
                failure = error
            }
            switch retry.step(after: failure) {
            case .waitForTurn:
                effort.conflicts += 1
                // Without locks it waits as long as it takes; then nobody is before it.
                guard case .own(let place) = frame, waited.during({ progress.waitTurn(place, yields: false) }) else {
                    throw progress.failed ?? Self.told(failure)
                }
            case .again(let attempt, let error):
                effort.conflicts += 1
                meter.overcame(error.description)
                guard pause.wait(attempt: attempt) else { throw TransientFailure(error: error) }
                if let failure = progress.failed { throw failure }
            case .restart(let error): throw TransientFailure(error: error)
            case .end: throw Self.told(failure)
            }
        }
    }

    private func turn(_ frame: Frame, yields: Bool, _ waited: Waited) -> Lane.Turn? {
        guard keepsOrder, case .own(let place) = frame else { return nil }
        return Lane.Turn(
            isNow: { progress.isTurn(place) },
            wait: { waited.during { progress.waitTurn(place, yields: yields) } })
    }

    /// Adds up how long waits took.
    private final class Waited {
        private(set) var time = Duration.zero

        func during<Result>(_ body: () -> Result) -> Result {
            let start = ContinuousClock.now
            defer { time += start.duration(to: .now) }
            return body()
        }
    }

    /// What the user is told of a failure that no other try can mend; those that concern a row stay as they are.
    static func told(_ failure: Lane.Failure) -> any Error {
        switch failure {
        case .fenced:
            LutraError(
                .stopped, "another lutra process has taken this pipeline over",
                hint: "let only one process run a channel")
        case .checkpointLost:
            LutraError(
                .checkpointInvalid, "the pipeline's row in retl.lutra_checkpoint is gone",
                hint: "somebody deleted it while the pipeline ran; start again with --initial-load or --start")
        case .gaveWay: LutraError(.stopped, "the pipeline ended while a lane waited for its turn")
        case .tooLarge(let error): TransactionTooLarge(error: error)
        case .slicesLost(let error): TransientFailure(error: error)
        case .transient, .refused, .rowMissing: failure
        }
    }
}

/// The target does not take a large transaction whole; in slices that are visible one by one it may.
struct TransactionTooLarge: Error {
    let error: LutraError
}

/// A failure that starting again from the target's checkpoint may mend.
struct TransientFailure: Error {
    let error: LutraError
}
