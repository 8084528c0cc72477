import Load
import Logging
import Model
import MySQLClient
import Plan

/// LOAD: brings batches to the target, one transaction each, in the order in which they come.
struct LoadStage {
    let lane: Lane
    let ddl: DDLExecutor
    let meter: ProgressMeter
    let log: Logger
    let pause: Pause
    /// The last checkpoint that is durable on the target.
    private(set) var durable: Checkpoint
    /// The last checkpoint that was reached without rows and is not written yet.
    private var reached: Checkpoint?
    private var lastIdleWrite = ContinuousClock.now
    private let errors: ErrorPolicies
    private let ledger: ErrorLedger

    init(
        lane: Lane, ddl: DDLExecutor, meter: ProgressMeter, log: Logger, pause: Pause, durable: Checkpoint,
        errors: ErrorPolicies, ledger: ErrorLedger
    ) {
        self.errors = errors
        self.ledger = ledger
        self.lane = lane
        self.ddl = ddl
        self.meter = meter
        self.log = log
        self.pause = pause
        self.durable = durable
    }

    /// Works until the queue ends, then writes the last checkpoint.
    mutating func run(_ queue: BoundedQueue<LoadItem>) throws {
        while let item = queue.pop() {
            switch item {
            case .rows(let prepared):
                try apply(prepared)
                commit(prepared.batch.resume)
                meter.applied(prepared)
            case .ddl(let statement, let done):
                defer { done.open() }
                try ddl.run(statement, on: lane)
                commit(statement.resume)
            case .progress(let checkpoint):
                reached = checkpoint
                // An idle pipeline moves its checkpoint once a second at most; nobody waits for it.
                if queue.isEmpty, lastIdleWrite.duration(to: .now) > .seconds(1) { try writeReached() }
            }
        }
        try writeReached()
    }

    private mutating func commit(_ checkpoint: Checkpoint) {
        durable = checkpoint
        reached = nil
        meter.durable(checkpoint)
    }

    private mutating func writeReached() throws {
        guard let checkpoint = reached, checkpoint != durable else { return }
        try retrying { lane throws(Lane.Failure) in try lane.move(to: checkpoint) }
        lastIdleWrite = .now
        commit(checkpoint)
    }

    private func apply(_ prepared: PreparedBatch) throws {
        do {
            // Anew for each try: what an earlier one resolved was rolled back with it.
            var resolver = RefusalResolver(prepared, errors, ledger)
            try retrying { lane throws(Lane.Failure) in
                resolver = RefusalResolver(prepared, errors, ledger)
                try lane.apply(prepared.script, checkpoint: prepared.batch.resume) { resolver.resolve($0, $1) }
            }
            resolver.tell(log, meter)
        } catch Lane.Failure.refused(let failure, let statement) {
            try applyAgain(prepared, failure, statement)
        } catch Lane.Failure.rowMissing(let statement, let matched) {
            throw RefusedRow(prepared, statement).missing(matched: matched)
        }
    }

    /// The target refused a statement. A row that is there already is overwritten where the policy says so; anything
    /// else is narrowed down to the row, and skipped or told.
    private func applyAgain(
        _ prepared: PreparedBatch, _ failure: StatementFailure, _ statement: ApplyScript.Statement
    ) throws {
        let isMerged = prepared.plans[Int(statement.plan)]?.isMerged ?? true
        var retry = prepared.options
        let overwrites =
            ErrorClass(refusedBy: failure) == .duplicate
            && errors.policy(for: .duplicate, isMerged: isMerged) == .overwrite
        if overwrites, !retry.overwritesExisting, statement.row != ApplyScript.Statement.noRow {
            retry.overwritesExisting = true
            log.warning(
                "rows exist on the target already and are overwritten",
                metadata: [
                    "code": "row-overwritten",
                    "table": "\(prepared.plans[Int(statement.plan)]?.target.name.description ?? "")",
                    "cause": "\(failure.message)",
                ])
            meter.overcame("rows existed on the target and were overwritten: \(failure.message)")
            return try apply(try prepared.rewritten(retry))
        }
        if statement.rowCount > 1 { return try apply(try prepared.rewritten(retry.isolating)) }
        throw RefusedRow(prepared, statement).refused(failure)
    }

    /// Tries again what another try can mend while the connection lives: deadlocks, lock waits.
    private func retrying(_ body: (Lane) throws(Lane.Failure) -> Void) throws {
        var attempt = 0
        while true {
            let failure: Lane.Failure
            do throws(Lane.Failure) {
                try body(lane)
                return
            } catch {
                failure = error
            }
            guard case .transient(let error) = failure else { throw Self.told(failure) }
            attempt += 1
            // A lost connection leaves open whether the commit arrived: the pipeline starts again from the checkpoint
            // that it finds.
            if error.code == .connectionLost || attempt >= 10 { throw TransientFailure(error: error) }
            meter.overcame(error.description)
            guard pause.wait(attempt: attempt) else { throw TransientFailure(error: error) }
        }
    }

    /// What the user is told of a failure that no other try can mend; those that concern a row stay as they are.
    private static func told(_ failure: Lane.Failure) -> any Error {
        switch failure {
        case .fenced:
            LutraError(
                .stopped, "another lutra process has taken this pipeline over",
                hint: "let only one process run a channel")
        case .checkpointLost:
            LutraError(
                .checkpointInvalid, "the pipeline's row in retl.lutra_checkpoint is gone",
                hint: "somebody deleted it while the pipeline ran; start again with --initial-load or --start")
        case .transient, .refused, .rowMissing: failure
        }
    }
}

/// A failure that starting again from the target's checkpoint may mend.
struct TransientFailure: Error {
    let error: LutraError
}
