import Foundation

/// A `BoundedBuffer` between two threads: who finds it full or empty waits.
package final class BoundedQueue<Element: Sendable>: @unchecked Sendable {
    // @unchecked: every access to the state is under the condition's lock.
    private let condition = NSCondition()
    private var buffer: BoundedBuffer<Element>
    private var isClosed = false

    package typealias Cost = BoundedBuffer<Element>.Cost

    package init(limit: Cost) { buffer = BoundedBuffer(limit: limit) }

    /// Waits for room and appends. False when the queue was aborted: the element is dropped.
    package func push(_ element: Element, cost: Cost) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        while !isClosed, !buffer.hasRoom(for: cost) { condition.wait() }
        guard !isClosed else { return false }
        buffer.append(element, cost: cost)
        condition.broadcast()
        return true
    }

    /// Waits until an element of that cost would find room. False when no more elements are taken.
    package func waitForRoom(_ cost: Cost) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        while !isClosed, !buffer.hasRoom(for: cost) { condition.wait() }
        return !isClosed
    }

    /// Waits for the next element, and leaves it there; nil when the queue is closed and empty.
    package func waitForNext() -> Element? {
        condition.lock()
        defer { condition.unlock() }
        while buffer.isEmpty, !isClosed { condition.wait() }
        return buffer.first
    }

    /// Waits for the next element; nil when the queue is closed and empty.
    package func pop() -> Element? {
        condition.lock()
        defer { condition.unlock() }
        while buffer.isEmpty, !isClosed { condition.wait() }
        return take()
    }

    /// Takes the next element if one is there and the test holds for it.
    package func popNow(where test: (Element) -> Bool) -> Element? {
        condition.lock()
        defer { condition.unlock() }
        guard let next = buffer.first, test(next) else { return nil }
        return take()
    }

    package var isEmpty: Bool {
        condition.lock()
        defer { condition.unlock() }
        return buffer.isEmpty
    }

    private func take() -> Element? {
        defer { condition.broadcast() }
        return buffer.take()
    }

    /// No more elements will come; those that are there can still be taken.
    package func close() {
        condition.lock()
        isClosed = true
        condition.broadcast()
        condition.unlock()
    }

    /// Closes the queue, drops what is in it, and returns that.
    @discardableResult
    package func abort() -> [Element] {
        condition.lock()
        defer { condition.unlock() }
        isClosed = true
        condition.broadcast()
        return buffer.removeAll()
    }
}
