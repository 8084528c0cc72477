extension ValueText {
    /// DATE: 3 bytes little endian, day 5 bits, month 4, year 15. Zero and partial dates print as they are.
    package static func appendDate(_ bytes: Span<UInt8>, to text: inout [UInt8]) throws(ValueError) {
        guard bytes.count == 3 else { throw .wrongLength }
        let value = Int(littleEndian(bytes))
        try append(year: value >> 9, month: value >> 5 & 15, day: value & 31, to: &text)
    }

    /// DATETIME since 5.6: 5 bytes big endian (sign 1 bit, year*13+month 17, day 5, hour 5, minute 6, second 6)
    /// and the fraction.
    package static func appendDatetime(
        _ bytes: Span<UInt8>, fractionDigits: UInt8, to text: inout [UInt8]
    ) throws(ValueError) {
        let fraction = try fraction(of: bytes, after: 5, digits: fractionDigits)
        let value = Int(bigEndian(bytes.extracting(0..<5)))
        guard value >= 0x80_0000_0000 else { throw .badTime }
        let packed = value - 0x80_0000_0000
        let months = packed >> 22
        try append(year: months / 13, month: months % 13, day: packed >> 17 & 31, to: &text)
        text.append(32)
        try append(hour: packed >> 12 & 31, minute: packed >> 6 & 63, second: packed & 63, hourLimit: 23, to: &text)
        append(fraction: fraction, digits: fractionDigits, to: &text)
    }

    /// DATETIME before 5.6: 8 bytes little endian, the digits YYYYMMDDhhmmss.
    package static func appendOldDatetime(_ bytes: Span<UInt8>, to text: inout [UInt8]) throws(ValueError) {
        guard bytes.count == 8 else { throw .wrongLength }
        let value = littleEndian(bytes)
        guard value <= 9999_12_31_23_59_59 else { throw .badTime }
        let date = Int(value / 1_000_000), time = Int(value % 1_000_000)
        try append(year: date / 10_000, month: date / 100 % 100, day: date % 100, to: &text)
        text.append(32)
        try append(hour: time / 10_000, minute: time / 100 % 100, second: time % 100, hourLimit: 23, to: &text)
    }

    /// TIMESTAMP since 5.6: 4 bytes big endian, seconds since 1970 UTC, and the fraction. 0 is the zero value.
    /// MariaDB from 11.5 uses the whole unsigned range, up to 2106.
    package static func appendTimestamp(
        _ bytes: Span<UInt8>, fractionDigits: UInt8, to text: inout [UInt8]
    ) throws(ValueError) {
        let fraction = try fraction(of: bytes, after: 4, digits: fractionDigits)
        let seconds = bigEndian(bytes.extracting(0..<4))
        // Second 0 is taken by the zero value, whatever the fraction says.
        try appendUTC(seconds: seconds, to: &text)
        append(fraction: fraction, digits: fractionDigits, to: &text)
    }

    /// TIMESTAMP before 5.6: 4 bytes little endian.
    package static func appendOldTimestamp(_ bytes: Span<UInt8>, to text: inout [UInt8]) throws(ValueError) {
        guard bytes.count == 4 else { throw .wrongLength }
        try appendUTC(seconds: littleEndian(bytes), to: &text)
    }

    /// TIME since 5.6: 3 bytes big endian (sign 1 bit, unused 1, hour 10, minute 6, second 6) and the fraction;
    /// a negative time is the complement of all its bits, fraction included.
    package static func appendTime(
        _ bytes: Span<UInt8>, fractionDigits: UInt8, to text: inout [UInt8]
    ) throws(ValueError) {
        let fractionBytes = (Int(fractionDigits) + 1) / 2
        guard fractionDigits <= 6, bytes.count == 3 + fractionBytes else { throw .wrongLength }
        let shift = 8 * fractionBytes
        let signed = Int(bigEndian(bytes)) - 0x80_0000 << shift
        if signed < 0 { text.append(45) }
        let value = Int(signed.magnitude)
        let whole = value >> shift
        try append(hour: whole >> 12 & 1023, minute: whole >> 6 & 63, second: whole & 63, hourLimit: 838, to: &text)
        let fraction = value & (1 << shift - 1)
        guard fractionDigits == 0 || fraction < hundredPower(fractionBytes) else { throw .badTime }
        append(fraction: fraction, digits: fractionDigits, to: &text)
    }

    /// TIME before 5.6: 3 bytes little endian, signed, the digits hhmmss.
    package static func appendOldTime(_ bytes: Span<UInt8>, to text: inout [UInt8]) throws(ValueError) {
        guard bytes.count == 3 else { throw .wrongLength }
        let raw = Int(littleEndian(bytes))
        let signed = raw >= 0x80_0000 ? raw - 0x100_0000 : raw
        if signed < 0 { text.append(45) }
        let value = abs(signed)
        try append(
            hour: value / 10_000, minute: value / 100 % 100, second: value % 100, hourLimit: 838, to: &text)
    }

    static func append(year: Int, month: Int, day: Int, to text: inout [UInt8]) throws(ValueError) {
        guard year <= 9999, month <= 12, day <= 31 else { throw .badTime }
        append(year, digits: 4, to: &text)
        text.append(45)
        append(month, digits: 2, to: &text)
        text.append(45)
        append(day, digits: 2, to: &text)
    }

    static func append(
        hour: Int, minute: Int, second: Int, hourLimit: Int, to text: inout [UInt8]
    ) throws(ValueError) {
        guard hour <= hourLimit, minute <= 59, second <= 59 else { throw .badTime }
        append(hour, digits: hour < 100 ? 2 : 3, to: &text)
        text.append(58)
        append(minute, digits: 2, to: &text)
        text.append(58)
        append(second, digits: 2, to: &text)
    }

    /// The fraction's bytes (two digits a byte) as a number; checks the value's whole length.
    private static func fraction(of bytes: Span<UInt8>, after whole: Int, digits: UInt8) throws(ValueError) -> Int {
        let count = (Int(digits) + 1) / 2
        guard digits <= 6, bytes.count == whole + count else { throw .wrongLength }
        let value = Int(bigEndian(bytes.extracting(whole..<whole + count)))
        guard count == 0 || value < hundredPower(count) else { throw .badTime }
        return value
    }

    private static func hundredPower(_ count: Int) -> Int { count == 1 ? 100 : count == 2 ? 10_000 : 1_000_000 }

    /// An odd number of digits is stored with one more, which is zero.
    private static func append(fraction: Int, digits: UInt8, to text: inout [UInt8]) {
        guard digits > 0 else { return }
        text.append(46)
        append(digits % 2 == 0 ? fraction : fraction / 10, digits: Int(digits), to: &text)
    }

    /// `seconds` since 1970 UTC as civil time; 0 as the zero value. By eras of 400 years that start on 1 March.
    private static func appendUTC(seconds: UInt64, to text: inout [UInt8]) throws(ValueError) {
        guard seconds > 0 else {
            text.append(contentsOf: "0000-00-00 00:00:00".utf8)
            return
        }
        // 719 468 days lie between 0000-03-01 and 1970-01-01.
        let days = Int(seconds / 86_400) + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        try append(year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month, day: day, to: &text)
        text.append(32)
        let time = Int(seconds % 86_400)
        try append(hour: time / 3_600, minute: time / 60 % 60, second: time % 60, hourLimit: 23, to: &text)
    }
}
