import Foundation

/// A blocking queue between two threads, bounded in rows and bytes.
///
/// One element that is larger than the bounds passes when the queue is empty, so that nothing can get stuck.
package final class BoundedQueue<Element: Sendable>: @unchecked Sendable {
    // @unchecked: every access to the state is under the condition's lock.
    private let condition = NSCondition()
    private var elements: [(element: Element?, cost: Cost)] = []
    /// Index of the first element that was not taken; the array is compacted when half of it was.
    private var head = 0
    private var held = Cost(rows: 0, bytes: 0)
    private var isClosed = false
    private let limit: Cost

    /// What an element takes.
    package struct Cost: Sendable {
        package var rows: Int
        package var bytes: Int

        package init(rows: Int, bytes: Int) {
            self.rows = rows
            self.bytes = bytes
        }
    }

    package init(limit: Cost) { self.limit = limit }

    /// Waits for room and appends. False when the queue was aborted: the element is dropped.
    package func push(_ element: Element, cost: Cost) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        while !isClosed, head < elements.count,
            held.rows + cost.rows > limit.rows || held.bytes + cost.bytes > limit.bytes
        {
            condition.wait()
        }
        guard !isClosed else { return false }
        elements.append((element, cost))
        held.rows += cost.rows
        held.bytes += cost.bytes
        condition.broadcast()
        return true
    }

    /// Waits for the next element; nil when the queue is closed and empty.
    package func pop() -> Element? {
        condition.lock()
        defer { condition.unlock() }
        while head == elements.count, !isClosed { condition.wait() }
        return take()
    }

    /// Waits until an element is there or the queue is closed.
    package func waitForNext() {
        condition.lock()
        while head == elements.count, !isClosed { condition.wait() }
        condition.unlock()
    }

    /// Takes the next element if one is there and the test holds for it.
    package func popNow(where test: (Element) -> Bool) -> Element? {
        condition.lock()
        defer { condition.unlock() }
        guard head < elements.count, let next = elements[head].element, test(next) else { return nil }
        return take()
    }

    package var isEmpty: Bool {
        condition.lock()
        defer { condition.unlock() }
        return head == elements.count
    }

    private func take() -> Element? {
        guard head < elements.count else { return nil }
        let (element, cost) = elements[head]
        // Nothing may refer to the element any more: its owner changes it in place.
        elements[head].element = nil
        head += 1
        held.rows -= cost.rows
        held.bytes -= cost.bytes
        if head * 2 >= elements.count {
            elements.removeFirst(head)
            head = 0
        }
        condition.broadcast()
        return element
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
        let dropped = elements[head...].compactMap(\.element)
        elements.removeAll()
        head = 0
        held = Cost(rows: 0, bytes: 0)
        condition.broadcast()
        return dropped
    }
}
