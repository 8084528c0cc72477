/// A value of a printed document.
struct PrintedJSONNode {
    /// With its quotes or brackets.
    var text: Range<Int>
    var type = PrintedJSONType.plain
    /// Of an object: the names of its members, with their quotes.
    var names: [Range<Int>] = []
    /// Of a container: the numbers of the nodes in it.
    var children: [Int] = []
}

/// What `JSON_TYPE` said of a value, as far as it matters to writing it.
enum PrintedJSONType {
    /// What plain text gives again.
    case plain
    case container
    case decimal, unsigned
    case date, time, datetime
    /// A TIMESTAMP, or a value that prints in base64 with the number of its type.
    case column

    init(_ name: some Collection<UInt8>) {
        switch String(decoding: name, as: UTF8.self) {
        case "OBJECT", "ARRAY": self = .container
        case "DECIMAL": self = .decimal
        case "UNSIGNED INTEGER": self = .unsigned
        case "DATE": self = .date
        case "TIME": self = .time
        case "DATETIME": self = .datetime
        case "TIMESTAMP", "BLOB", "BIT", "OPAQUE": self = .column
        default: self = .plain
        }
    }

    /// Whether a value of the type prints with this first letter.
    func fits(_ first: UInt8) -> Bool {
        let isDigit = (48...57).contains(first)
        return switch self {
        case .plain: first != UInt8(ascii: "{") && first != UInt8(ascii: "[")
        case .container: first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        case .decimal: isDigit || first == UInt8(ascii: "-")
        case .unsigned: isDigit
        case .date, .time, .datetime, .column: first == UInt8(ascii: "\"")
        }
    }
}

/// Writes the nodes of a printed document as an expression.
struct PrintedJSONWriter {
    let text: [UInt8]
    let nodes: [PrintedJSONNode]
    let fidelity: JSONFidelity

    func append(_ index: Int, to sql: inout [UInt8]) throws(ValueError) {
        let node = nodes[index]
        let word = text[node.text]
        switch node.type {
        case .container: try appendContainer(node, to: &sql)
        case .plain: try appendCall("CAST(", word, " AS JSON)", to: &sql)
        case .unsigned:
            sql.append(contentsOf: "CAST(".utf8)
            sql.append(contentsOf: word)
            sql.append(contentsOf: " AS UNSIGNED)".utf8)
        case .decimal: try appendDecimal(word, to: &sql)
        case .date: try appendCall("CAST(", word.dropFirst().dropLast(), " AS DATE)", to: &sql)
        case .time: try appendCall("CAST(", word.dropFirst().dropLast(), " AS TIME(6))", to: &sql)
        case .datetime: try appendCall("CAST(", word.dropFirst().dropLast(), " AS DATETIME(6))", to: &sql)
        case .column where fidelity == .columns: try JSONColumnValue.append(printed: word, to: &sql)
        case .column: try appendCall("CAST(", word, " AS JSON)", to: &sql)
        }
    }

    private func appendContainer(_ node: PrintedJSONNode, to sql: inout [UInt8]) throws(ValueError) {
        let isObject = text[node.text.lowerBound] == UInt8(ascii: "{")
        sql.append(contentsOf: isObject ? "JSON_OBJECT(".utf8 : "JSON_ARRAY(".utf8)
        for (place, child) in node.children.enumerated() {
            if place > 0 { sql.append(UInt8(ascii: ",")) }
            if isObject {
                try appendCall("JSON_UNQUOTE(", text[node.names[place]], ")", to: &sql)
                sql.append(UInt8(ascii: ","))
            }
            try append(child, to: &sql)
        }
        sql.append(UInt8(ascii: ")"))
    }

    private func appendDecimal(_ word: ArraySlice<UInt8>, to sql: inout [UInt8]) throws(ValueError) {
        let digits = word.count { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        let point = word.firstIndex(of: UInt8(ascii: "."))
        let scale = point.map { word.endIndex - $0 - 1 } ?? 0
        guard digits > 0, word.allSatisfy({ (45...57).contains($0) && $0 != 47 }) else { throw .badJSON }
        sql.append(contentsOf: "CAST(".utf8)
        sql.append(contentsOf: word)
        sql.append(contentsOf: " AS DECIMAL(\(min(max(digits, scale), 65)),\(scale)))".utf8)
    }

    private func appendCall(
        _ head: StaticString, _ word: ArraySlice<UInt8>, _ tail: StaticString, to sql: inout [UInt8]
    ) throws(ValueError) {
        sql.append(contentsOf: "\(head)_utf8mb4".utf8)
        try SQLText.quote(in: &sql) { (sql) throws(ValueError) in sql.append(contentsOf: word) }
        sql.append(contentsOf: "\(tail)".utf8)
    }
}
