/// Values inside JSON that have a column type of their own. Numbers of types: MySQL's `enum_field_types`.
enum JSONOpaque {
    static let decimal: UInt8 = 246
    static let date: UInt8 = 10
    static let time: UInt8 = 11
    static let datetime: UInt8 = 12
    static let timestamp: UInt8 = 7
    /// What MySQL makes of a binary string literal.
    static let binary: UInt8 = 15

    /// The text as MySQL prints it, without quotes: `1.50`, `2020-01-02`, `-10:00:00.000000`, `base64:type15:YWI=`.
    static func append(
        _ type: UInt8, _ bytes: [UInt8], _ range: Range<Int>, to text: inout [UInt8]
    ) throws(ValueError) {
        switch type {
        case decimal:
            let (precision, scale) = try decimalSize(bytes, range)
            try ValueText.appendDecimal(
                bytes.span.extracting(range.dropFirst(2)), precision: precision, scale: scale, to: &text)
        case time: try appendTime(try packed(bytes, range), to: &text)
        case date, datetime, timestamp:
            try appendDatetime(try packed(bytes, range), dateOnly: type == date, to: &text)
        default:
            text.append(contentsOf: "base64:type".utf8)
            ValueText.append(unsigned: UInt64(type), to: &text)
            text.append(58)
            appendBase64(bytes[range], to: &text)
        }
    }

    /// Precision and scale stand before the decimal's bytes.
    static func decimalSize(_ bytes: [UInt8], _ range: Range<Int>) throws(ValueError) -> (UInt8, UInt8) {
        guard range.count >= 2 else { throw .badJSON }
        return (bytes[range.lowerBound], bytes[range.lowerBound + 1])
    }

    private static func packed(_ bytes: [UInt8], _ range: Range<Int>) throws(ValueError) -> Int {
        guard range.count == 8 else { throw .badJSON }
        return Int(Int64(bitPattern: try JSONScalar.word(bytes, range, 8)))
    }

    /// Hour from bit 36, minute 6 bits, second 6 bits, microseconds 24 bits; negative as a whole.
    private static func appendTime(_ packed: Int, to text: inout [UInt8]) throws(ValueError) {
        if packed < 0 { text.append(45) }
        guard packed.magnitude < 1 << 46 else { throw .badTime }
        let value = Int(packed.magnitude)
        try ValueText.append(
            hour: value >> 36, minute: value >> 30 & 63, second: value >> 24 & 63, hourLimit: 838, to: &text)
        try append(microseconds: value & 0xff_ffff, to: &text)
    }

    /// year*13+month from bit 46, day 5 bits, hour 5, minute 6, second 6, microseconds 24.
    private static func appendDatetime(
        _ packed: Int, dateOnly: Bool, to text: inout [UInt8]
    ) throws(ValueError) {
        guard packed >= 0 else { throw .badTime }
        let months = packed >> 46
        try ValueText.append(year: months / 13, month: months % 13, day: packed >> 41 & 31, to: &text)
        if dateOnly { return }
        text.append(32)
        try ValueText.append(
            hour: packed >> 36 & 31, minute: packed >> 30 & 63, second: packed >> 24 & 63, hourLimit: 23, to: &text)
        try append(microseconds: packed & 0xff_ffff, to: &text)
    }

    private static func append(microseconds: Int, to text: inout [UInt8]) throws(ValueError) {
        guard microseconds <= 999_999 else { throw .badTime }
        text.append(46)
        ValueText.append(microseconds, digits: 6, to: &text)
    }

    /// Lines of 76 characters, as the server's encoder makes them; the line break is `\n` escaped.
    private static func appendBase64(_ bytes: ArraySlice<UInt8>, to text: inout [UInt8]) {
        var at = bytes.startIndex
        while at < bytes.endIndex {
            if at > bytes.startIndex, (at - bytes.startIndex) % 57 == 0 { text.append(contentsOf: "\\n".utf8) }
            let count = min(3, bytes.endIndex - at)
            var group = 0
            for index in 0..<3 { group = group << 8 | (index < count ? Int(bytes[at + index]) : 0) }
            for index in 0..<4 {
                text.append(index <= count ? base64Digit(group >> (18 - 6 * index) & 63) : 61)
            }
            at += count
        }
    }

    private static func base64Digit(_ value: Int) -> UInt8 {
        switch value {
        case 0..<26: UInt8(65 + value)
        case 26..<52: UInt8(71 + value)
        case 52..<62: UInt8(value - 4)
        case 62: 43
        default: 47
        }
    }
}
