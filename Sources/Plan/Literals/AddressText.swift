package import Binlog

/// MariaDB's UUID, INET4 and INET6 as text, for targets without these types. They are logged as CHAR bytes in the
/// order of the text, trailing zero bytes stripped (found by trying on MariaDB 10.11, for every version of UUID).
package enum AddressText {
    /// `123e4567-e89b-12d3-a456-426655440000`
    package static func appendUUID(_ bytes: Span<UInt8>, to text: inout [UInt8]) throws(ValueError) {
        guard bytes.count <= 16 else { throw .wrongLength }
        for index in 0..<16 {
            if index == 4 || index == 6 || index == 8 || index == 10 { text.append(45) }
            let byte = index < bytes.count ? bytes[index] : 0
            text.append(hexDigit(byte >> 4))
            text.append(hexDigit(byte & 15))
        }
    }

    /// `10.0.0.1`
    package static func appendIPv4(_ bytes: Span<UInt8>, to text: inout [UInt8]) throws(ValueError) {
        guard bytes.count <= 4 else { throw .wrongLength }
        for index in 0..<4 {
            if index > 0 { text.append(46) }
            ValueText.append(unsigned: index < bytes.count ? UInt64(bytes[index]) : 0, to: &text)
        }
    }

    /// `2001:db8::1`: groups without leading zeros, the longest run of two or more zero groups as `::`; addresses
    /// that hold an IPv4 address (`::ffff:1.2.3.4`, `::1.2.3.4`) end in it, as MariaDB prints them.
    package static func appendIPv6(_ bytes: Span<UInt8>, to text: inout [UInt8]) throws(ValueError) {
        guard bytes.count <= 16 else { throw .wrongLength }
        var groups: InlineArray<8, UInt16> = .init(repeating: 0)
        for index in 0..<bytes.count {
            groups[index / 2] |= UInt16(bytes[index]) << (index % 2 == 0 ? 8 : 0)
        }
        let run = longestZeroRun(groups)
        var index = 0
        while index < 8 {
            if index == run.lowerBound, run.count > 1 {
                text.append(contentsOf: index == 0 ? "::".utf8 : ":".utf8)
                index = run.upperBound
                continue
            }
            if index == 6, run.lowerBound == 0, run.count == 6 || run.count == 5 && groups[5] == 0xffff {
                return try appendTail(groups[6], groups[7], to: &text)
            }
            appendHex(groups[index], to: &text)
            if index < 7 { text.append(58) }
            index += 1
        }
    }

    private static func appendTail(_ high: UInt16, _ low: UInt16, to text: inout [UInt8]) throws(ValueError) {
        let parts: [UInt8] = [UInt8(high >> 8), UInt8(high & 255), UInt8(low >> 8), UInt8(low & 255)]
        try appendIPv4(parts.span, to: &text)
    }

    private static func longestZeroRun(_ groups: InlineArray<8, UInt16>) -> Range<Int> {
        var best = 8..<8
        var start = 0
        for index in 0...8 where index == 8 || groups[index] != 0 {
            if index - start > best.count { best = start..<index }
            start = index + 1
        }
        return best
    }

    private static func appendHex(_ group: UInt16, to text: inout [UInt8]) {
        var seen = false
        for shift in [12, 8, 4, 0] {
            let digit = UInt8(truncatingIfNeeded: group >> UInt16(shift)) & 15
            if digit == 0, !seen, shift > 0 { continue }
            seen = true
            text.append(hexDigit(digit))
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }
}
