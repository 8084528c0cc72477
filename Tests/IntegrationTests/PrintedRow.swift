import Foundation
import TestKit

/// A value as it was printed or read: its JSON as written, and the type where SELECT read it.
struct PrintedValue {
    /// JSON, with a string's quotes.
    let raw: String
    /// The type of the column where SELECT read it.
    let type: String?

    init(raw: String) {
        self.raw = raw
        type = nil
    }

    /// What SELECT read, as it ought to be printed.
    init(read text: String?, type: String) {
        self.type = type
        guard let text else {
            raw = "null"
            return
        }
        switch type {
        case "tinyint", "smallint", "mediumint", "int", "bigint", "bit", "year", "float", "double", "json", "vector":
            raw = text
        default: raw = Self.quoted(text)
        }
    }

    /// A JSON string, by rules of its own: only what must be escaped is.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\" + String(scalar)
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 32: result += String(format: "\\u%04x", scalar.value)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    func equals(_ other: PrintedValue) -> Bool {
        if raw == other.raw { return true }
        switch type ?? other.type {
        case "float": return numbers == other.numbers && numbers.count == 1
        case "double": return Double(raw) != nil && Double(raw) == Double(other.raw)
        case "vector": return numbers == other.numbers && !numbers.isEmpty
        default: return false
        }
    }

    /// The numbers of a FLOAT or a VECTOR.
    private var numbers: [Float] {
        raw.split { "[], ".contains($0) }.compactMap { Float($0) }
    }
}

/// One line of `lutra binlog print --format json`.
struct PrintedRow {
    let line: Substring
    let schema: String
    let table: String
    let place: LogPlace
    let before: [String: PrintedValue]?
    let after: [String: PrintedValue]?

    init(line: Substring) throws {
        self.line = line
        var scanner = JSONScanner(line.utf8)
        let fields = try scanner.object()
        func text(_ name: String) throws -> String {
            guard let raw = fields[name] else { throw TestFailure("no \(name) in \(line.prefix(300))") }
            return try JSONScanner.text(raw)
        }
        schema = try text("schema")
        table = try text("table")
        place = LogPlace(file: try text("file"), offset: UInt64(fields["offset"] ?? "") ?? 0)
        func image(_ name: String) throws -> [String: PrintedValue]? {
            guard let raw = fields[name] else { return nil }
            var scanner = JSONScanner(raw.utf8)
            return try scanner.object().mapValues { PrintedValue(raw: $0) }
        }
        before = try image("before")
        after = try image("after")
    }
}

/// Cuts a JSON object into its members without looking into them, so that every digit stays.
struct JSONScanner {
    private let bytes: [UInt8]
    private var at = 0

    init(_ text: some Sequence<UInt8>) { bytes = Array(text) }

    static func text(_ raw: String) throws -> String {
        guard let text = try JSONSerialization.jsonObject(with: Data(raw.utf8), options: .fragmentsAllowed) as? String
        else { throw TestFailure("no string: \(raw)") }
        return text
    }

    /// Members by name, values as written.
    mutating func object() throws -> [String: String] {
        var members: [String: String] = [:]
        try expect(UInt8(ascii: "{"))
        if peek() == UInt8(ascii: "}") { return members }
        while true {
            let name = try Self.text(value())
            try expect(UInt8(ascii: ":"))
            guard members.updateValue(value(), forKey: name) == nil else { throw TestFailure("\(name) comes twice") }
            if peek() == UInt8(ascii: ",") { at += 1 } else { break }
        }
        try expect(UInt8(ascii: "}"))
        return members
    }

    private mutating func peek() -> UInt8? {
        while at < bytes.count, bytes[at] == 32 { at += 1 }
        return at < bytes.count ? bytes[at] : nil
    }

    private mutating func expect(_ byte: UInt8) throws {
        guard peek() == byte else { throw TestFailure("no \(Character(Unicode.Scalar(byte))) at \(at)") }
        at += 1
    }

    /// One value: to the comma or bracket that ends it.
    private mutating func value() -> String {
        _ = peek()
        let start = at
        var depth = 0
        var isString = false
        scan: while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\\") where isString: at += 1
            case UInt8(ascii: "\""): isString.toggle()
            case UInt8(ascii: "{"), UInt8(ascii: "["): if !isString { depth += 1 }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if isString { break }
                if depth == 0 { break scan }
                depth -= 1
            case UInt8(ascii: ","), UInt8(ascii: ":"): if !isString, depth == 0 { break scan }
            default: break
            }
            at += 1
        }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }
}
