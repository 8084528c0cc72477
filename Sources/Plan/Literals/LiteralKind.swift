import Model

/// How one column's bytes become a literal: decided once, switched on for each value.
enum LiteralKind: Equatable {
    case integer(width: Int, isUnsigned: Bool)
    case decimal(precision: UInt8, scale: UInt8)
    case float, double, bit, year
    case date, oldDatetime, oldTimestamp, oldTime
    case datetime(UInt8), timestamp(UInt8), time(UInt8)
    /// ENUM or SET into the same labels: the number itself.
    case number
    /// ENUM into anything but the same labels.
    case enumLabel
    /// SET into anything but the same labels.
    case setLabels
    /// Bytes in quotes, with an introducer where one is needed, padded with zeros where `padTo` says so.
    case bytes, compressedBytes
    /// MySQL's binary JSON to a JSON column.
    case json
    /// MySQL's binary JSON to a text column.
    case jsonText
    /// UUID, INET4 or INET6 to a column of another type, as text.
    case uuidText, inet4Text, inet6Text

    /// Numbers and times: by the layout in the log.
    init?(scalar type: ColumnType, isUnsigned: Bool) {
        switch type {
        case .tiny: self = .integer(width: 1, isUnsigned: isUnsigned)
        case .short: self = .integer(width: 2, isUnsigned: isUnsigned)
        case .int24: self = .integer(width: 3, isUnsigned: isUnsigned)
        case .long: self = .integer(width: 4, isUnsigned: isUnsigned)
        case .longlong: self = .integer(width: 8, isUnsigned: isUnsigned)
        case .decimal(let precision, let scale): self = .decimal(precision: precision, scale: scale)
        case .float: self = .float
        case .double: self = .double
        case .bit: self = .bit
        case .year: self = .year
        case .date: self = .date
        case .oldDatetime: self = .oldDatetime
        case .oldTimestamp: self = .oldTimestamp
        case .oldTime: self = .oldTime
        case .datetime(let digits): self = .datetime(digits)
        case .timestamp(let digits): self = .timestamp(digits)
        case .time(let digits): self = .time(digits)
        default: return nil
        }
    }

    /// Written in quotes.
    var isTime: Bool {
        switch self {
        case .date, .oldDatetime, .oldTimestamp, .oldTime, .datetime, .timestamp, .time: true
        default: false
        }
    }
}
