import Foundation

/// Asks a pipeline to stop, from any thread; every wait of the pipeline ends soon after.
package final class StopSignal: @unchecked Sendable {
    // @unchecked: the state is under the condition's lock.
    private let condition = NSCondition()
    private var isRaised = false
    private var actions: [Int: @Sendable () -> Void] = [:]
    private var nextAction = 0

    package init() {}

    package var isStopped: Bool {
        condition.lock()
        defer { condition.unlock() }
        return isRaised
    }

    package func raise() {
        condition.lock()
        isRaised = true
        let run = Array(actions.values)
        condition.broadcast()
        condition.unlock()
        for action in run { action() }
    }

    /// Runs the action when the signal is raised, at once if it was; until `remove` is called with the result.
    package func onRaise(_ action: @escaping @Sendable () -> Void) -> Int {
        condition.lock()
        let raised = isRaised
        let number = nextAction
        nextAction += 1
        if !raised { actions[number] = action }
        condition.unlock()
        if raised { action() }
        return number
    }

    package func remove(_ number: Int) {
        condition.lock()
        actions[number] = nil
        condition.unlock()
    }

    /// Waits; false when the signal came first.
    package func wait(seconds: Double) -> Bool {
        let deadline = Date(timeIntervalSinceNow: seconds)
        condition.lock()
        defer { condition.unlock() }
        while !isRaised {
            if !condition.wait(until: deadline) { return !isRaised }
        }
        return false
    }
}

/// The time between tries: doubles from a tenth of a second to 30 s, with jitter so that many do not come at once.
package struct Pause: Sendable {
    package let stop: StopSignal
    /// A random number from 0 to 1.
    package var random: @Sendable () -> Double

    package init(stop: StopSignal, random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }) {
        self.stop = stop
        self.random = random
    }

    package static func seconds(attempt: Int, random: Double) -> Double {
        let base = 0.1 * Double(1 << min(max(attempt - 1, 0), 9))
        return min(base, 30) * (0.5 + random / 2)
    }

    /// Waits before try number `attempt` (from 1); false when the pipeline is to stop.
    package func wait(attempt: Int) -> Bool { stop.wait(seconds: Self.seconds(attempt: attempt, random: random())) }
}
