/// What a `BoundedQueue` holds: elements in order, bounded in rows and bytes.
///
/// One element that is larger than the bounds passes when the buffer is empty, so that nothing can get stuck.
package struct BoundedBuffer<Element: Sendable>: Sendable {
    private var elements: [(element: Element?, cost: Cost)] = []
    /// Index of the first element that was not taken; the array is compacted when half of it was.
    private var head = 0
    package private(set) var held = Cost(rows: 0, bytes: 0)
    package let limit: Cost

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

    package var isEmpty: Bool { head == elements.count }
    package var count: Int { elements.count - head }
    package var first: Element? { isEmpty ? nil : elements[head].element }

    package func hasRoom(for cost: Cost) -> Bool {
        isEmpty || (held.rows + cost.rows <= limit.rows && held.bytes + cost.bytes <= limit.bytes)
    }

    package mutating func append(_ element: Element, cost: Cost) {
        elements.append((element, cost))
        held.rows += cost.rows
        held.bytes += cost.bytes
    }

    package mutating func take() -> Element? {
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
        return element
    }

    /// Drops all elements, and returns them.
    package mutating func removeAll() -> [Element] {
        let dropped = elements[head...].compactMap(\.element)
        elements.removeAll()
        head = 0
        held = Cost(rows: 0, bytes: 0)
        return dropped
    }
}
