import Binlog
import Model
package import Plan

/// The two servers of a copy.
package struct CopyServers: Sendable {
    package let source: ServerDialect
    package let target: ServerDialect
    /// Values that the target changes silently are written.
    package let allowsChange: Bool

    package init(source: ServerDialect, target: ServerDialect, allowsChange: Bool = false) {
        self.source = source
        self.target = target
        self.allowsChange = allowsChange
    }
}

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
        /// MySQL's JSON to MySQL: what `PrintedJSON.query` answers.
        case json(JSONFidelity)
        /// Bytes, behind an introducer where the target has to convert, escaped.
        case bytes(introducer: [UInt8])
    }

    /// In the SELECT list.
    var expression: String
    var form: Form
    /// What the target would change silently, so that it is refused.
    let check: PrintedValueCheck?

    init(source: ColumnDefinition, target: ColumnDefinition, between servers: CopyServers) {
        check =
            servers.allowsChange ? nil : PrintedValueCheck(from: source, to: target, server: servers.target)
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
        case "date", "time", "datetime", "timestamp": form = .quoted
        case "json" where target.dataType == "json" && !servers.target.isMariaDB:
            if servers.source.jsonFidelity == .columns { expression = PrintedJSON.query(name) }
            form = .json(servers.target.jsonFidelity)
        default: form = .bytes(introducer: Self.introducer(source, target))
        }
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
    /// - Throws: `ValueError` for JSON that MySQL would not print, and for a value that the target would change.
    func append(_ value: UnsafeRawBufferPointer?, to sql: inout [UInt8]) throws(ValueError) {
        guard let value else { return sql.append(contentsOf: "NULL".utf8) }
        let start = sql.count
        try appendLiteral(value, to: &sql)
        if let check, !check.keeps(sql[start...], printed: value) { throw .wouldChange }
    }

    private func appendLiteral(_ value: UnsafeRawBufferPointer, to sql: inout [UInt8]) throws(ValueError) {
        switch form {
        case .number, .label: sql.append(contentsOf: value)
        case .double:
            sql.append(contentsOf: value)
            if !value.contains(UInt8(ascii: "e")) { sql.append(contentsOf: "e0".utf8) }
        case .quoted:
            sql.append(UInt8(ascii: "'"))
            sql.append(contentsOf: value)
            sql.append(UInt8(ascii: "'"))
        case .json(let fidelity) where value.first == UInt8(ascii: "!"):
            guard value.count > 1 else { throw .jsonTooLarge }
            try PrintedJSON.appendExpression(answer: value.dropFirst(), fidelity: fidelity, to: &sql)
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

    /// Whether only a session without a strict mode can write the value: the error value of ENUM.
    func needsRelaxedMode(_ value: UnsafeRawBufferPointer?) -> Bool {
        guard form == .label, let value else { return false }
        return value.count == 1 && value[0] == UInt8(ascii: "0")
    }
}
