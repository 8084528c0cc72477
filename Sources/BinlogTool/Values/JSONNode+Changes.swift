import Binlog

extension JSONNode {
    /// One step of a path: a member by its quoted name, or an item by its index.
    private enum Step {
        case member([UInt8])
        case item(Int)
    }

    /// Applies the changes of a partial JSON value in order; false when one does not fit the document.
    mutating func apply(_ changes: [JSONChanges.Change], of bytes: [UInt8]) throws(ValueError) -> Bool {
        for change in changes {
            var text: [UInt8] = []
            if change.operation != 2 { try JSONText.append(bytes, in: change.value, to: &text) }
            let value: JSONNode? = change.operation == 2 ? nil : JSONNode(text[...])
            guard let steps = Self.steps(bytes[change.path]), !steps.isEmpty || change.operation == 0,
                apply(change.operation, steps[...], value)
            else { return false }
        }
        return true
    }

    private mutating func apply(_ operation: UInt8, _ steps: ArraySlice<Step>, _ new: JSONNode?) -> Bool {
        guard let step = steps.first else {
            guard let new else { return false }
            self = new
            return true
        }
        let isLast = steps.count == 1
        switch (self, step) {
        case (.object(var members), .member(let name)):
            let index = members.firstIndex { $0.name == name }
            if isLast, operation == 1, index == nil, let new {
                members.insert(Member(name: name, value: new), at: Self.place(of: name, in: members))
            } else if isLast, operation == 2, let index {
                members.remove(at: index)
            } else {
                guard let index, members[index].value.apply(operation, steps.dropFirst(), new) else { return false }
            }
            self = .object(members)
        case (.array(var items), .item(let index)):
            if isLast, operation == 1, index <= items.count, let new {
                items.insert(new, at: index)
            } else if isLast, operation == 2, index < items.count {
                items.remove(at: index)
            } else {
                guard index < items.count, items[index].apply(operation, steps.dropFirst(), new) else { return false }
            }
            self = .array(items)
        // MySQL takes a value that is no array for an array of one.
        case (_, .item(0)): return apply(operation, steps.dropFirst(), new)
        default: return false
        }
        return true
    }

    /// MySQL keeps members by the length of their names, then by bytes.
    private static func place(of name: [UInt8], in members: [Member]) -> Int {
        members.firstIndex { other in
            other.name.count == name.count
                ? name.lexicographicallyPrecedes(other.name) : name.count < other.name.count
        } ?? members.count
    }

    /// `$.a."b c"[3]`; nil when it is no such path.
    private static func steps(_ path: ArraySlice<UInt8>) -> [Step]? {
        guard path.first == UInt8(ascii: "$") else { return nil }
        var rest = path.dropFirst()
        var steps: [Step] = []
        while let mark = rest.popFirst() {
            if mark == UInt8(ascii: "[") {
                let digits = rest.prefix { $0 != UInt8(ascii: "]") }
                guard let index = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
                rest = rest.dropFirst(digits.count + 1)
                steps.append(.item(index))
            } else if mark == UInt8(ascii: "."), rest.first == UInt8(ascii: "\"") {
                var end = rest.startIndex + 1
                while end < rest.endIndex, rest[end] != UInt8(ascii: "\"") {
                    end += rest[end] == UInt8(ascii: "\\") ? 2 : 1
                }
                guard end < rest.endIndex else { return nil }
                steps.append(.member(Array(rest[...end])))
                rest = rest[(end + 1)...]
            } else if mark == UInt8(ascii: ".") {
                let name = rest.prefix { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "[") }
                steps.append(.member([34] + name + [34]))
                rest = rest.dropFirst(name.count)
            } else {
                return nil
            }
        }
        return steps
    }
}
