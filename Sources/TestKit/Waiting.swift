import Foundation

/// Waits for a condition, looking every 10 ms. Returns whether it came true in time.
///
/// Blocks its thread on purpose: the test library starts all cases at once, and blocking keeps as many running as
/// the machine has cores.
package func waitUntil(seconds: Double, _ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while try !condition() {
        if ContinuousClock.now > deadline { return false }
        usleep(10_000)
    }
    return true
}

/// A value behind a lock. (ThreadSanitizer understands `NSLock`, not yet `Mutex`.)
package final class NSLockedValue<Value>: @unchecked Sendable {
    // @unchecked: every access to `value` holds the lock.
    private let lock = NSLock()
    private var value: Value

    package init(_ value: Value) { self.value = value }

    package func with<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}
