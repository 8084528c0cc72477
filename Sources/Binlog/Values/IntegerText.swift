/// Value bytes to text, appended to a buffer. Nothing here allocates but the buffer's growth.
///
/// Layouts: MySQL manual, "Binary Log: Rows_event" and the types named at `ColumnType`.
package enum ValueText {
    /// Digits of an unsigned number.
    package static func append(unsigned value: UInt64, to text: inout [UInt8]) {
        if value < 10 {
            text.append(48 + UInt8(truncatingIfNeeded: value))
            return
        }
        var divisor: UInt64 = 10
        // The largest power of ten of 64 bits is 10^19: the test by division cannot overflow.
        while value / divisor >= 10 { divisor *= 10 }
        var rest = value
        while divisor > 0 {
            let digit = rest / divisor
            text.append(48 + UInt8(truncatingIfNeeded: digit))
            rest -= digit * divisor
            divisor /= 10
        }
    }

    /// Digits of a signed number.
    package static func append(signed value: Int64, to text: inout [UInt8]) {
        if value < 0 { text.append(45) }
        append(unsigned: value.magnitude, to: &text)
    }

    /// Exactly `count` digits with leading zeros; `value` must have no more.
    static func append(_ value: Int, digits count: Int, to text: inout [UInt8]) {
        var divisor = 1
        for _ in 1..<max(count, 1) { divisor *= 10 }
        var rest = value
        for _ in 0..<count {
            text.append(48 + UInt8(truncatingIfNeeded: rest / divisor % 10))
            rest %= divisor
            divisor = max(divisor / 10, 1)
        }
    }

    /// TINYINT to BIGINT: `width` bytes, little endian.
    package static func appendInteger(
        _ bytes: Span<UInt8>, width: Int, isUnsigned: Bool, to text: inout [UInt8]
    ) throws(ValueError) {
        guard bytes.count == width else { throw .wrongLength }
        let value = littleEndian(bytes)
        if isUnsigned {
            append(unsigned: value, to: &text)
        } else {
            let shift = UInt64(64 - 8 * width)
            append(signed: Int64(bitPattern: value << shift) >> Int64(shift), to: &text)
        }
    }

    /// BIT: 1 to 8 bytes, big endian, as a number.
    package static func appendBit(_ bytes: Span<UInt8>, to text: inout [UInt8]) throws(ValueError) {
        guard !bytes.isEmpty, bytes.count <= 8 else { throw .wrongLength }
        append(unsigned: bigEndian(bytes), to: &text)
    }

    /// YEAR: 1 byte, years since 1900, 0 for 0000; always four digits.
    package static func appendYear(_ bytes: Span<UInt8>, to text: inout [UInt8]) throws(ValueError) {
        guard bytes.count == 1 else { throw .wrongLength }
        append(bytes[0] == 0 ? 0 : 1900 + Int(bytes[0]), digits: 4, to: &text)
    }

    /// ENUM and SET: 1 to 8 bytes, little endian.
    package static func ordinal(_ bytes: Span<UInt8>) throws(ValueError) -> UInt64 {
        guard !bytes.isEmpty, bytes.count <= 8 else { throw .wrongLength }
        return littleEndian(bytes)
    }

    /// At most 8 bytes, the lowest first.
    static func littleEndian(_ bytes: Span<UInt8>) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<bytes.count { value |= UInt64(bytes[index]) << UInt64(8 * index) }
        return value
    }

    /// At most 8 bytes, the highest first.
    static func bigEndian(_ bytes: Span<UInt8>) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<bytes.count { value = value << 8 | UInt64(bytes[index]) }
        return value
    }
}
