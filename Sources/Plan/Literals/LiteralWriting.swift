import Binlog
package import Model

extension LiteralPlan {
    /// Appends the value for `INSERT` and `SET`: `NULL`, `12`, `'text'`, `_gbk'…'`.
    ///
    /// A partial JSON value becomes an expression over the column's present value: for `UPDATE` alone.
    /// - Throws: `value-refused` when the bytes make no value of the type.
    package func appendLiteral(
        _ slice: ColumnSlice, of bytes: [UInt8], to sql: inout [UInt8]
    ) throws(LutraError) {
        precondition(!slice.isAbsent, "a column that is not in the image has no literal")
        guard !slice.isNull else { return sql.append(contentsOf: "NULL".utf8) }
        let start = sql.count
        do {
            if slice.isPartialJSON {
                try JSONChanges.append(
                    bytes, in: slice.range, column: column, fidelity: kind == .json ? jsonFidelity : .text, to: &sql)
            } else {
                try append(slice.range, of: bytes, introducer: introducer, padTo: padTo, to: &sql)
            }
        } catch {
            throw refused(error, slice, sql[start...])
        }
    }

    /// Whether the value can only be written by a session without a strict sql_mode: the error value of ENUM,
    /// number 0, which the literal `0` then stores on both flavours.
    package func needsRelaxedMode(_ slice: ColumnSlice, of bytes: [UInt8]) -> Bool {
        guard target == .enumeration, kind == .number || kind == .enumLabel, slice.hasBytes else { return false }
        return bytes[slice.range].allSatisfy { $0 == 0 }
    }

    /// - Parameter literal: what was written until the error was seen.
    func refused(_ error: ValueError, _ slice: ColumnSlice, _ literal: ArraySlice<UInt8>) -> LutraError {
        var refusal = LutraError(.valueRefused, error.text, place: ["column": name])
        guard error == .wouldChange else { return refusal.at("bytes", String(slice.range.count)) }
        refusal = refusal.at("type", targetType)
            .at("value", String(decoding: literal.prefix(200), as: UTF8.self))
        refusal.hint =
            "give the target's column the source's type, or run with --on-error value=overwrite to store what it holds"
        return refusal
    }

    /// Any value but NULL and partial JSON.
    func append(
        _ range: Range<Int>, of bytes: [UInt8], introducer: [UInt8], padTo: Int, to sql: inout [UInt8]
    ) throws(ValueError) {
        let start = sql.count
        try appendValue(range, of: bytes, introducer: introducer, padTo: padTo, to: &sql)
        guard let narrowing else { return }
        let literal = sql[start...]
        if !narrowing.keeps(literal, bytes.span.extracting(range)) { throw .wouldChange }
    }

    private func appendValue(
        _ range: Range<Int>, of bytes: [UInt8], introducer: [UInt8], padTo: Int, to sql: inout [UInt8]
    ) throws(ValueError) {
        let value = bytes.span.extracting(range)
        switch kind {
        case .integer(let width, let isUnsigned):
            try ValueText.appendInteger(value, width: width, isUnsigned: isUnsigned, to: &sql)
        case .decimal(let precision, let scale):
            try ValueText.appendDecimal(value, precision: precision, scale: scale, to: &sql)
        case .float: try ValueText.appendFloat(value, to: &sql)
        case .double: try ValueText.appendDouble(value, to: &sql)
        case .bit: try ValueText.appendBit(value, to: &sql)
        case .number: ValueText.append(unsigned: try ValueText.ordinal(value), to: &sql)
        case .enumLabel: try appendEnumLabel(value, introducer: introducer, to: &sql)
        case .json where try JSONExpression.isTyped(bytes, in: range):
            try JSONExpression.append(bytes, in: range, fidelity: jsonFidelity, to: &sql)
        default:
            // Four bare digits would do for writing a YEAR, but 0 would be compared as 2000.
            sql.append(contentsOf: introducer)
            sql.append(39)
            let start = sql.count
            try appendQuoted(range, of: bytes, padTo: padTo, from: start, to: &sql)
            sql.append(39)
        }
    }

    /// What stands between the quotes.
    private func appendQuoted(
        _ range: Range<Int>, of bytes: [UInt8], padTo: Int, from start: Int, to sql: inout [UInt8]
    ) throws(ValueError) {
        let value = bytes.span.extracting(range)
        switch kind {
        case .date: try ValueText.appendDate(value, to: &sql)
        case .datetime(let digits): try ValueText.appendDatetime(value, fractionDigits: digits, to: &sql)
        case .timestamp(let digits): try ValueText.appendTimestamp(value, fractionDigits: digits, to: &sql)
        case .time(let digits): try ValueText.appendTime(value, fractionDigits: digits, to: &sql)
        case .oldDatetime: try ValueText.appendOldDatetime(value, to: &sql)
        case .oldTimestamp: try ValueText.appendOldTimestamp(value, to: &sql)
        case .oldTime: try ValueText.appendOldTime(value, to: &sql)
        case .year: try ValueText.appendYear(value, to: &sql)
        case .bytes: sql.append(contentsOf: bytes[range])
        case .compressedBytes:
            try CompressedColumn.append(bytes, in: range, limit: LiteralPlan.unpackLimit, to: &sql)
        case .json, .jsonText: try JSONText.append(bytes, in: range, to: &sql)
        case .setLabels: try appendSetLabels(value, to: &sql)
        case .uuidText: try AddressText.appendUUID(value, to: &sql)
        case .inet4Text: try AddressText.appendIPv4(value, to: &sql)
        case .inet6Text: try AddressText.appendIPv6(value, to: &sql)
        default: preconditionFailure("a number is not quoted")
        }
        if sql.count - start < padTo {
            sql.append(contentsOf: repeatElement(0, count: padTo - (sql.count - start)))
        }
        SQLText.escape(from: start, in: &sql)
    }

    /// The label, or 0 for the error value.
    private func appendEnumLabel(
        _ value: Span<UInt8>, introducer: [UInt8], to sql: inout [UInt8]
    ) throws(ValueError) {
        let number = try ValueText.ordinal(value)
        guard number > 0 else {
            sql.append(contentsOf: target == .enumeration ? "0".utf8 : "''".utf8)
            return
        }
        guard number <= UInt64(labels.count) else { throw .unknownLabel }
        sql.append(contentsOf: introducer)
        try SQLText.quote(in: &sql) { (sql) throws(ValueError) in
            sql.append(contentsOf: labels[Int(number) - 1])
        }
    }

    private func appendSetLabels(_ value: Span<UInt8>, to sql: inout [UInt8]) throws(ValueError) {
        var rest = try ValueText.ordinal(value)
        var isFirst = true
        while rest != 0 {
            let bit = rest.trailingZeroBitCount
            guard bit < labels.count else { throw .unknownLabel }
            if !isFirst { sql.append(44) }
            isFirst = false
            sql.append(contentsOf: labels[bit])
            rest &= rest - 1
        }
    }
}
