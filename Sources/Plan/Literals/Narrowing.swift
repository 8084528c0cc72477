import Model

/// What a strict target would change in a value without an error, decided once per column: a value that would be
/// changed is refused instead.
///
/// Found by trying on MariaDB 10.11 and MySQL 9.7, both strict: digits of a fraction are rounded (of times, MariaDB
/// cuts them), a DATETIME loses its time in a DATE, numbers under 100 become years from 1970 to 2069, spaces at the
/// end of a text are cut where it is too long, and always in a CHAR; MariaDB makes +0.0 of -0.0. All else that does
/// not fit is an error there.
enum Narrowing: Equatable {
    /// A time keeps so many digits of its fraction. MySQL's TIME ends at 838:59:59.000000, MariaDB's a second later.
    case fraction(digits: Int, endsAtWholeSecond: Bool)
    /// A DATETIME or TIMESTAMP in a DATE.
    case dateOnly
    /// A number keeps `scale` digits behind the point; in a FLOAT or DOUBLE so many digits in all.
    case number(scale: Int?, significant: Int?)
    /// MariaDB's FLOAT and DOUBLE: as above, and a zero loses its sign.
    case unsignedZero(scale: Int?, significant: Int?)
    /// A number as a year.
    case year
    /// A text that ends in a space and has more characters, or bytes, than this.
    case spaces(limit: Int, unit: TextUnit)

    /// How the length of a text is counted.
    enum TextUnit: Equatable {
        case bytes, utf8
        /// Characters of a fixed number of bytes.
        case fixed(Int)
    }

    /// Whether the target stores the value as it is: `literal` is its SQL, `value` its bytes in the log.
    func keeps(_ literal: ArraySlice<UInt8>, _ value: Span<UInt8>) -> Bool {
        switch self {
        case .fraction(let digits, let endsAtWholeSecond):
            let point = literal.lastIndex(of: UInt8(ascii: ".")).map { $0 + 1 } ?? literal.endIndex
            if literal[point...].dropFirst(digits).contains(where: isDigitButZero) { return false }
            let isLast = endsAtWholeSecond && literal[..<point].contains(Self.lastSecond)
            return !isLast || !literal[point...].contains(where: isDigitButZero)
        case .dateOnly:
            let time = literal.firstIndex(of: UInt8(ascii: " ")) ?? literal.endIndex
            return !literal[time...].contains(where: isDigitButZero)
        case .unsignedZero(let scale, let significant):
            if literal.first == UInt8(ascii: "-"), NumberShape(literal)?.significantDigits == 0 { return false }
            return Self.number(scale: scale, significant: significant).keeps(literal, value)
        case .number(let scale, let significant):
            guard let number = NumberShape(literal), number.significantDigits > 0 else { return true }
            if let scale, number.digitsBehindPoint > scale { return false }
            guard let significant, number.significantDigits > significant else { return true }
            return isExact(literal, isFloat: significant <= 6)
        case .year:
            guard let number = NumberShape(literal) else { return true }
            return number.digitsBehindPoint == 0 && (number.digitsBeforePoint == 0 || number.digitsBeforePoint > 2)
        case .spaces(let limit, let unit):
            return value.count <= limit || !endsInSpace(value, unit) || length(of: value, in: unit) <= limit
        }
    }

    private static let lastSecond = Array("838:59:59".utf8)

    private func endsInSpace(_ value: Span<UInt8>, _ unit: TextUnit) -> Bool {
        guard value.count > 0, value[value.count - 1] == UInt8(ascii: " ") else { return false }
        guard case .fixed(let bytes) = unit, value.count >= bytes else { return true }
        return (value.count - bytes..<value.count - 1).allSatisfy { value[$0] == 0 }
    }

    private func length(of value: Span<UInt8>, in unit: TextUnit) -> Int {
        switch unit {
        case .bytes: return value.count
        case .fixed(let bytes): return value.count / bytes
        case .utf8:
            var count = 0
            for index in value.indices where value[index] & 0xc0 != 0x80 { count += 1 }
            return count
        }
    }

    /// For the few values with more digits than the type keeps of any number: powers of two and the like.
    private func isExact(_ literal: ArraySlice<UInt8>, isFloat: Bool) -> Bool {
        let text = String(decoding: literal, as: UTF8.self)
        if let whole = Int64(text) { return isFloat ? Float(exactly: whole) != nil : Double(exactly: whole) != nil }
        guard isFloat, let number = Double(text) else { return false }
        return Float(exactly: number) != nil
    }
}

/// Where the digits of a number's text stand: `-12.50`, `1.5e-7`, with or without quotes.
struct NumberShape {
    private(set) var digitsBeforePoint = 0
    /// Zeros at the end not counted.
    private(set) var digitsBehindPoint = 0
    /// From the first digit that is not zero to the last such.
    private(set) var significantDigits = 0

    /// Nil for what is no number: the server judges it.
    init?(_ text: ArraySlice<UInt8>) {
        var first: Int?
        var last: Int?
        var digits = 0
        var point: Int?
        // An introducer, the quote and the sign.
        let quote = text.first == UInt8(ascii: "_") ? text.firstIndex(of: 39) : nil
        var rest = text[(quote ?? text.startIndex)...].drop { $0 == 39 || $0 == 45 || $0 == 43 }
        while let byte = rest.first, byte != 39, byte | 0x20 != UInt8(ascii: "e") {
            rest = rest.dropFirst()
            if byte == UInt8(ascii: "."), point == nil {
                point = digits
                continue
            }
            guard (48...57).contains(byte) else { return nil }
            if byte != 48 {
                first = first ?? digits
                last = digits
            }
            digits += 1
        }
        // Zero has no significant digit.
        guard let first, let last else { return }
        guard let exponent = Self.exponent(rest.drop { $0 == 39 }) else { return nil }
        significantDigits = last - first + 1
        let whole = (point ?? digits) + exponent
        digitsBeforePoint = max(0, whole - first)
        digitsBehindPoint = max(0, last + 1 - whole)
    }

    /// `e-7`; 0 where there is none.
    private static func exponent(_ text: ArraySlice<UInt8>) -> Int? {
        guard !text.isEmpty else { return 0 }
        let isNegative = text.dropFirst().first == UInt8(ascii: "-")
        var value = 0
        for byte in text.dropFirst().drop(while: { $0 == 45 || $0 == 43 }) where byte != 39 {
            guard (48...57).contains(byte), value < 100_000 else { return nil }
            value = value * 10 + Int(byte - 48)
        }
        return isNegative ? -value : value
    }
}

private func isDigitButZero(_ byte: UInt8) -> Bool { (49...57).contains(byte) }
