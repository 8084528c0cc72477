import Glibc

/// Text of one of the servers' character sets as UTF-8. Belongs to one thread.
final class TextConverter {
    private enum Way {
        /// Is UTF-8 already, once it is checked.
        case none
        /// MySQL's latin1 is cp1252, with its five holes as control characters.
        case latin1
        case iconv(iconv_t)
    }

    private let way: Way

    /// Nil for a character set that this system does not know.
    init?(_ characterSet: String) {
        switch characterSet {
        case "utf8mb4", "utf8mb3", "utf8", "ascii": way = .none
        case "latin1": way = .latin1
        default:
            guard let name = Self.names[characterSet] else { return nil }
            let made = iconv_open("UTF-8", name)
            // (iconv_t)-1 is the failure.
            guard let made, Int(bitPattern: made) != -1 else { return nil }
            way = .iconv(made)
        }
    }

    deinit { if case .iconv(let converter) = way { iconv_close(converter) } }

    /// Appends the text; false, and nothing appended, when the bytes are no text of the character set.
    func append(_ bytes: [UInt8], _ range: Range<Int>, to text: inout [UInt8]) -> Bool {
        switch way {
        case .none:
            guard isUTF8(bytes, range) else { return false }
            text.append(contentsOf: bytes[range])
        case .latin1: for byte in bytes[range] { Self.append(latin1: byte, to: &text) }
        case .iconv(let converter): return convert(converter, bytes, range, &text)
        }
        return true
    }

    private func convert(
        _ converter: iconv_t, _ bytes: [UInt8], _ range: Range<Int>, _ text: inout [UInt8]
    ) -> Bool {
        iconv(converter, nil, nil, nil, nil)
        // No character set has more than three bytes of UTF-8 for a byte of its own.
        var target = [UInt8](repeating: 0, count: range.count * 4 + 16)
        let written: Int? = bytes.withUnsafeBufferPointer { source in
            target.withUnsafeMutableBufferPointer { target in
                guard let from = source.baseAddress, let to = target.baseAddress else { return 0 }
                return from.withMemoryRebound(to: CChar.self, capacity: source.count) { from in
                    to.withMemoryRebound(to: CChar.self, capacity: target.count) { to in
                        // iconv does not write to its input.
                        var input: UnsafeMutablePointer<CChar>? = UnsafeMutablePointer(
                            mutating: from + range.lowerBound)
                        var inputLeft = range.count
                        var output: UnsafeMutablePointer<CChar>? = to
                        var outputLeft = target.count
                        let result = iconv(converter, &input, &inputLeft, &output, &outputLeft)
                        return result == -1 || inputLeft != 0 ? nil : target.count - outputLeft
                    }
                }
            }
        }
        guard let written else { return false }
        text.append(contentsOf: target[..<written])
        return true
    }

    private static func append(latin1 byte: UInt8, to text: inout [UInt8]) {
        if byte < 0x80 { return text.append(byte) }
        let scalar = byte < 0xa0 ? windows1252[Int(byte) - 0x80] : UInt16(byte)
        text.append(contentsOf: String(Unicode.Scalar(scalar) ?? "?").utf8)
    }

    private static let windows1252: [UInt16] = [
        0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d,
        0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d,
        0x17e, 0x178,
    ]

    /// The servers' names → the C library's.
    private static let names: [String: String] = [
        "armscii8": "ARMSCII-8", "big5": "BIG5", "cp1250": "CP1250", "cp1251": "CP1251", "cp1256": "CP1256",
        "cp1257": "CP1257", "cp850": "CP850", "cp852": "CP852", "cp866": "CP866", "cp932": "CP932",
        "eucjpms": "EUC-JP-MS", "euckr": "UHC", "gb18030": "GB18030", "gb2312": "EUC-CN", "gbk": "GBK",
        "geostd8": "GEORGIAN-PS", "greek": "ISO-8859-7", "hebrew": "ISO-8859-8", "hp8": "HP-ROMAN8",
        "koi8r": "KOI8-R", "koi8u": "KOI8-U", "latin2": "ISO-8859-2", "latin5": "ISO-8859-9", "latin7": "ISO-8859-13",
        "macce": "MACCENTRALEUROPE", "macroman": "MACINTOSH", "sjis": "SJIS", "tis620": "TIS-620", "ucs2": "UCS-2BE",
        "ujis": "EUC-JP", "utf16": "UTF-16BE", "utf16le": "UTF-16LE", "utf32": "UTF-32BE",
    ]
}

/// Whether the bytes are well-formed UTF-8. Plain ASCII is told without a second look.
func isUTF8(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    var isASCII = true
    for index in range where bytes[index] >= 0x80 {
        isASCII = false
        break
    }
    return isASCII || String(validating: bytes[range], as: UTF8.self) != nil
}
