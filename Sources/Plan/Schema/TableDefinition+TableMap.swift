package import Binlog
package import Model

extension TableDefinition {
    /// The definition that a table map with full metadata tells by itself; nil without column names.
    ///
    /// What the log does not tell (virtual columns, MariaDB's UUID and INET types, keys but the primary one) is taken
    /// from `similar`, an older or newer definition of the table, for columns of the same name and layout.
    ///
    /// - Parameter collations: names of the server's collations by id.
    package init?(_ map: TableMap, collations: [UInt32: String], similar: TableDefinition?) {
        let metadata = map.metadata
        guard metadata.names.count == map.columns.count else { return nil }
        var columns: [ColumnDefinition] = []
        for (ordinal, type) in map.columns.enumerated() {
            let name = metadata.names[ordinal]
            if let known = similar?.columns.first(where: { $0.name == name }), type.fits(known) {
                columns.append(known)
                continue
            }
            let collation = metadata.collations.isEmpty ? nil : metadata.collations[ordinal].flatMap { collations[$0] }
            let set = collation.map { String($0.prefix { $0 != "_" }) }
            let labels = metadata.labels.isEmpty ? nil : metadata.labels[ordinal]
            var kind = type.dataType(isBinary: set == "binary")
            if case .geometry = type, let number = metadata.geometryTypes[safe: ordinal] {
                kind = Self.spatialKinds[safe: Int(number ?? 0)] ?? kind
            }
            let dimensions = metadata.vectorDimensions[safe: ordinal].flatMap { $0 }
            columns.append(
                ColumnDefinition(
                    name: name, dataType: kind, fullType: dimensions.map { "\(kind)(\($0))" } ?? kind,
                    isUnsigned: !metadata.isUnsigned.isEmpty && metadata.isUnsigned[ordinal],
                    isNullable: map.isNullable[ordinal], characterSet: set == "binary" ? nil : set,
                    collation: set == "binary" ? nil : collation,
                    labels: labels?.map { String(decoding: $0, as: UTF8.self) } ?? [],
                    isInvisible: !metadata.isVisible.isEmpty && !metadata.isVisible[ordinal]))
        }
        self.init(name: map.name, columns: columns, uniqueKeys: Self.primaryKey(metadata))
    }

    private static func primaryKey(_ metadata: TableMapMetadata) -> [KeyDefinition] {
        guard !metadata.primaryKey.isEmpty else { return [] }
        let hasPrefixes = metadata.primaryKeyPrefixes.contains { $0 > 0 }
        let names = metadata.primaryKey.map { metadata.names[$0] }
        return [KeyDefinition(name: "PRIMARY", columns: names, hasPrefixParts: hasPrefixes)]
    }

    /// By the numbers of the log.
    private static let spatialKinds = [
        "geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon",
        "geometrycollection",
    ]
}

extension ColumnType {
    /// The type's name as `information_schema` has it, as far as the layout tells.
    fileprivate func dataType(isBinary: Bool) -> String {
        switch self {
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
        case .char: isBinary ? "binary" : "char"
        case .varchar, .compressedVarchar: isBinary ? "varbinary" : "varchar"
        case .blob, .compressedBlob: isBinary ? "longblob" : "longtext"
        case .json: "json"
        case .geometry: "geometry"
        case .vector: "vector"
        }
    }
}

extension Array {
    /// Nil outside of the list: lists that were not logged are empty.
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
