import Model
import Plan

/// What one column's bytes mean, decided once per table.
enum ValueKind {
    case integer(width: Int, isUnsigned: Bool)
    case decimal(precision: UInt8, scale: UInt8)
    case float, double, year
    case bit(Int)
    case date, oldDatetime, oldTimestamp, oldTime
    case datetime(UInt8), timestamp(UInt8), time(UInt8)
    /// With the labels as UTF-8; without any where nothing tells them: then the number counts.
    case enumeration([[UInt8]]), set([[UInt8]])
    case text(TextConverter), compressedText(TextConverter)
    case bytes(padTo: Int), compressedBytes
    /// Text or bytes, nothing tells which.
    case unknown, compressedUnknown
    /// MySQL's binary JSON, and MariaDB's text.
    case json, jsonText
    case vector
    case uuid, inet4, inet6

    /// - Parameters:
    ///   - characterSet: nil where it is not known; `binary` for bytes.
    init(_ column: LoggedColumn, characterSet: String?, labels: [[UInt8]]) {
        let dataType = column.definition.dataType
        switch column.type {
        case .tiny: self = .integer(width: 1, isUnsigned: column.definition.isUnsigned)
        case .short: self = .integer(width: 2, isUnsigned: column.definition.isUnsigned)
        case .int24: self = .integer(width: 3, isUnsigned: column.definition.isUnsigned)
        case .long: self = .integer(width: 4, isUnsigned: column.definition.isUnsigned)
        case .longlong: self = .integer(width: 8, isUnsigned: column.definition.isUnsigned)
        case .decimal(let precision, let scale): self = .decimal(precision: precision, scale: scale)
        case .float: self = .float
        case .double: self = .double
        case .bit(let bits): self = .bit(Int(bits))
        case .year: self = .year
        case .date: self = .date
        case .time(let digits): self = .time(digits)
        case .datetime(let digits): self = .datetime(digits)
        case .timestamp(let digits): self = .timestamp(digits)
        case .oldTime: self = .oldTime
        case .oldDatetime: self = .oldDatetime
        case .oldTimestamp: self = .oldTimestamp
        case .enumeration: self = .enumeration(labels)
        case .set: self = .set(labels)
        case .json: self = .json
        case .geometry: self = .bytes(padTo: 0)
        case .vector: self = .vector
        case .compressedVarchar, .compressedBlob: self = Self.string(characterSet, padTo: 0, isCompressed: true)
        case .char(let bytes):
            switch dataType {
            case "uuid": self = .uuid
            case "inet4": self = .inet4
            case "inet6": self = .inet6
            default: self = Self.string(characterSet, padTo: Int(bytes), isCompressed: false)
            }
        case .varchar, .blob:
            self = dataType == "json" ? .jsonText : Self.string(characterSet, padTo: 0, isCompressed: false)
        }
    }

    /// BINARY(n) is logged without its trailing zeros.
    private static func string(_ characterSet: String?, padTo: Int, isCompressed: Bool) -> ValueKind {
        guard let characterSet else { return isCompressed ? .compressedUnknown : .unknown }
        if characterSet != "binary", let converter = TextConverter(characterSet) {
            return isCompressed ? .compressedText(converter) : .text(converter)
        }
        return isCompressed ? .compressedBytes : .bytes(padTo: characterSet == "binary" ? padTo : 0)
    }

    /// Whether values compare as numbers.
    var isNumber: Bool {
        switch self {
        case .integer, .decimal, .float, .double, .year, .bit: true
        case .enumeration(let labels), .set(let labels): labels.isEmpty
        default: false
        }
    }
}
