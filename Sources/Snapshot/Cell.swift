import Binlog
import Model

/// How one column travels in the load: the expression that reads it on the source, and how the answer's text becomes a
/// literal on the target. The session rules are those of `LiteralPlan`.
struct Cell: Equatable, Sendable {
    enum Form: Equatable, Sendable {
        /// Digits, as they are.
        case number
        /// A floating-point number: always with an exponent, else servers read a DECIMAL and lose the sign of -0.0.
        case double
        /// The number of an ENUM's label; 0 is its error value.
        case label
        /// Dates and times.
        case quoted
        /// MariaDB's TIME to MySQL, which ends half a second earlier and clips silently.
        case boundedTime
        /// MySQL's JSON to MySQL: a document whose text would be read as another one comes behind a `!`.
        case json
        /// Bytes, behind an introducer where the target has to convert, escaped.
        case bytes(introducer: [UInt8])
    }

    /// In the SELECT list.
    var expression: String
    var form: Form

    /// - Parameter clipsTime: whether the target holds less of TIME than the source.
    init(source: ColumnDefinition, target: ColumnDefinition, clipsTime: Bool = false) {
        let name = quotedIdentifier(source.name)
        expression = name
        switch source.dataType {
        case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "numeric", "year": form = .number
        // Printed as a FLOAT, it would be rounded to six digits. A sum would lose the sign of -0.0.
        case "float":
            expression = "\(name) * 1e0"
            form = .double
        case "double", "real": form = .double
        case "bit":
            expression = "\(name) + 0"
            form = .number
        case "enum", "set":
            if source.dataType == target.dataType, source.labels == target.labels {
                expression = "\(name) + 0"
                form = source.dataType == "enum" ? .label : .number
            } else {
                form = .bytes(introducer: Self.introducer(source, target))
            }
        case "time" where clipsTime && target.dataType == "time": form = .boundedTime
        case "date", "time", "datetime", "timestamp": form = .quoted
        case "json" where target.dataType == "json":
            expression = Self.markedJSON(name)
            form = .json
        default: form = .bytes(introducer: Self.introducer(source, target))
        }
    }

    /// The document, marked where MySQL would print it in another way after reading its text.
    private static func markedJSON(_ name: String) -> String {
        let text = "CAST(\(name) AS CHAR CHARACTER SET utf8mb4)"
        let again = "CAST(CAST(\(text) AS JSON) AS CHAR CHARACTER SET utf8mb4)"
        return "IF(\(again) <=> \(text), \(name), CONCAT('!', \(name)))"
    }

    /// The same decisions as `LiteralRoute` takes for the stream.
    private static func introducer(_ source: ColumnDefinition, _ target: ColumnDefinition) -> [UInt8] {
        switch source.dataType {
        // As bytes, an address would be taken for its packed form, and JSON be refused.
        case "uuid", "inet4", "inet6": return Array("_ascii".utf8)
        case "json": return Array("_utf8mb4".utf8)
        default: break
        }
        guard let from = canonical(source.characterSet), from != "binary" else { return [] }
        let to = canonical(target.characterSet)
        let agree = from == to || from == "utf8mb3" && to == "utf8mb4" || to == "binary"
        return agree ? [] : Array("_\(from)".utf8)
    }

    private static func canonical(_ name: String?) -> String? { name == "utf8" ? "utf8mb3" : name }

    /// Appends the literal for a value as the server printed it.
    ///
    /// - Throws: `ValueError` for JSON that MySQL would not print.
    func append(_ value: UnsafeRawBufferPointer?, to sql: inout [UInt8]) throws(ValueError) {
        guard let value else { return sql.append(contentsOf: "NULL".utf8) }
        switch form {
        case .number, .label: sql.append(contentsOf: value)
        case .double:
            sql.append(contentsOf: value)
            if !value.contains(UInt8(ascii: "e")) { sql.append(contentsOf: "e0".utf8) }
        case .quoted, .boundedTime:
            sql.append(UInt8(ascii: "'"))
            sql.append(contentsOf: value)
            sql.append(UInt8(ascii: "'"))
        case .json where value.first == UInt8(ascii: "!"):
            try PrintedJSON.appendExpression(Array(value.dropFirst()), to: &sql)
        case .json: Self.appendString(value, introducer: Array("_utf8mb4".utf8), to: &sql)
        case .bytes(let introducer): Self.appendString(value, introducer: introducer, to: &sql)
        }
    }

    private static func appendString(
        _ value: UnsafeRawBufferPointer, introducer: [UInt8], to sql: inout [UInt8]
    ) {
        sql.append(contentsOf: introducer)
        sql.append(UInt8(ascii: "'"))
        let start = sql.count
        sql.append(contentsOf: value)
        SQLText.escape(from: start, in: &sql)
        sql.append(UInt8(ascii: "'"))
    }

    /// Whether the target would take the value and store another one: 838:59:59 with a fraction.
    func isClipped(_ value: UnsafeRawBufferPointer?) -> Bool {
        guard form == .boundedTime, let value else { return false }
        let sign = value.first == UInt8(ascii: "-") ? 1 : 0
        let last = "838:59:59.".utf8
        guard value.count > sign + last.count, value[sign..<sign + last.count].elementsEqual(last) else { return false }
        return value[(sign + last.count)...].contains { $0 != UInt8(ascii: "0") }
    }

    /// Whether only a session without a strict mode can write the value: the error value of ENUM.
    func needsRelaxedMode(_ value: UnsafeRawBufferPointer?) -> Bool {
        guard form == .label, let value else { return false }
        return value.count == 1 && value[0] == UInt8(ascii: "0")
    }
}
