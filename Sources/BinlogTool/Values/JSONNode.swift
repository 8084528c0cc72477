import Binlog

/// A JSON document as a tree, for what its text alone does not allow: checking it, and applying partial updates.
indirect enum JSONNode {
    /// Members in order; each name with its quotes, as it is written.
    case object([Member])
    case array([JSONNode])
    /// A number, a string with its quotes, `true`, `false` or `null`.
    case scalar([UInt8])

    struct Member {
        var name: [UInt8]
        var value: JSONNode
    }

    /// Reads a text; nil when it is not JSON or nested deeper than the limit.
    init?(_ text: ArraySlice<UInt8>, depthLimit: Int = 100) {
        var parser = JSONParser(text: text, depthLimit: depthLimit)
        guard let node = parser.document() else { return nil }
        self = node
    }

    /// Appends the document in MySQL's spelling, on one line.
    func append(to text: inout [UInt8]) {
        switch self {
        case .scalar(let bytes): text.append(contentsOf: bytes)
        case .array(let items):
            text.append(91)
            for (index, item) in items.enumerated() {
                if index > 0 { text.append(contentsOf: [44, 32] as [UInt8]) }
                item.append(to: &text)
            }
            text.append(93)
        case .object(let members):
            text.append(123)
            for (index, member) in members.enumerated() {
                if index > 0 { text.append(contentsOf: [44, 32] as [UInt8]) }
                text.append(contentsOf: member.name)
                text.append(contentsOf: [58, 32] as [UInt8])
                member.value.append(to: &text)
            }
            text.append(125)
        }
    }
}

/// A strict reader of JSON text (RFC 8259).
private struct JSONParser {
    let text: ArraySlice<UInt8>
    let depthLimit: Int
    private var at: Int

    init(text: ArraySlice<UInt8>, depthLimit: Int) {
        self.text = text
        self.depthLimit = depthLimit
        at = text.startIndex
    }

    private var next: UInt8? { at < text.endIndex ? text[at] : nil }

    mutating func document() -> JSONNode? {
        guard let node = value(depth: 0) else { return nil }
        skipBlanks()
        return next == nil ? node : nil
    }

    private mutating func skipBlanks() { while let byte = next, [32, 9, 10, 13].contains(byte) { at += 1 } }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipBlanks()
        guard next == byte else { return false }
        at += 1
        return true
    }

    private mutating func value(depth: Int) -> JSONNode? {
        skipBlanks()
        guard depth <= depthLimit, let first = next else { return nil }
        switch first {
        case 123: return object(depth)
        case 91: return array(depth)
        case 34: return string().map(JSONNode.scalar)
        default: return word().map(JSONNode.scalar)
        }
    }

    private mutating func array(_ depth: Int) -> JSONNode? {
        at += 1
        var items: [JSONNode] = []
        if take(93) { return .array(items) }
        repeat {
            guard let item = value(depth: depth + 1) else { return nil }
            items.append(item)
        } while take(44)
        return take(93) ? .array(items) : nil
    }

    private mutating func object(_ depth: Int) -> JSONNode? {
        at += 1
        var members: [JSONNode.Member] = []
        if take(125) { return .object(members) }
        repeat {
            skipBlanks()
            guard next == 34, let name = string(), take(58), let value = value(depth: depth + 1) else { return nil }
            members.append(JSONNode.Member(name: name, value: value))
        } while take(44)
        return take(125) ? .object(members) : nil
    }

    /// With its quotes.
    private mutating func string() -> [UInt8]? {
        let start = at
        at += 1
        while let byte = next {
            at += 1
            switch byte {
            case 34: return Array(text[start..<at])
            case 0..<32: return nil
            case 92:
                guard let escaped = next, "\"\\/bfnrtu".utf8.contains(escaped) else { return nil }
                at += 1
            default: break
            }
        }
        return nil
    }

    private mutating func word() -> [UInt8]? {
        let start = at
        while let byte = next, ![44, 93, 125, 32, 9, 10, 13].contains(byte) { at += 1 }
        let word = String(decoding: text[start..<at], as: UTF8.self)
        let isWord = ["true", "false", "null"].contains(word)
        let isNumber = word.wholeMatch(of: #/-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/#) != nil
        return isWord || isNumber ? Array(word.utf8) : nil
    }
}
