/// A scalar of MySQL's binary JSON.
enum JSONScalar {
    case null, yes, no
    case signed(Int64), unsigned(UInt64)
    case double(Double)
    /// Where its UTF-8 bytes are.
    case string(Range<Int>)
    /// A value of a column type that JSON does not know: the type's number and where its bytes are.
    case opaque(UInt8, Range<Int>)

    /// Types (MySQL source, `json_binary.cc`): 4 literal, 5 to 10 integers of 2, 4 and 8 bytes, signed and unsigned
    /// by turns, 11 double, 12 string, 15 opaque.
    init(type: UInt8, in bytes: [UInt8], range: Range<Int>) throws(ValueError) {
        switch type {
        case 4: self = try JSONScalar.literal(bytes, range)
        case 5, 7, 9:
            let width = type == 5 ? 2 : type == 7 ? 4 : 8
            let shift = 64 - 8 * Int64(width)
            self = .signed((Int64(bitPattern: try JSONScalar.word(bytes, range, width)) << shift) >> shift)
        case 6, 8, 10: self = .unsigned(try JSONScalar.word(bytes, range, type == 6 ? 2 : type == 8 ? 4 : 8))
        case 11: self = .double(Double(bitPattern: try JSONScalar.word(bytes, range, 8)))
        case 12: self = .string(try JSONScalar.sized(bytes, range))
        case 15:
            guard let kind = range.first.map({ bytes[$0] }) else { throw .badJSON }
            self = .opaque(kind, try JSONScalar.sized(bytes, range.dropFirst()))
        default: throw .badJSON
        }
    }

    /// Whether plain JSON text would lose the type on its way into another server.
    var isTyped: Bool {
        switch self {
        case .opaque: true
        // Text of a small number becomes a signed one.
        case .unsigned(let value): value <= UInt64(Int64.max)
        default: false
        }
    }

    private static func literal(_ bytes: [UInt8], _ range: Range<Int>) throws(ValueError) -> JSONScalar {
        switch range.first.map({ bytes[$0] }) {
        case 0: return .null
        case 1: return .yes
        case 2: return .no
        default: throw .badJSON
        }
    }

    static func word(_ bytes: [UInt8], _ range: Range<Int>, _ width: Int) throws(ValueError) -> UInt64 {
        guard range.count >= width else { throw .badJSON }
        var value: UInt64 = 0
        for index in 0..<width { value |= UInt64(bytes[range.lowerBound + index]) << UInt64(8 * index) }
        return value
    }

    /// A length of 1 to 5 bytes, 7 bits each, the lowest first, and that many bytes.
    private static func sized(_ bytes: [UInt8], _ range: Range<Int>) throws(ValueError) -> Range<Int> {
        var length = 0
        for (index, at) in range.prefix(5).enumerated() {
            length |= Int(bytes[at] & 0x7f) << (7 * index)
            guard bytes[at] & 0x80 == 0 else { continue }
            guard length <= range.upperBound - at - 1 else { throw .badJSON }
            return at + 1..<at + 1 + length
        }
        throw .badJSON
    }
}
