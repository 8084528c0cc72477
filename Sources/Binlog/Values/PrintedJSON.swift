/// JSON as MySQL prints it, as an SQL expression that MySQL prints in the same way again.
///
/// Text alone loses DECIMAL values: `1.50` would be read as a DOUBLE and print as `1.5`. Numbers that a DOUBLE does not
/// print become `CAST(… AS DECIMAL(p,s))`; a DECIMAL that prints like a DOUBLE stays one in text, not in type.
package struct PrintedJSON {
    private let text: [UInt8]
    private var place = 0

    /// Appends the expression for a document.
    ///
    /// - Throws: `badJSON` for what MySQL would not print, or a nesting beyond `depthMax`.
    package static func appendExpression(_ text: [UInt8], to sql: inout [UInt8]) throws(ValueError) {
        var reader = PrintedJSON(text: text)
        // A bare DECIMAL is no JSON value yet; an element of an array is.
        sql.append(contentsOf: "JSON_EXTRACT(JSON_ARRAY(".utf8)
        try reader.appendValue(depth: 0, to: &sql)
        guard reader.next() == nil else { throw .badJSON }
        sql.append(contentsOf: "),_utf8mb4'$[0]')".utf8)
    }

    /// MySQL's own limit of nesting.
    private static let depthMax = 100

    private init(text: [UInt8]) { self.text = text }

    /// The next byte that is no blank, without taking it.
    private mutating func next() -> UInt8? {
        while place < text.count, text[place] == UInt8(ascii: " ") { place += 1 }
        return place < text.count ? text[place] : nil
    }

    private mutating func take(_ byte: UInt8) throws(ValueError) {
        guard next() == byte else { throw .badJSON }
        place += 1
    }

    private mutating func appendValue(depth: Int, to sql: inout [UInt8]) throws(ValueError) {
        guard depth <= Self.depthMax, let first = next() else { throw .badJSON }
        switch first {
        case UInt8(ascii: "{"):
            try appendMembers("JSON_OBJECT(", UInt8(ascii: "}"), depth, hasNames: true, to: &sql)
        case UInt8(ascii: "["):
            try appendMembers("JSON_ARRAY(", UInt8(ascii: "]"), depth, hasNames: false, to: &sql)
        case UInt8(ascii: "\""): try appendCall("CAST(", try string(), " AS JSON)", to: &sql)
        default: try appendPlain(to: &sql)
        }
    }

    private mutating func appendMembers(
        _ function: StaticString, _ end: UInt8, _ depth: Int, hasNames: Bool, to sql: inout [UInt8]
    ) throws(ValueError) {
        place += 1
        sql.append(contentsOf: "\(function)".utf8)
        var isFirst = true
        while next() != end {
            if !isFirst {
                try take(UInt8(ascii: ","))
                sql.append(UInt8(ascii: ","))
            }
            isFirst = false
            if hasNames {
                guard next() == UInt8(ascii: "\"") else { throw .badJSON }
                try appendCall("JSON_UNQUOTE(", try string(), ")", to: &sql)
                try take(UInt8(ascii: ":"))
                sql.append(UInt8(ascii: ","))
            }
            try appendValue(depth: depth + 1, to: &sql)
        }
        place += 1
        sql.append(UInt8(ascii: ")"))
    }

    /// The string at `place` with its quotes and escapes.
    private mutating func string() throws(ValueError) -> Range<Int> {
        let start = place
        place += 1
        while place < text.count, text[place] != UInt8(ascii: "\"") {
            place += text[place] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard place < text.count else { throw .badJSON }
        place += 1
        return start..<place
    }

    /// A number, true, false or null.
    private mutating func appendPlain(to sql: inout [UInt8]) throws(ValueError) {
        let start = place
        let ends = Array(",]} ".utf8)
        while place < text.count, !ends.contains(text[place]) { place += 1 }
        let word = text[start..<place]
        guard !word.isEmpty else { throw .badJSON }
        guard try isDecimal(word) else { return try appendCall("CAST(", start..<place, " AS JSON)", to: &sql) }
        let digits = word.count { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        let scale = word.reversed().prefix { $0 != UInt8(ascii: ".") }.count
        sql.append(contentsOf: "CAST(".utf8)
        sql.append(contentsOf: word)
        sql.append(contentsOf: " AS DECIMAL(\(min(max(digits, scale), 65)),\(scale)))".utf8)
    }

    /// Whether the word is a number with a point that a DOUBLE would print in another way.
    private func isDecimal(_ word: ArraySlice<UInt8>) throws(ValueError) -> Bool {
        guard word.contains(UInt8(ascii: ".")), !word.contains(UInt8(ascii: "e")) else { return false }
        guard let value = Double(String(decoding: word, as: UTF8.self)) else { throw .badJSON }
        var printed: [UInt8] = []
        try JSONText.append(double: value, to: &printed)
        return !printed.elementsEqual(word)
    }

    private func appendCall(
        _ head: StaticString, _ range: Range<Int>, _ tail: StaticString, to sql: inout [UInt8]
    ) throws(ValueError) {
        sql.append(contentsOf: "\(head)_utf8mb4".utf8)
        let bytes = text
        try SQLText.quote(in: &sql) { (sql) throws(ValueError) in sql.append(contentsOf: bytes[range]) }
        sql.append(contentsOf: "\(tail)".utf8)
    }
}
