/// MySQL's binary JSON as an SQL expression that gives the same document, types included.
///
/// Plain JSON text turns DECIMAL, DATE, TIME, DATETIME and binary values into doubles and strings, and unsigned
/// numbers into signed ones. Where none of these occurs the text is the better literal: see `isTyped`.
package struct JSONExpression {
    private var budget: Int
    private let depthLimit: Int
    private let fidelity: JSONFidelity

    /// Whether the document holds a value whose type plain JSON text would change.
    package static func isTyped(
        _ bytes: [UInt8], in range: Range<Int>, depthLimit: Int = 100
    ) throws(ValueError) -> Bool {
        guard let first = range.first else { return false }
        var walker = JSONExpression(budget: range.count + 16, depthLimit: depthLimit, fidelity: .casts)
        return try walker.isTyped(bytes[first], bytes, range.dropFirst(), depth: 0)
    }

    /// Appends `JSON_OBJECT(…)`, `JSON_ARRAY(…)`, or the first element of an array for a lone scalar.
    package static func append(
        _ bytes: [UInt8], in range: Range<Int>, fidelity: JSONFidelity, depthLimit: Int = 100, to sql: inout [UInt8]
    ) throws(ValueError) {
        guard let first = range.first else { throw .badJSON }
        var writer = JSONExpression(budget: 2 * range.count + 16, depthLimit: depthLimit, fidelity: fidelity)
        if bytes[first] <= 3 {
            return try writer.value(bytes[first], bytes, range.dropFirst(), depth: 0, &sql)
        }
        sql.append(contentsOf: "JSON_EXTRACT(JSON_ARRAY(".utf8)
        try writer.value(bytes[first], bytes, range.dropFirst(), depth: 0, &sql)
        sql.append(contentsOf: "),_utf8mb4'$[0]')".utf8)
    }

    private mutating func spend(_ amount: Int) throws(ValueError) {
        budget -= amount
        guard budget >= 0 else { throw .badJSON }
    }

    private mutating func isTyped(
        _ type: UInt8, _ bytes: [UInt8], _ range: Range<Int>, depth: Int
    ) throws(ValueError) -> Bool {
        try spend(1)
        guard type <= 3 else { return try JSONScalar(type: type, in: bytes, range: range).isTyped }
        guard depth < depthLimit else { throw .tooDeep }
        let container = try JSONContainer(type: type, in: bytes, range: range)
        for index in 0..<container.count {
            let (type, range) = try container.value(index, in: bytes)
            if try isTyped(type, bytes, range, depth: depth + 1) { return true }
        }
        return false
    }

    private mutating func value(
        _ type: UInt8, _ bytes: [UInt8], _ range: Range<Int>, depth: Int, _ sql: inout [UInt8]
    ) throws(ValueError) {
        try spend(1)
        guard type <= 3 else {
            return try scalar(try JSONScalar(type: type, in: bytes, range: range), bytes, &sql)
        }
        guard depth < depthLimit else { throw .tooDeep }
        let container = try JSONContainer(type: type, in: bytes, range: range)
        sql.append(contentsOf: container.isObject ? "JSON_OBJECT(".utf8 : "JSON_ARRAY(".utf8)
        for index in 0..<container.count {
            if index > 0 { sql.append(44) }
            if container.isObject {
                try string(try container.key(index, in: bytes), bytes, &sql)
                sql.append(44)
            }
            let (type, range) = try container.value(index, in: bytes)
            try value(type, bytes, range, depth: depth + 1, &sql)
        }
        sql.append(41)
    }

    private mutating func scalar(
        _ scalar: JSONScalar, _ bytes: [UInt8], _ sql: inout [UInt8]
    ) throws(ValueError) {
        switch scalar {
        case .null: sql.append(contentsOf: "NULL".utf8)
        case .yes: sql.append(contentsOf: "TRUE".utf8)
        case .no: sql.append(contentsOf: "FALSE".utf8)
        case .signed(let number): ValueText.append(signed: number, to: &sql)
        case .unsigned(let number):
            sql.append(contentsOf: "CAST(".utf8)
            ValueText.append(unsigned: number, to: &sql)
            sql.append(contentsOf: " AS UNSIGNED)".utf8)
        case .double(let number): try ValueText.append(double: number, to: &sql)
        case .string(let range): try string(range, bytes, &sql)
        case .opaque(let type, let range):
            try spend(range.count)
            try opaque(type, bytes, range, &sql)
        }
    }

    private func opaque(
        _ type: UInt8, _ bytes: [UInt8], _ range: Range<Int>, _ sql: inout [UInt8]
    ) throws(ValueError) {
        switch type {
        case JSONOpaque.decimal:
            let (precision, scale) = try JSONOpaque.decimalSize(bytes, range)
            sql.append(contentsOf: "CAST(".utf8)
            try JSONOpaque.append(type, bytes, range, to: &sql)
            sql.append(contentsOf: " AS DECIMAL(".utf8)
            ValueText.append(unsigned: UInt64(min(precision, 65)), to: &sql)
            sql.append(44)
            ValueText.append(unsigned: UInt64(scale), to: &sql)
            sql.append(contentsOf: "))".utf8)
        case _ where fidelity == .columns && JSONColumnValue.isNeeded(for: type):
            try JSONColumnValue.append(type, bytes, range, to: &sql)
        case JSONOpaque.date, JSONOpaque.time, JSONOpaque.datetime, JSONOpaque.timestamp:
            sql.append(contentsOf: "CAST('".utf8)
            try JSONOpaque.append(type, bytes, range, to: &sql)
            let name = type == JSONOpaque.date ? "DATE" : type == JSONOpaque.time ? "TIME(6)" : "DATETIME(6)"
            sql.append(contentsOf: "' AS ".utf8)
            sql.append(contentsOf: name.utf8)
            sql.append(41)
        case JSONOpaque.binary:
            sql.append(contentsOf: "_binary".utf8)
            try SQLText.quote(in: &sql) { (sql) throws(ValueError) in sql.append(contentsOf: bytes[range]) }
        default:
            // The escaped line breaks of the text would stay escaped here, so it goes through JSON.
            sql.append(contentsOf: "JSON_EXTRACT(_utf8mb4".utf8)
            try SQLText.quote(in: &sql) { (sql) throws(ValueError) in
                sql.append(34)
                try JSONOpaque.append(type, bytes, range, to: &sql)
                sql.append(34)
            }
            sql.append(contentsOf: ",_utf8mb4'$')".utf8)
        }
    }

    private mutating func string(
        _ range: Range<Int>, _ bytes: [UInt8], _ sql: inout [UInt8]
    ) throws(ValueError) {
        try spend(range.count)
        sql.append(contentsOf: "_utf8mb4".utf8)
        try SQLText.quote(in: &sql) { (sql) throws(ValueError) in sql.append(contentsOf: bytes[range]) }
    }
}
