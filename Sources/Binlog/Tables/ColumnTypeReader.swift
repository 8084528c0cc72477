package import Model

extension ColumnType {
    /// Reads one column's metadata (0 to 2 bytes by type) from the table map's metadata block.
    package static func read(code: UInt8, metadata: inout ByteCursor) throws(EventFault) -> ColumnType {
        switch code {
        case 1: return .tiny
        case 2: return .short
        case 3: return .long
        case 8: return .longlong
        case 9: return .int24
        case 7: return .oldTimestamp
        case 10, 14: return .date
        case 11: return .oldTime
        case 12: return .oldDatetime
        case 13: return .year
        case 4, 5:
            try metadata.skip(1)
            return code == 4 ? .float : .double
        case 15, 253: return .varchar(maxBytes: try metadata.uint16())
        case 16: return try bit(&metadata)
        case 17, 18, 19: return try temporal(code, &metadata)
        // A multi-valued index's hidden column: announced, but never part of a row image.
        case 20: return try typedArray(&metadata)
        case 140: return .compressedBlob(lengthBytes: try lengthBytes(&metadata))
        case 141: return .compressedVarchar(maxBytes: try metadata.uint16())
        case 242: return .vector(lengthBytes: try lengthBytes(&metadata))
        case 245: return .json(lengthBytes: try lengthBytes(&metadata))
        case 246: return .decimal(precision: try metadata.byte(), scale: try metadata.byte())
        case 247, 248, 254: return try string(code, &metadata)
        case 249, 250, 251, 252: return .blob(lengthBytes: try lengthBytes(&metadata))
        case 255: return .geometry(lengthBytes: try lengthBytes(&metadata))
        case 0: throw EventFault(.binlogUnsupported, "a column is a DECIMAL as MySQL 4 made it: ALTER TABLE … FORCE")
        default: throw EventFault(.binlogUnsupported, "a column has the unknown type \(code)")
        }
    }

    private static func lengthBytes(_ metadata: inout ByteCursor) throws(EventFault) -> UInt8 {
        let count = try metadata.byte()
        guard (1...4).contains(count) else {
            throw EventFault(.binlogCorrupt, "a BLOB column has a length of \(count) bytes")
        }
        return count
    }

    private static func bit(_ metadata: inout ByteCursor) throws(EventFault) -> ColumnType {
        let odd = Int(try metadata.byte())
        let bits = Int(try metadata.byte()) * 8 + odd
        guard odd < 8, (1...64).contains(bits) else {
            throw EventFault(.binlogCorrupt, "a BIT column has \(bits) bits")
        }
        return .bit(bits: UInt8(bits))
    }

    private static func temporal(_ code: UInt8, _ metadata: inout ByteCursor) throws(EventFault) -> ColumnType {
        let digits = try metadata.byte()
        guard digits <= 6 else { throw EventFault(.binlogCorrupt, "a time column has \(digits) fraction digits") }
        return switch code {
        case 17: .timestamp(fractionDigits: digits)
        case 18: .datetime(fractionDigits: digits)
        default: .time(fractionDigits: digits)
        }
    }

    private static func typedArray(_ metadata: inout ByteCursor) throws(EventFault) -> ColumnType {
        let element = try metadata.byte()
        guard element != 20 else { throw EventFault(.binlogCorrupt, "an array column holds arrays") }
        _ = try read(code: element, metadata: &metadata)
        return .json(lengthBytes: 4)
    }

    /// CHAR, ENUM and SET share type 254: the first byte is the real type, but for CHAR over 255 bytes it also holds
    /// bits 8 and 9 of the length, inverted, in bits 4 and 5.
    private static func string(_ code: UInt8, _ metadata: inout ByteCursor) throws(EventFault) -> ColumnType {
        let first = try metadata.byte()
        let second = try metadata.byte()
        switch first {
        case 247:
            guard second == 1 || second == 2 else { throw EventFault(.binlogCorrupt, "an ENUM has \(second) bytes") }
            return .enumeration(packBytes: second)
        case 248:
            guard (1...8).contains(second) else { throw EventFault(.binlogCorrupt, "a SET has \(second) bytes") }
            return .set(packBytes: second)
        default:
            guard code == 254, first | 0x30 == 254 else {
                throw EventFault(.binlogUnsupported, "a CHAR column has the unknown real type \(first)")
            }
            return .char(maxBytes: UInt16(second) | UInt16(first & 0x30 ^ 0x30) << 4)
        }
    }

    /// The layouts of servers before 5.6, which have no fraction digits.
    var isOldTime: Bool {
        switch self {
        case .oldTime, .oldDatetime, .oldTimestamp: true
        default: false
        }
    }

    /// Whether the table map's SIGNEDNESS bits count this column.
    var isNumeric: Bool {
        switch self {
        case .tiny, .short, .int24, .long, .longlong, .decimal, .float, .double, .year: true
        default: false
        }
    }

    /// Whether the table map's character set lists count this column. MariaDB counts GEOMETRY too.
    func isCharacter(isMariaDB: Bool) -> Bool {
        switch self {
        case .geometry: isMariaDB
        case .char, .varchar, .blob, .compressedVarchar, .compressedBlob: true
        default: false
        }
    }
}
