import Foundation
import MySQLClient

/// A table's rows as sorted lines of text, read by plain SQL: no code of Lutra's row path takes part.
package struct TableContent: Equatable, Sendable {
    package var columns: [String]
    package var rows: [String]
}

/// A column as `information_schema` describes it.
struct ColumnFact: Sendable {
    var name: String
    var dataType: String
    var charset: String?

    var isText: Bool { ["char", "varchar", "tinytext", "text", "mediumtext", "longtext"].contains(dataType) }

    /// The columns of a table in order.
    static func read(_ connection: Connection, _ schema: String, _ table: String) throws -> [ColumnFact] {
        let rows = try connection.query(
            """
            SELECT COLUMN_NAME AS n, DATA_TYPE AS t, CHARACTER_SET_NAME AS c FROM information_schema.COLUMNS
            WHERE TABLE_SCHEMA = CONVERT(\(quoted(schema)) USING utf8mb4)
            AND TABLE_NAME = CONVERT(\(quoted(table)) USING utf8mb4) ORDER BY ORDINAL_POSITION
            """)
        return rows.map { row in
            let charset = row["c"] == "utf8" ? "utf8mb3" : row["c"]
            return ColumnFact(name: row["n"] ?? "", dataType: (row["t"] ?? "").lowercased(), charset: charset)
        }
    }

    /// An expression whose text is the same exactly when the values are.
    ///
    /// - Parameter other: the column on the other side.
    func expression(comparedWith other: ColumnFact) -> String {
        let column = "`\(name.replacingOccurrences(of: "`", with: "``"))`"
        if dataType == "json" || other.dataType == "json" { return "CONVERT(\(column) USING utf8mb4)" }
        switch dataType {
        case "float": return "CAST(\(column) AS DOUBLE)"
        case "bit": return "BIN(\(column) + 0)"
        case "enum", "set":
            return "CONCAT(CAST(\(column) AS UNSIGNED), ':', HEX(CONVERT(\(column) USING utf8mb4)))"
        case "inet4", "inet6", "uuid": return "HEX(CAST(\(column) AS CHAR))"
        case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "vector", "geometry", "point",
            "linestring", "polygon", "multipoint", "multilinestring", "multipolygon", "geometrycollection",
            "geomcollection":
            return shortened(column)
        default: break
        }
        guard isText else { return column }
        return shortened(charset == other.charset ? column : "CONVERT(\(column) USING utf8mb4)")
    }

    /// Long values as length and digest.
    private func shortened(_ value: String) -> String {
        "IF(LENGTH(\(value)) > 200, CONCAT(LENGTH(\(value)), ' bytes ', SHA2(\(value), 256)), HEX(\(value)))"
    }
}

/// A string literal.
func quoted(_ text: String) -> String {
    "'" + text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "'", with: "''") + "'"
}

extension TableContent {
    /// Reads a table by one expression for each column.
    static func read(
        _ connection: Connection, _ schema: String, _ table: String, columns: [String], expressions: [String]
    ) throws -> TableContent {
        let name = "`\(schema)`.`\(table.replacingOccurrences(of: "`", with: "``"))`"
        var rows: [String] = []
        try connection.stream("SELECT \(expressions.joined(separator: ", ")) FROM \(name)") { row in
            var line = ""
            for index in 0..<row.count {
                if index > 0 { line += " | " }
                line += row.bytes(index).map { String(decoding: $0, as: UTF8.self) } ?? "NULL"
            }
            rows.append(line)
            return true
        }
        return TableContent(columns: columns, rows: rows.sorted())
    }
}
