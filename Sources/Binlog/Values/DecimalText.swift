extension ValueText {
    /// Bytes that a group of 0 to 9 digits takes.
    private static func groupBytes(_ digits: Int) -> Int { (digits + 1) / 2 - (digits == 9 ? 1 : 0) }

    /// Bytes of a DECIMAL(precision, scale): nine digits in 4 bytes, the groups that are left over in fewer.
    package static func decimalBytes(precision: Int, scale: Int) -> Int {
        let whole = precision - scale
        return whole / 9 * 4 + groupBytes(whole % 9) + scale / 9 * 4 + groupBytes(scale % 9)
    }

    /// DECIMAL: groups of digits, big endian; the top bit is inverted, and every bit of a negative number is.
    /// Prints as the servers do: exactly `scale` digits after the point, `0.` before a lone fraction.
    package static func appendDecimal(
        _ bytes: Span<UInt8>, precision: UInt8, scale: UInt8, to text: inout [UInt8]
    ) throws(ValueError) {
        let precision = Int(precision), scale = Int(scale)
        // Columns have at most 65 digits; inside JSON the whole part is counted in full groups of nine (found on 9.7).
        guard precision >= 1, precision <= 81, scale <= 30, scale <= precision else { throw .badDecimal }
        guard bytes.count == decimalBytes(precision: precision, scale: scale) else { throw .wrongLength }
        let mask: UInt8 = bytes[0] & 0x80 == 0 ? 0xff : 0
        if mask != 0 { text.append(45) }
        var groups = DecimalGroups(mask: mask)
        let start = text.count
        let whole = precision - scale
        if whole % 9 > 0 { try groups.append(whole % 9, from: bytes, keepsZeros: false, start: start, to: &text) }
        for _ in 0..<whole / 9 { try groups.append(9, from: bytes, keepsZeros: false, start: start, to: &text) }
        if text.count == start { text.append(48) }
        guard scale > 0 else { return }
        text.append(46)
        for _ in 0..<scale / 9 { try groups.append(9, from: bytes, keepsZeros: true, start: start, to: &text) }
        if scale % 9 > 0 { try groups.append(scale % 9, from: bytes, keepsZeros: true, start: start, to: &text) }
    }

    /// Reads the groups one after another.
    private struct DecimalGroups {
        let mask: UInt8
        var next = 0

        /// The next group. Leading zeros of the whole part are dropped unless `keepsZeros`.
        mutating func append(
            _ digits: Int, from bytes: Span<UInt8>, keepsZeros: Bool, start: Int, to text: inout [UInt8]
        ) throws(ValueError) {
            var value = 0
            for _ in 0..<ValueText.groupBytes(digits) {
                let byte = next == 0 ? bytes[0] ^ 0x80 : bytes[next]
                value = value << 8 | Int(byte ^ mask)
                next += 1
            }
            var limit = 1
            for _ in 0..<digits { limit *= 10 }
            guard value < limit else { throw .badDecimal }
            if keepsZeros || text.count > start {
                ValueText.append(value, digits: digits, to: &text)
            } else if value > 0 {
                ValueText.append(unsigned: UInt64(value), to: &text)
            }
        }
    }
}
