import Binlog
import Model
import Plan

/// How a value's content is to be written.
enum ValueShape {
    /// A number that JSON takes as it is.
    case number
    /// A decimal: exact digits, which readers of JSON would round.
    case decimal
    case text
    /// The content is `0x…`.
    case binary
    /// The content is JSON.
    case json
    /// BIT: the content is its number.
    case bits(Int)
}

extension ValueKind {
    /// Appends the value as UTF-8, without quotes.
    func append(_ range: Range<Int>, of bytes: [UInt8], to text: inout [UInt8]) throws(ValueError) -> ValueShape {
        let value = bytes.span.extracting(range)
        switch self {
        case .integer(let width, let isUnsigned):
            try ValueText.appendInteger(value, width: width, isUnsigned: isUnsigned, to: &text)
            return .number
        case .decimal(let precision, let scale):
            try ValueText.appendDecimal(value, precision: precision, scale: scale, to: &text)
            return .decimal
        case .float: return try appendFloat(range, of: bytes, to: &text)
        case .double: return try appendDouble(range, of: bytes, to: &text)
        case .bit(let bits):
            try ValueText.appendBit(value, to: &text)
            return .bits(bits)
        case .year:
            try ValueText.appendYear(value, to: &text)
            // 0000 is no JSON number.
            if range.first.map({ bytes[$0] }) == 0 { text.removeLast(3) }
            return .number
        case .enumeration(let labels): return try appendLabel(value, labels, to: &text)
        case .set(let labels): return try appendLabels(value, labels, to: &text)
        case .json:
            try JSONText.append(bytes, in: range, to: &text)
            return .json
        case .vector: return try appendVector(range, of: bytes, to: &text)
        default: return try appendString(range, of: bytes, to: &text)
        }
    }

    private func appendString(
        _ range: Range<Int>, of bytes: [UInt8], to text: inout [UInt8]
    ) throws(ValueError) -> ValueShape {
        switch self {
        case .text(let converter):
            if converter.append(bytes, range, to: &text) { return .text }
            return appendHex(bytes[range], to: &text)
        case .bytes(let padTo):
            let shape = appendHex(bytes[range], to: &text)
            if range.count < padTo { text.append(contentsOf: repeatElement(48, count: 2 * (padTo - range.count))) }
            return shape
        case .unknown: return appendUnknown(bytes, range, to: &text)
        case .compressedText, .compressedBytes, .compressedUnknown:
            var plain: [UInt8] = []
            try CompressedColumn.append(bytes, in: range, limit: 1 << 30, to: &plain)
            if case .compressedText(let converter) = self, converter.append(plain, 0..<plain.count, to: &text) {
                return .text
            }
            if case .compressedUnknown = self { return appendUnknown(plain, 0..<plain.count, to: &text) }
            return appendHex(plain[...], to: &text)
        case .jsonText:
            if let node = JSONNode(bytes[range]), isUTF8(bytes, range) {
                node.append(to: &text)
                return .json
            }
            return appendUnknown(bytes, range, to: &text)
        default:
            try appendTimeOrAddress(bytes.span.extracting(range), to: &text)
            return .text
        }
    }

    private func appendTimeOrAddress(_ value: Span<UInt8>, to text: inout [UInt8]) throws(ValueError) {
        switch self {
        case .date: try ValueText.appendDate(value, to: &text)
        case .datetime(let digits): try ValueText.appendDatetime(value, fractionDigits: digits, to: &text)
        case .timestamp(let digits): try ValueText.appendTimestamp(value, fractionDigits: digits, to: &text)
        case .time(let digits): try ValueText.appendTime(value, fractionDigits: digits, to: &text)
        case .oldDatetime: try ValueText.appendOldDatetime(value, to: &text)
        case .oldTimestamp: try ValueText.appendOldTimestamp(value, to: &text)
        case .oldTime: try ValueText.appendOldTime(value, to: &text)
        case .uuid: try AddressText.appendUUID(value, to: &text)
        case .inet4: try AddressText.appendIPv4(value, to: &text)
        case .inet6: try AddressText.appendIPv6(value, to: &text)
        default: preconditionFailure("a kind without a way to write it")
        }
    }

