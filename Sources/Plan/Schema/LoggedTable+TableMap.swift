package import Binlog
package import Model

extension LoggedTable {
    /// A table map with the definition that was true when it was logged; nil when the two do not fit: another number
    /// of columns, another type, or other names where the map has them.
    package convenience init?(_ map: TableMap, _ definition: TableDefinition) {
        guard map.columns.count == definition.columns.count else { return nil }
        let names = map.metadata.names
        var columns: [LoggedColumn] = []
        columns.reserveCapacity(map.columns.count)
        for (ordinal, type) in map.columns.enumerated() {
            var column = definition.columns[ordinal]
            guard type.fits(column) else { return nil }
            if !names.isEmpty, names[ordinal] != column.name { return nil }
            // What the log says of signs is the truth of that moment.
            if !map.metadata.isUnsigned.isEmpty, type.isSigned { column.isUnsigned = map.metadata.isUnsigned[ordinal] }
            columns.append(LoggedColumn(type: type, definition: column))
        }
        self.init(name: map.name, columns: columns)
    }
}

extension ColumnType {
    /// Whether a column of this definition is logged in this layout.
    func fits(_ column: ColumnDefinition) -> Bool {
        let kind = column.dataType
        switch self {
        case .tiny: return kind == "tinyint" || kind == "bool" || kind == "boolean"
        case .short: return kind == "smallint"
        case .int24: return kind == "mediumint"
        case .long: return kind == "int" || kind == "integer"
        case .longlong: return kind == "bigint"
        case .decimal: return kind == "decimal" || kind == "numeric"
        case .float: return kind == "float"
        case .double: return kind == "double" || kind == "real"
        case .bit: return kind == "bit"
        case .year: return kind == "year"
        case .date: return kind == "date"
        case .time, .oldTime: return kind == "time"
        case .datetime, .oldDatetime: return kind == "datetime"
        case .timestamp, .oldTimestamp: return kind == "timestamp"
        case .enumeration: return kind == "enum"
        case .set: return kind == "set"
        case .char: return ["char", "binary", "uuid", "inet4", "inet6"].contains(kind)
        case .varchar, .compressedVarchar: return kind == "varchar" || kind == "varbinary"
        case .blob, .compressedBlob: return kind.hasSuffix("blob") || kind.hasSuffix("text") || kind == "json"
        case .json: return kind == "json"
        case .geometry: return Self.spatialKinds.contains(kind)
        case .vector: return kind == "vector"
        }
    }

    private static let spatialKinds: Set<String> = [
        "geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon",
        "geometrycollection", "geomcollection",
    ]

    /// Whether the log tells signs of it apart.
    fileprivate var isSigned: Bool {
        switch self {
        case .tiny, .short, .int24, .long, .longlong, .decimal, .float, .double: true
        default: false
        }
    }
}
