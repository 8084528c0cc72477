import Foundation
import Model
import MySQLClient
import TestKit

/// A place in a log, comparable.
struct LogPlace: Comparable {
    let file: String
    let offset: UInt64

    init(file: String, offset: UInt64) {
        self.file = file
        self.offset = offset
    }

    /// `FILE:OFFSET`.
    init(_ text: String) {
        let parts = text.split(separator: ":")
        self.init(file: String(parts.first ?? ""), offset: parts.count > 1 ? UInt64(parts[1]) ?? 0 : 0)
    }

    /// Where a server's log ends.
    init(endOf connection: Connection) throws {
        guard let end = try connection.binlogEnd()?.position else { throw TestFailure("the server has no binlog") }
        self.init(file: end.file, offset: end.offset)
    }

    static func < (left: LogPlace, right: LogPlace) -> Bool { (left.file, left.offset) < (right.file, right.offset) }
}

/// What the tables of a schema held after each statement, read by SELECT.
struct TableHistory {
    struct Column {
        var name: String
        var type: String
    }

    struct Snapshot {
        var end: LogPlace
        /// False after DDL: rows may be others without having been logged.
        var changesOnlyRows: Bool
        var columns: [String: [Column]]
        /// By table: rows of values as text; nil is NULL.
        var rows: [String: [[String?]]]
    }

    let schema: String
    private(set) var snapshots: [Snapshot] = []

    init(schema: String) { self.schema = schema }

    mutating func note(_ connection: Connection, end: LogPlace, changesOnlyRows: Bool) throws {
        var snapshot = Snapshot(end: end, changesOnlyRows: changesOnlyRows, columns: [:], rows: [:])
        let facts = try connection.query(
            """
            SELECT c.TABLE_NAME AS t, c.COLUMN_NAME AS c, c.DATA_TYPE AS d FROM information_schema.COLUMNS c
            JOIN information_schema.TABLES b ON b.TABLE_SCHEMA = c.TABLE_SCHEMA AND b.TABLE_NAME = c.TABLE_NAME
            WHERE c.TABLE_SCHEMA = '\(schema)' AND b.TABLE_TYPE = 'BASE TABLE' ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION
            """)
        for row in facts {
            guard let table = row["t"], let name = row["c"], let type = row["d"] else { continue }
            snapshot.columns[table, default: []].append(Column(name: name, type: type.lowercased()))
        }
        for (table, columns) in snapshot.columns {
            let list = columns.map(expression).joined(separator: ", ")
            let rows = try connection.query("SELECT \(list) FROM `\(schema)`.\(quoted(table))")
            snapshot.rows[table] = rows.map { row in row.values.indices.map { row.text($0) } }
        }
        snapshots.append(snapshot)
    }

    private func quoted(_ name: String) -> String { "`" + name.replacingOccurrences(of: "`", with: "``") + "`" }

    /// The value as `lutra binlog` says it.
    private func expression(_ column: Column) -> String {
        let name = quoted(column.name)
        switch column.type {
        case "bit": return "\(name) + 0"
        case "year": return "\(name) + 0"
        case "float": return "CAST(\(name) AS DOUBLE)"
        case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "geometry", "point", "linestring",
            "polygon":
            return "CONCAT('0x', HEX(\(name)))"
        case "vector": return "VECTOR_TO_STRING(\(name))"
        case "uuid", "inet4", "inet6": return "CAST(\(name) AS CHAR)"
        case "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set", "json":
            return "CONVERT(\(name) USING utf8mb4)"
        default: return name
        }
    }

    /// Plays the printed rows and compares at each snapshot.
    func differences(from rows: [PrintedRow]) -> [String] {
        var differences: [String] = []
        var states: [String: TableState] = [:]
        var rest = rows[...]
        for snapshot in snapshots {
            while let row = rest.first, row.place < snapshot.end {
                rest = rest.dropFirst()
                guard snapshot.changesOnlyRows else { continue }
                if let wrong = states[row.table, default: TableState()].play(row) {
                    differences.append("\(row.table) at \(snapshot.end): \(wrong)")
                }
            }
            for (table, expected) in snapshot.rows {
                let columns = snapshot.columns[table] ?? []
                guard snapshot.changesOnlyRows else {
                    states[table] = TableState(columns: columns, rows: expected)
                    continue
                }
                if let wrong = states[table, default: TableState()].difference(columns, expected) {
                    differences.append("\(table) at \(snapshot.end): \(wrong)")
                }
            }
        }
        if !rest.isEmpty { differences.append("\(rest.count) rows were printed behind the end") }
        return differences
    }
}

/// A table as printed rows make it. Columns that no image told are missing in a row.
struct TableState {
    private var rows: [[String: PrintedValue]] = []

    init() {}

    init(columns: [TableHistory.Column], rows: [[String?]]) {
        self.rows = rows.map { row in
            Dictionary(uniqueKeysWithValues: zip(columns, row).map { ($0.name, PrintedValue(read: $1, type: $0.type)) })
        }
    }

    /// Returns what is wrong.
    mutating func play(_ row: PrintedRow) -> String? {
        if let before = row.before {
            let index = rows.firstIndex { candidate in
                before.allSatisfy { name, value in candidate[name].map { $0.equals(value) } ?? true }
            }
            guard let index else { return "no row is as it was before: \(String(row.line.prefix(500)))" }
            guard let after = row.after else {
                rows.remove(at: index)
                return nil
            }
            // What one image does not tell, another may have told before.
            rows[index].merge(before) { known, _ in known }
            rows[index].merge(after) { $1 }
        } else if let after = row.after {
            rows.append(after)
        }
        // Changes of a document that the image before did not tell: what it is now is not known.
        for (name, value) in row.after ?? [:] where value.raw.hasPrefix("{\"$changes\": [") {
            for index in rows.indices where rows[index][name]?.raw == value.raw { rows[index][name] = nil }
        }
        return nil
    }

    /// How the state differs from what SELECT read; nil when it does not.
    func difference(_ columns: [TableHistory.Column], _ expected: [[String?]]) -> String? {
        guard rows.count == expected.count else { return "\(rows.count) rows, but SELECT reads \(expected.count)" }
        var left = expected
        for row in rows {
            let index = left.firstIndex { candidate in
                zip(columns, candidate).allSatisfy { column, value in
                    row[column.name].map { $0.equals(PrintedValue(read: value, type: column.type)) } ?? true
                }
            }
            guard let index else {
                let text = row.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.raw.prefix(80))" }
                let near = left.first.map { $0.map { String(($0 ?? "NULL").prefix(80)) } } ?? []
                return "no such row: \(text), but there is \(near)"
            }
            left.remove(at: index)
        }
        return nil
    }
}
