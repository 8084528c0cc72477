import Binlog
import Model

/// Values as `mysqlbinlog -vv` prints them.
enum PrintedValue {
    static func text(_ batch: RowBatch, _ slice: ColumnSlice, _ type: ColumnType) throws -> String {
        let bytes = batch.bytes.span.extracting(slice.range)
        var text: [UInt8] = []
        switch type {
        case .tiny: return try integer(bytes, 1)
        case .short: return try integer(bytes, 2)
        case .int24: return try integer(bytes, 3)
        case .long: return try integer(bytes, 4)
        case .longlong: return try integer(bytes, 8)
        case .decimal(let precision, let scale):
            try ValueText.appendDecimal(bytes, precision: precision, scale: scale, to: &text)
        case .float, .double: return try floating(bytes, type)
        case .year: try ValueText.appendYear(bytes, to: &text)
        case .enumeration: ValueText.append(unsigned: try ValueText.ordinal(bytes), to: &text)
        case .set: return bits(batch.bytes[slice.range].reversed())
        case .bit(let count): return bits(Array(batch.bytes[slice.range]), count: Int(count))
        case .oldTimestamp: return String(little(batch.bytes[slice.range]))
        case .timestamp(let digits): return seconds(batch.bytes[slice.range], digits)
        default: return try quoted(batch, slice, type)
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func integer(_ bytes: Span<UInt8>, _ width: Int) throws -> String {
        func printed(_ isUnsigned: Bool) throws -> String {
            var text: [UInt8] = []
            try ValueText.appendInteger(bytes, width: width, isUnsigned: isUnsigned, to: &text)
            return String(decoding: text, as: UTF8.self)
        }
        // Negative numbers are printed in both ways, as the log does not tell signs.
        let signed = try printed(false)
        return signed.hasPrefix("-") ? "\(signed) (\(try printed(true)))" : signed
    }

    private static func floating(_ bytes: Span<UInt8>, _ type: ColumnType) throws -> String {
        var text: [UInt8] = []
        if type == .float {
            try ValueText.appendFloat(bytes, to: &text)
        } else {
            try ValueText.appendDouble(bytes, to: &text)
        }
        // Six digits, without a point where there is no fraction.
        let value = Double(String(decoding: text, as: UTF8.self)) ?? .nan
        return value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
    }

    private static func bits(_ bytes: [UInt8], count: Int? = nil) -> String {
        let digits = bytes.map { byte in (0..<8).map { byte & 0x80 >> UInt8($0) != 0 ? "1" : "0" }.joined() }.joined()
        return "b'\(digits.suffix(count ?? digits.count))'"
    }

    private static func seconds(_ bytes: ArraySlice<UInt8>, _ digits: UInt8) -> String {
        func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
        guard digits > 0 else { return String(number(bytes)) }
        let stored = 2 * ((Int(digits) + 1) / 2)
        let fraction = String(number(bytes.dropFirst(4)))
        let padded = String(repeating: "0", count: max(0, stored - fraction.count)) + fraction
        return "\(number(bytes.prefix(4))).\(padded.prefix(Int(digits)))"
    }

    private static func quoted(_ batch: RowBatch, _ slice: ColumnSlice, _ type: ColumnType) throws -> String {
        let bytes = batch.bytes.span.extracting(slice.range)
        var text: [UInt8] = []
        switch type {
        case .date:
            try ValueText.appendDate(bytes, to: &text)
            return "'" + String(decoding: text, as: UTF8.self).replacing("-", with: ":") + "'"
        case .oldTime: try ValueText.appendOldTime(bytes, to: &text)
        case .oldDatetime: try ValueText.appendOldDatetime(bytes, to: &text)
        case .time(let digits): try ValueText.appendTime(bytes, fractionDigits: digits, to: &text)
        case .datetime(let digits): try ValueText.appendDatetime(bytes, fractionDigits: digits, to: &text)
        default:
            for byte in batch.bytes[slice.range] {
                text += byte < 32 ? Array("\\x\(hexText([byte]))".utf8) : [byte]
            }
        }
        return "'" + String(decoding: text, as: UTF8.self) + "'"
    }

    private static func little(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
