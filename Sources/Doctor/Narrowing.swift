package import Model

/// Why the target column cannot hold every value of the source column, nil when it seems to. By the types' names:
/// it finds the usual slips; what it does not find is a clear error at the value.
package func narrowing(from: ColumnDefinition, to: ColumnDefinition) -> String? {
    guard to.generated == .no, from.fullType != to.fullType || from.labels != to.labels else { return nil }
    let fromBytes = integerBytes[from.dataType]
    let toBytes = integerBytes[to.dataType]
    if let fromBytes, let toBytes {
        let loses =
            toBytes < fromBytes || (from.isUnsigned && !to.isUnsigned && toBytes == fromBytes)
            || (!from.isUnsigned && to.isUnsigned)
        return loses ? "\(from.fullType) to \(to.fullType)" : nil
    }
    if !from.labels.isEmpty, !to.labels.isEmpty {
        let missing = from.labels.filter { !to.labels.contains($0) }
        return missing.isEmpty ? nil : "no label '\(missing[0])'"
    }
    if let fromLength = textBytes(from), let toLength = textBytes(to), toLength < fromLength {
        return "\(from.fullType) to \(to.fullType)"
    }
    let temporal: Set<String> = ["date", "time", "datetime", "timestamp", "year"]
    if temporal.contains(from.dataType), from.dataType == to.dataType { return "\(from.fullType) to \(to.fullType)" }
    return nil
}

private let integerBytes = ["tinyint": 1, "smallint": 2, "mediumint": 3, "int": 4, "bigint": 8]

/// What a text or binary column holds at most: characters or bytes of its argument, bytes of a sized TEXT or BLOB.
private func textBytes(_ column: ColumnDefinition) -> UInt64? {
    switch column.dataType {
    case "char", "varchar", "binary", "varbinary":
        let digits = column.fullType.drop { $0 != "(" }.dropFirst().prefix { $0.isNumber }
        return UInt64(digits) ?? 1
    case "tinytext", "tinyblob": return 255
    case "text", "blob": return 65_535
    case "mediumtext", "mediumblob": return 16_777_215
    case "longtext", "longblob", "json": return 4_294_967_295
    default: return nil
    }
}
