/// How much of the types inside a JSON document a server's SQL can say.
package enum JSONFidelity: Sendable {
    /// JSON text alone: MariaDB, and text columns.
    case text
    /// DECIMAL, DATE, TIME, DATETIME and unsigned numbers by `CAST`, and VARBINARY: MySQL 5.7. A TIMESTAMP becomes a
    /// DATETIME there, and BIT, the BLOB types and BINARY become strings of the text that MySQL prints for them.
    case casts
    /// Every type, by a column of `JSON_TABLE`: MySQL since 8.0.4.
    case columns
}

/// A value inside JSON that only a column of its type can make: an expression that reads it from a `JSON_TABLE`.
///
/// An array is made of it where the column is known: outside of the subquery its value is a BLOB whatever its size was.
/// The paths have introducers, as under `SET NAMES binary` MySQL refuses them without (error 3144).
enum JSONColumnValue {
    private static let bit: UInt8 = 16
    private static let tinyBlob: UInt8 = 249
    private static let mediumBlob: UInt8 = 250
    private static let longBlob: UInt8 = 251
    private static let blob: UInt8 = 252
    private static let binary: UInt8 = 254

    static func isNeeded(for type: UInt8) -> Bool { columnType(type, bytes: 1) != nil }

    /// The declaration of a column whose values become that type in JSON.
    private static func columnType(_ type: UInt8, bytes: Int) -> String? {
        switch type {
        case JSONOpaque.timestamp: "TIMESTAMP(6)"
        case bit where bytes <= 8: "BIT(\(max(1, bytes) * 8))"
        case tinyBlob: "TINYBLOB"
        case mediumBlob: "MEDIUMBLOB"
        case longBlob: "LONGBLOB"
        case blob: "BLOB"
        // The longest one; MySQL makes a BLOB of a longer literal itself.
        case binary where bytes <= 255: "BINARY(\(bytes))"
        default: nil
        }
    }

    /// From the bytes of the binary JSON.
    static func append(
        _ type: UInt8, _ bytes: [UInt8], _ range: Range<Int>, to sql: inout [UInt8]
    ) throws(ValueError) {
        guard let column = columnType(type, bytes: range.count) else { throw .badJSON }
        try wrap(column, to: &sql) { (sql) throws(ValueError) in
            switch type {
            case JSONOpaque.timestamp:
                sql.append(contentsOf: "_utf8mb4'".utf8)
                try JSONOpaque.append(type, bytes, range, to: &sql)
                sql.append(39)
            case bit:
                ValueText.append(unsigned: bytes[range].reduce(0) { $0 << 8 | UInt64($1) }, to: &sql)
            default:
                sql.append(contentsOf: "_binary".utf8)
                try SQLText.quote(in: &sql) { (sql) throws(ValueError) in sql.append(contentsOf: bytes[range]) }
            }
        }
    }

    /// From the value as MySQL prints it, a string literal of JSON with its quotes: a TIMESTAMP, or
    /// `"base64:type252:YWI="`.
    static func append(printed: ArraySlice<UInt8>, to sql: inout [UInt8]) throws(ValueError) {
        let text = printed.dropFirst().dropLast()
        guard let value = PrintedOpaque(text) else {
            return try wrap("TIMESTAMP(6)", to: &sql) { (sql) throws(ValueError) in
                sql.append(contentsOf: "_utf8mb4".utf8)
                try SQLText.quote(in: &sql) { (sql) throws(ValueError) in sql.append(contentsOf: text) }
            }
        }
        guard value.type != JSONOpaque.binary else { return try appendDecoded(value, to: &sql) }
        guard let column = columnType(value.type, bytes: value.count) else { throw .badJSON }
        try wrap(column, to: &sql) { (sql) throws(ValueError) in
            if value.type == bit { sql.append(contentsOf: "CAST(CONV(HEX(".utf8) }
            try appendDecoded(value, to: &sql)
            if value.type == bit { sql.append(contentsOf: "),16,10) AS UNSIGNED)".utf8) }
        }
    }

    private static func appendDecoded(_ value: PrintedOpaque, to sql: inout [UInt8]) throws(ValueError) {
        sql.append(contentsOf: "FROM_BASE64(_ascii".utf8)
        try SQLText.quote(in: &sql) { (sql) throws(ValueError) in sql.append(contentsOf: value.base64) }
        sql.append(41)
    }

    private static func wrap(
        _ column: String, to sql: inout [UInt8], _ value: (inout [UInt8]) throws(ValueError) -> Void
    ) throws(ValueError) {
        sql.append(contentsOf: "JSON_EXTRACT((SELECT JSON_ARRAY(v) FROM JSON_TABLE(JSON_ARRAY(".utf8)
        try value(&sql)
        sql.append(contentsOf: "),_utf8mb4'$[*]' COLUMNS(v ".utf8)
        sql.append(contentsOf: column.utf8)
        sql.append(contentsOf: " PATH _utf8mb4'$' ERROR ON ERROR)) j),_utf8mb4'$[0]')".utf8)
    }
}

/// `base64:type252:YWI=`, with the encoder's line breaks as `\n`.
private struct PrintedOpaque {
    let type: UInt8
    let base64: [UInt8]
    /// Bytes that it stands for.
    let count: Int

    init?(_ text: ArraySlice<UInt8>) {
        let head = Array("base64:type".utf8)
        guard text.starts(with: head) else { return nil }
        let rest = text.dropFirst(head.count)
        guard let colon = rest.firstIndex(of: UInt8(ascii: ":")),
            let type = UInt8(String(decoding: rest[..<colon], as: UTF8.self))
        else { return nil }
        self.type = type
        var digits: [UInt8] = []
        var at = colon + 1
        while at < text.endIndex {
            if text[at] == UInt8(ascii: "\\") {
                at += 2
                continue
            }
            digits.append(text[at])
            at += 1
        }
        base64 = digits
        count = digits.count / 4 * 3 - digits.suffix(2).count { $0 == UInt8(ascii: "=") }
    }
}
