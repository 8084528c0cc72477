import Foundation
import Load
import Model
import Plan

/// `LoadState` among threads: each waits here for what the state says.
final class LoadProgress: @unchecked Sendable {
    // @unchecked: every access to the state is under the condition's lock.
    private let condition = NSCondition()
    private var state: LoadState
    private var failure: (any Error)?
    /// What to call when each step on its way is durable, in order.
    private var onDone: [() -> Void] = []
    private let onDurable: (Checkpoint) -> Void
    /// What `pass` was told while something was on its way.
    private var passing: Checkpoint?
    private let onPassed: (Checkpoint) -> Void
    /// When the target was last heard of, or got something to do; nil when it has nothing to do.
    private var waitingSince: ContinuousClock.Instant?

    init(
        _ state: LoadState, onDurable: @escaping (Checkpoint) -> Void,
        onPassed: @escaping (Checkpoint) -> Void = { _ in }
    ) {
        self.state = state
        self.onDurable = onDurable
        self.onPassed = onPassed
    }

    /// The last checkpoint that is durable on the target, and the rows before it.
    var durable: (checkpoint: Checkpoint, rowsBefore: UInt64) { condition.withLock { state.durable } }

    /// Something that no lane can mend: everything ends.
    func fail(_ error: any Error) {
        condition.withLock {
            if failure == nil { failure = error }
            condition.broadcast()
        }
    }

    /// How long the target has not finished anything that it was asked to do; nil when it has nothing to do.
    var waiting: Duration? { condition.withLock { waitingSince?.duration(to: .now) } }

    /// Asks the target for something beside the lanes' parts, when nothing is on its way.
    func alone<Result>(_ body: () throws -> Result) rethrows -> Result {
        condition.withLock { waitingSince = .now }
        defer { condition.withLock { waitingSince = nil } }
        return try body()
    }

    /// What failed, if anything.
    var failed: (any Error)? { condition.withLock { failure } }

    /// Waits for room for so many bytes.
    func waitForRoom(bytes: Int) throws {
        try condition.withLock { try wait { $0.hasRoom(bytes: bytes) } }
    }

    /// Waits for room, then takes in a step, see `LoadState.begin`.
    ///
    /// - Parameter onDone: called when the step is durable and all before it.
    func begin(
        _ parts: [LanePart], rows: Int, bytes: Int, resume: Checkpoint?, onDone: @escaping () -> Void
    ) throws -> [LoadState.Place] {
        try condition.withLock {
            try wait { $0.hasRoom(bytes: bytes) }
            self.onDone.append(onDone)
            if waitingSince == nil { waitingSince = .now }
            let (places, durable) = state.begin(parts, rows: rows, bytes: bytes, resume: resume)
            tell(durable)
            if state.isIdle { waitingSince = nil }
            return places
        }
    }

    /// Waits under the lock until the state is so.
    private func wait(until test: (LoadState) -> Bool) throws {
        while failure == nil, !test(state) { condition.wait() }
        if let failure { throw failure }
    }

    /// Waits until everything that the part depends on is durable.
    func waitForOthers(_ part: LanePart, _ place: LoadState.Place) throws {
        try condition.withLock { try wait { $0.isFree(part, place) } }
    }

    /// What the lane writes into its row with the part.
    func mark(for part: LanePart, _ place: LoadState.Place) -> LaneMark {
        condition.withLock { state.mark(for: part, place) }
    }

    /// The part is durable, with the mark.
    func complete(_ part: LanePart, _ place: LoadState.Place, _ mark: LaneMark) {
        condition.withLock {
            tell(state.complete(part, place, mark))
            waitingSince = state.isIdle ? nil : .now
            condition.broadcast()
        }
    }

    private func tell(_ durable: [LoadState.DurableStep]) {
        for step in durable {
            if let resume = step.resume { onDurable(resume) }
            onDone.removeFirst()()
        }
        guard state.isIdle, let passing else { return }
        self.passing = nil
        onPassed(passing)
    }

    /// Nothing is to be applied up to here: told to `onPassed` once everything before it is durable.
    func pass(_ checkpoint: Checkpoint) {
        condition.withLock { if state.isIdle { onPassed(checkpoint) } else { passing = checkpoint } }
    }

    var isIdle: Bool { condition.withLock { state.isIdle } }

    /// Nothing is on its way, and nothing was to be applied up to here.
    func reach(_ checkpoint: Checkpoint) { condition.withLock { state.reach(checkpoint) } }

    /// Waits until nothing is on its way.
    func drain() throws { try condition.withLock { try wait { $0.isIdle } } }

    /// What the first lane's row is to say when nothing is on its way; nil when some row says it.
    var unwritten: LaneMark? { condition.withLock { state.unwritten() } }

    /// See `LoadState.markOfSlice`.
    func markOfSlice(rows: Int, resume: Checkpoint) -> LaneMark {
        condition.withLock { state.markOfSlice(rows: rows, resume: resume) }
    }

    /// See `LoadState.forgetSlices`.
    func forgetSlices() { condition.withLock { state.forgetSlices() } }

    /// The first lane's row says so now.
    func noteWritten(_ mark: LaneMark) {
        condition.withLock {
            state.noteWritten(mark)
            onDurable(mark.checkpoint)
        }
    }

    // Commits in order.

    func isTurn(_ place: LoadState.Place) -> Bool { condition.withLock { state.isTurn(place) } }

    /// Waits for the part's turn to commit.
    ///
    /// - Parameter yields: gives up when nobody committed for a while: whose turn it is may wait for this one's locks.
    /// - Returns: false when it gave up, or something failed.
    func waitTurn(_ place: LoadState.Place, yields: Bool) -> Bool {
        condition.withLock {
            while failure == nil, !state.isTurn(place) {
                let seen = state.nextTurn
                let isOver = !condition.wait(until: Date(timeIntervalSinceNow: Self.patience))
                if yields, isOver, state.nextTurn == seen { return false }
            }
            return failure == nil
        }
    }

    /// Seconds without a commit after which locks are given up.
    private static let patience = 0.5
}
