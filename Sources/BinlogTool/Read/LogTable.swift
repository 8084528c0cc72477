import Binlog
import Model
import Plan

/// A logged table with all that printing its rows needs: names, and how each value reads.
package final class LogTable {
    let logged: LoggedTable
    /// Nil where the names of its columns are not known: they are called @1, @2 … then.
    let definition: TableDefinition?
    let columns: [Column]

    struct Column {
        let name: String
        /// `"name":`
        let jsonKey: [UInt8]
        /// The name filled up to the longest one of the table.
        let padded: [UInt8]
        let kind: ValueKind
    }

    var name: TableName { logged.name }

    init(_ logged: LoggedTable, map: TableMap, definition: TableDefinition?, collations: [UInt32: String]) {
        self.logged = logged
        self.definition = definition
        let width = logged.columns.map(\.definition.name.count).max() ?? 0
        columns = logged.columns.enumerated().map { ordinal, column in
            let name = column.definition.name
            var key: [UInt8] = []
            appendJSONString(Array(name.utf8)[...], to: &key)
            key.append(58)
            let set = Self.characterSet(ordinal, column, map, collations)
            return Column(
                name: name, jsonKey: key,
                padded: Array((name + String(repeating: " ", count: width - name.count)).utf8),
                kind: ValueKind(column, characterSet: set, labels: Self.labels(ordinal, column, map, set)))
        }
    }

    /// What the log itself says, else the definition; `binary` for bytes, nil where nobody knows.
    private static func characterSet(
        _ ordinal: Int, _ column: LoggedColumn, _ map: TableMap, _ collations: [UInt32: String]
    ) -> String? {
        let logged = map.metadata.collations.isEmpty ? nil : map.metadata.collations[ordinal]
        if let name = logged.flatMap({ collations[$0] }) { return String(name.prefix { $0 != "_" }) }
        if let set = column.definition.characterSet { return set }
        switch column.definition.dataType {
        case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob": return "binary"
        default: return nil
        }
    }

    /// As UTF-8. The log has them in the column's character set.
    private static func labels(
        _ ordinal: Int, _ column: LoggedColumn, _ map: TableMap, _ characterSet: String?
    ) -> [[UInt8]] {
        guard !map.metadata.labels.isEmpty, let logged = map.metadata.labels[ordinal] else {
            return column.definition.labels.map { Array($0.utf8) }
        }
        let converter = characterSet.flatMap(TextConverter.init)
        return logged.map { label in
            var text: [UInt8] = []
            guard let converter, converter.append(label, 0..<label.count, to: &text) else { return label }
            return text
        }
    }
}
