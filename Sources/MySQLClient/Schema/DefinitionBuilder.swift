import Model

/// Collects the rows of `information_schema` that describe one table. They come in any order.
struct DefinitionBuilder {
    private let summary: TableSummary
    private var columns: [(ordinal: Int, column: ColumnDefinition)] = []
    /// Whether the table names the bounds of its system period itself.
    private var hasPeriod = false
    private var keyParts: [String: [(sequence: Int, column: String?, isPrefix: Bool)]] = [:]

    init(_ summary: TableSummary) { self.summary = summary }

    /// The row: schema, table, ordinal, name, type, full type, nullable, character set, collation, extra,
    /// generation expression.
    mutating func addColumn(_ row: CatalogueRow) {
        let type = (row[4] ?? "").lowercased()
        let fullType = row[5] ?? type
        let extra = (row[9] ?? "").uppercased()
        let column = ColumnDefinition(
            name: row[3] ?? "", dataType: type, fullType: fullType,
            isUnsigned: typeAttributes(fullType).contains("unsigned"), isNullable: row[6] == "YES",
            characterSet: row[7], collation: row[8],
            labels: type == "enum" || type == "set" ? labelsOfType(fullType) : [],
            generated: generated(extra), isInvisible: extra.contains("INVISIBLE"),
            isAutoIncrement: extra.contains("AUTO_INCREMENT"))
        if row[10] == "ROW START" { hasPeriod = true }
        columns.append((row[2].flatMap { Int($0) } ?? 0, column))
    }

    private func generated(_ extra: String) -> ColumnDefinition.Generated {
        // Most columns, and searching is slow where there are a hundred thousand of them.
        if extra.isEmpty { return .no }
        // MySQL's DEFAULT_GENERATED is an ordinary column whose default is an expression.
        if extra.contains("VIRTUAL GENERATED") { return .virtual }
        return extra.contains("STORED GENERATED") || extra.contains("PERSISTENT") ? .stored : .no
    }

    /// The row: schema, table, key, sequence, column or NULL for an expression, prefix length or NULL.
    mutating func addKeyPart(_ row: CatalogueRow) {
        let key = row[2] ?? ""
        keyParts[key, default: []].append((row[3].flatMap { Int($0) } ?? 0, row[4], row[5] != nil))
    }

    func build() -> TableDefinition {
        var ordered = columns.sorted { $0.ordinal < $1.ordinal }.map(\.column)
        if summary.isSystemVersioned, !hasPeriod { ordered += TableDefinition.hiddenPeriod }
        // MySQL lists keys in whatever order its plan finds them: by name, so that two readings are equal.
        let others = keyParts.keys.filter { $0 != "PRIMARY" }.sorted()
        let keys = ((keyParts["PRIMARY"] == nil ? [] : ["PRIMARY"]) + others).map { name in
            let parts = keyParts[name, default: []].sorted { $0.sequence < $1.sequence }
            return KeyDefinition(
                name: name, columns: parts.map(\.column), hasPrefixParts: parts.contains(where: \.isPrefix))
        }
        return TableDefinition(
            name: summary.name, columns: ordered, uniqueKeys: keys, characterSet: summary.characterSet,
            collation: summary.collation, engine: summary.engine)
    }
}

/// The words of a full type outside its parentheses: `int(10) unsigned zerofill` → `int`, `unsigned`, `zerofill`.
package func typeAttributes(_ fullType: String) -> [Substring] {
    var words: [Substring] = []
    var rest = fullType[...]
    if let open = rest.firstIndex(of: "("), let close = rest.lastIndex(of: ")"), open < close {
        words.append(rest[..<open])
        rest = rest[rest.index(after: close)...]
    }
    return words + rest.split(separator: " ")
}

/// The labels of `enum('a','b''c')` or `set(…)` as both servers print them: quotes doubled, and backslash, newline,
/// carriage return and NUL behind a backslash, whatever the SQL mode.
package func labelsOfType(_ fullType: String) -> [String] {
    var labels: [String] = []
    var label: [UInt8]?
    let quote = UInt8(ascii: "'")
    let backslash = UInt8(ascii: "\\")
    let bytes = Array(fullType.utf8)
    var index = bytes.firstIndex(of: UInt8(ascii: "(")).map { $0 + 1 } ?? bytes.count
    while index < bytes.count {
        let byte = bytes[index]
        let next = index + 1 < bytes.count ? bytes[index + 1] : nil
        index += 1
        guard let open = label else {
            if byte == quote { label = [] }
            continue
        }
        if byte == backslash, let next {
            label?.append(unescaped(next))
            index += 1
        } else if byte != quote {
            label?.append(byte)
        } else if next == quote {
            label?.append(quote)
            index += 1
        } else {
            labels.append(String(decoding: open, as: UTF8.self))
            label = nil
        }
    }
    return labels
}

/// What a byte behind a backslash stands for.
private func unescaped(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "n"): 10
    case UInt8(ascii: "r"): 13
    case UInt8(ascii: "0"): 0
    default: byte
    }
}