    private func appendUnknown(_ bytes: [UInt8], _ range: Range<Int>, to text: inout [UInt8]) -> ValueShape {
        let isPlain = !bytes[range].contains { $0 < 32 && $0 != 9 && $0 != 10 && $0 != 13 || $0 == 127 }
        guard isPlain, isUTF8(bytes, range) else { return appendHex(bytes[range], to: &text) }
        text.append(contentsOf: bytes[range])
        return .text
    }

    private func appendFloat(
        _ range: Range<Int>, of bytes: [UInt8], to text: inout [UInt8]
    ) throws(ValueError) -> ValueShape {
        guard range.count == 4 else { throw .wrongLength }
        let value = Float(bitPattern: UInt32(truncatingIfNeeded: littleEndian(bytes[range])))
        guard value.isFinite else { throw .notANumber }
        appendShort(value.description, to: &text)
        return .number
    }

    private func appendDouble(
        _ range: Range<Int>, of bytes: [UInt8], to text: inout [UInt8]
    ) throws(ValueError) -> ValueShape {
        guard range.count == 8 else { throw .wrongLength }
        let value = Double(bitPattern: littleEndian(bytes[range]))
        guard value.isFinite else { throw .notANumber }
        appendShort(value.description, to: &text)
        return .number
    }

    private func appendVector(
        _ range: Range<Int>, of bytes: [UInt8], to text: inout [UInt8]
    ) throws(ValueError) -> ValueShape {
        guard range.count % 4 == 0 else { throw .wrongLength }
        text.append(91)
        for start in stride(from: range.lowerBound, to: range.upperBound, by: 4) {
            if start > range.lowerBound { text.append(44) }
            _ = try appendFloat(start..<start + 4, of: bytes, to: &text)
        }
        text.append(93)
        return .json
    }

    private func littleEndian(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// `12.0` as `12`; the sign of -0.0 stays.
    private func appendShort(_ number: String, to text: inout [UInt8]) {
        let isWhole = number.hasSuffix(".0") && number != "-0.0"
        text.append(contentsOf: (isWhole ? number.dropLast(2) : number[...]).utf8)
    }

    private func appendLabel(
        _ value: Span<UInt8>, _ labels: [[UInt8]], to text: inout [UInt8]
    ) throws(ValueError) -> ValueShape {
        let number = try ValueText.ordinal(value)
        guard !labels.isEmpty else {
            ValueText.append(unsigned: number, to: &text)
            return .number
        }
        guard number <= UInt64(labels.count) else { throw .unknownLabel }
        // 0 is what a value becomes that is none of the labels.
        if number > 0 { text.append(contentsOf: labels[Int(number) - 1]) }
        return .text
    }

    private func appendLabels(
        _ value: Span<UInt8>, _ labels: [[UInt8]], to text: inout [UInt8]
    ) throws(ValueError) -> ValueShape {
        var rest = try ValueText.ordinal(value)
        guard !labels.isEmpty else {
            ValueText.append(unsigned: rest, to: &text)
            return .number
        }
        let start = text.count
        while rest != 0 {
            let bit = rest.trailingZeroBitCount
            guard bit < labels.count else { throw .unknownLabel }
            if text.count > start { text.append(44) }
            text.append(contentsOf: labels[bit])
            rest &= rest - 1
        }
        return .text
    }
}

/// Appends `0x…` with capital digits.
@discardableResult
func appendHex(_ bytes: ArraySlice<UInt8>, to text: inout [UInt8]) -> ValueShape {
    text.append(contentsOf: "0x".utf8)
    appendHexDigits(bytes, to: &text)
    return .binary
}

func appendHexDigits(_ bytes: ArraySlice<UInt8>, to text: inout [UInt8]) {
    func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 55 + value }
    for byte in bytes {
        text.append(digit(byte >> 4))
        text.append(digit(byte & 15))
    }
}
