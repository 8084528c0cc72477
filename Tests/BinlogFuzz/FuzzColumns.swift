import Binlog
import Model
import Plan

/// Definitions for whatever a table map announces.
enum FuzzColumns {
    static func table(_ map: TableMap) -> LoggedTable? {
        if var told = TableDefinition(map, collations: collations, similar: nil) {
            for (index, type) in map.columns.enumerated() { told.columns[index].fullType = fullType(type) }
            if let table = LoggedTable(map, told) { return table }
        }
        let columns = map.columns.enumerated().map { index, type in
            LoggedColumn(type: type, definition: definition(type, "c\(index)"))
        }
        return LoggedTable(name: map.name, columns: columns)
    }

    private static let collations: [UInt32: String] = [
        8: "latin1_swedish_ci", 28: "gbk_chinese_ci", 45: "utf8mb4_general_ci", 63: "binary", 255: "utf8mb4_0900_ai_ci",
    ]

    private static func definition(_ type: ColumnType, _ name: String) -> ColumnDefinition {
        let kind = kind(type)
        let isText = ["char", "varchar", "longtext", "enum", "set"].contains(kind)
        return ColumnDefinition(
            name: name, dataType: kind, fullType: fullType(type), isUnsigned: name.utf8.count & 1 == 0,
            characterSet: isText ? "utf8mb4" : nil, labels: kind == "enum" || kind == "set" ? ["x", "y", "z"] : [])
    }

    /// With its digits, as far as the log tells them.
    private static func fullType(_ type: ColumnType) -> String {
        switch type {
        case .decimal(let precision, let scale): "decimal(\(precision),\(scale))"
        case .bit(let bits): "bit(\(bits))"
        case .time(let digits), .datetime(let digits), .timestamp(let digits): "\(kind(type))(\(digits))"
        case .char(let bytes), .varchar(let bytes): "\(kind(type))(\(bytes))"
        default: kind(type)
        }
    }

    private static func kind(_ type: ColumnType) -> String {
        switch type {
        case .tiny: "tinyint"
        case .short: "smallint"
        case .int24: "mediumint"
        case .long: "int"
        case .longlong: "bigint"
        case .decimal: "decimal"
        case .float: "float"
        case .double: "double"
        case .bit: "bit"
        case .year: "year"
        case .date: "date"
        case .time, .oldTime: "time"
        case .datetime, .oldDatetime: "datetime"
        case .timestamp, .oldTimestamp: "timestamp"
        case .enumeration: "enum"
        case .set: "set"
        case .char(let bytes): bytes == 16 ? "uuid" : bytes == 4 ? "inet4" : "char"
        case .varchar, .compressedVarchar: "varchar"
        case .blob, .compressedBlob: "longtext"
        case .json: "json"
        case .geometry: "geometry"
        case .vector: "vector"
        }
    }
}
