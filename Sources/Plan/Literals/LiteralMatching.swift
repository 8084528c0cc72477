import Binlog
package import Model

extension LiteralPlan {
    /// Appends the value for comparing with a key column, so that the column's collation decides and its index is
    /// used: for `key = …`, `key IN (…)` and `(a, b) IN ((…), …)`.
    ///
    /// - Throws: `value-refused` when the bytes make no value of the type.
    package func appendKeyLiteral(
        _ slice: ColumnSlice, of bytes: [UInt8], to sql: inout [UInt8]
    ) throws(LutraError) {
        precondition(!slice.isAbsent, "a column that is not in the image has no literal")
        guard !slice.isNull else { return sql.append(contentsOf: "NULL".utf8) }
        let start = sql.count
        do {
            try append(slice.range, of: bytes, introducer: keyIntroducer, padTo: matchPadTo, to: &sql)
        } catch {
            throw refused(error, slice, sql[start...])
        }
    }

    /// Appends `` `column` = literal ``, or `` `column` IS NULL ``.
    package func appendKeyCondition(
        _ slice: ColumnSlice, of bytes: [UInt8], to sql: inout [UInt8]
    ) throws(LutraError) {
        sql.append(contentsOf: column)
        if slice.isNull { return sql.append(contentsOf: " IS NULL".utf8) }
        sql.append(contentsOf: " = ".utf8)
        try appendKeyLiteral(slice, of: bytes, to: &sql)
    }

    /// Appends a condition that holds for exactly the stored value, whatever the collation: for tables without a key.
    ///
    /// Exact but for the sign of a zero, which compares equal. JSON is compared by the text that the target's server
    /// prints, so that 1 and 1.0 differ.
    /// - Throws: `value-refused` when the bytes make no value of the type, or are a partial JSON value.
    package func appendExactMatch(
        _ slice: ColumnSlice, of bytes: [UInt8], to sql: inout [UInt8]
    ) throws(LutraError) {
        precondition(!slice.isAbsent, "a column that is not in the image cannot be matched")
        if slice.isNull {
            sql.append(contentsOf: column)
            return sql.append(contentsOf: " IS NULL".utf8)
        }
        let start = sql.count
        guard !slice.isPartialJSON else { throw refused(.badJSON, slice, []) }
        do {
            try appendExact(slice.range, of: bytes, to: &sql)
        } catch {
            throw refused(error, slice, sql[start...])
        }
    }

    private func appendExact(
        _ range: Range<Int>, of bytes: [UInt8], to sql: inout [UInt8]
    ) throws(ValueError) {
        switch target {
        case .enumeration where kind == .number, .set where kind == .number:
            sql.append(contentsOf: column)
            sql.append(contentsOf: " <=> ".utf8)
            try append(range, of: bytes, introducer: [], padTo: 0, to: &sql)
        case .text, .binary, .spatial, .vector, .enumeration, .set:
            sql.append(contentsOf: "CAST(".utf8)
            sql.append(contentsOf: column)
            sql.append(contentsOf: " AS BINARY) <=> ".utf8)
            try appendAsBinary(range, of: bytes, to: &sql)
        case .json where !targetIsMariaDB:
            appendPrinted(column, to: &sql)
            sql.append(contentsOf: " <=> ".utf8)
            var value: [UInt8] = []
            value.append(contentsOf: "CAST(".utf8)
            try append(range, of: bytes, introducer: introducer, padTo: 0, to: &value)
            value.append(contentsOf: " AS JSON)".utf8)
            appendPrinted(value, to: &sql)
        case .json:
            sql.append(contentsOf: "CAST(".utf8)
            sql.append(contentsOf: column)
            sql.append(contentsOf: " AS BINARY) <=> ".utf8)
            try append(range, of: bytes, introducer: [], padTo: 0, to: &sql)
        default:
            sql.append(contentsOf: column)
            sql.append(contentsOf: " <=> ".utf8)
            try append(range, of: bytes, introducer: keyIntroducer, padTo: matchPadTo, to: &sql)
        }
    }

    /// The literal as the bytes that the target stores for it.
    private func appendAsBinary(
        _ range: Range<Int>, of bytes: [UInt8], to sql: inout [UInt8]
    ) throws(ValueError) {
        guard convertsText else {
            return try append(range, of: bytes, introducer: [], padTo: matchPadTo, to: &sql)
        }
        sql.append(contentsOf: "CAST(CONVERT(".utf8)
        try append(range, of: bytes, introducer: introducer, padTo: 0, to: &sql)
        sql.append(contentsOf: " USING ".utf8)
        sql.append(contentsOf: targetCharacterSet)
        sql.append(contentsOf: ") AS BINARY)".utf8)
    }

    /// Numbers in a text column are converted as well.
    private var convertsText: Bool {
        switch kind {
        case .bytes, .compressedBytes, .json, .jsonText: !introducer.isEmpty
        default: target == .text || !introducer.isEmpty
        }
    }

    private func appendPrinted(_ json: [UInt8], to sql: inout [UInt8]) {
        sql.append(contentsOf: "CAST(CAST(".utf8)
        sql.append(contentsOf: json)
        sql.append(contentsOf: " AS CHAR CHARACTER SET utf8mb4) AS BINARY)".utf8)
    }
}
