import Model

extension ColumnType {
    /// The layout in which today's servers log a column of this definition; nil for a type that is not known.
    init?(_ column: ColumnDefinition) {
        let digits = UInt8(clamping: declaredLength(column.fullType) ?? 0)
        switch column.dataType.lowercased() {
        case "tinyint", "bool", "boolean": self = .tiny
        case "smallint": self = .short
        case "mediumint": self = .int24
        case "int", "integer": self = .long
        case "bigint": self = .longlong
        case "decimal", "numeric":
            self = .decimal(precision: digits, scale: UInt8(clamping: declaredScale(column.fullType) ?? 0))
        case "float": self = .float
        case "double", "real": self = .double
        case "bit": self = .bit(bits: digits)
        case "year": self = .year
        case "date": self = .date
        case "time": self = .time(fractionDigits: digits)
        case "datetime": self = .datetime(fractionDigits: digits)
        case "timestamp": self = .timestamp(fractionDigits: digits)
        case "enum": self = .enumeration(packBytes: column.labels.count > 255 ? 2 : 1)
        case "set": self = .set(packBytes: UInt8(clamping: (column.labels.count + 7) / 8))
        case "char", "binary", "uuid", "inet4", "inet6": self = .char(maxBytes: UInt16(digits))
        case "varchar", "varbinary": self = .varchar(maxBytes: .max)
        case "tinytext", "text", "mediumtext", "longtext", "tinyblob", "blob", "mediumblob", "longblob":
            self = .blob(lengthBytes: 4)
        default: return nil
        }
    }
}
