import Model

/// What a column holds, as far as literals care: by the server's name of the type, not by the layout in the log.
enum ColumnFamily: Equatable {
    case integer, decimal, floating, bit, year
    case date, time, datetime, timestamp
    case text, binary, enumeration, set
    case json, spatial, vector
    case uuid, inet4, inet6

    /// - Returns: nil for a type that Lutra does not know.
    init?(_ definition: ColumnDefinition) {
        switch definition.dataType.lowercased() {
        case "tinyint", "smallint", "mediumint", "int", "integer", "bigint", "bool", "boolean": self = .integer
        case "decimal", "numeric", "dec", "fixed": self = .decimal
        case "float", "double", "real": self = .floating
        case "bit": self = .bit
        case "year": self = .year
        case "date": self = .date
        case "time": self = .time
        case "datetime": self = .datetime
        case "timestamp": self = .timestamp
        case "enum": self = .enumeration
        case "set": self = .set
        case "json": self = .json
        case "vector": self = .vector
        case "uuid": self = .uuid
        case "inet4": self = .inet4
        case "inet6": self = .inet6
        case "char", "varchar", "tinytext", "text", "mediumtext", "longtext":
            // `varchar … character set binary` is a VARBINARY.
            self = definition.characterSet == "binary" ? .binary : .text
        case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob": self = .binary
        case "geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon",
            "geometrycollection", "geomcollection":
            self = .spatial
        default: return nil
        }
    }

    var isNumber: Bool {
        switch self {
        case .integer, .decimal, .floating, .year: true
        default: false
        }
    }

    var isTime: Bool {
        switch self {
        case .date, .time, .datetime, .timestamp: true
        default: false
        }
    }

    /// Types whose values are a fixed number of bytes without a type of their own in the log.
    var addressBytes: Int? {
        switch self {
        case .uuid, .inet6: 16
        case .inet4: 4
        default: nil
        }
    }
}

/// The name that both flavours know: `utf8` is `utf8mb3`.
func canonicalCharacterSet(_ name: String?) -> String? { name == "utf8" ? "utf8mb3" : name }

/// The first number in brackets of a full type: 16 for `binary(16)`; nil without one.
func declaredLength(_ fullType: String) -> Int? {
    guard let open = fullType.firstIndex(of: "(") else { return nil }
    return Int(fullType[fullType.index(after: open)...].prefix { $0.isNumber })
}
