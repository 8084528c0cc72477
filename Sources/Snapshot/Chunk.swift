import Model

/// A part of a table that is read by one query, in key order.
package struct Chunk: Sendable, Equatable {
    /// From 1.
    package var number: Int
    /// SQL literals of the last key before it, one by key column; nil from the start.
    package var after: [String]?
    /// How many rows at most.
    package var rows: Int

    package init(number: Int, after: [String]?, rows: Int) {
        self.number = number
        self.after = after
        self.rows = rows
    }

    static let rowLimit = 50_000

    /// For the place of an error.
    func place(_ key: ChunkKey?) -> String {
        guard let after, let key else { return "\(number)" }
        return "\(number), after " + zip(key.columns, after).map { "\($0.name) = \($1)" }.joined(separator: ", ")
    }
}

/// The key that a table is read by.
struct ChunkKey: Sendable, Equatable {
    struct Column: Sendable, Equatable {
        var name: String
        var literal: Literal
    }
    /// How a value that was read becomes a literal that compares as the column does.
    enum Literal: Sendable, Equatable {
        case number
        /// Dates and times: digits and punctuation.
        case quoted
        /// In hexadecimal behind a character set's introducer; the column's collation wins in a comparison.
        case text(introducer: String)
    }

    var index: String
    var columns: [Column]

    /// The primary key, or a unique key that holds no NULL, if its columns can be compared by literals; else nil.
    init?(_ table: TableDefinition) {
        for key in table.uniqueKeys where !key.hasPrefixParts {
            var columns: [Column] = []
            for case let name? in key.columns {
                guard let ordinal = table.ordinal(of: name), !table.columns[ordinal].isNullable,
                    let literal = Literal(table.columns[ordinal])
                else { break }
                columns.append(Column(name: table.columns[ordinal].name, literal: literal))
            }
            if columns.count == key.columns.count, !columns.isEmpty {
                self.init(index: key.name, columns: columns)
                return
            }
        }
        return nil
    }

    init(index: String, columns: [Column]) {
        self.index = index
        self.columns = columns
    }

    /// The condition for the rows behind a key. A row comparison `(a, b) > (x, y)` would read the whole index on
    /// MySQL and MariaDB; this form is a range of it.
    func condition(after values: [String]) -> String {
        let names = columns.map { quotedIdentifier($0.name) }
        var alternatives: [String] = []
        for last in names.indices {
            let equal = (0..<last).map { "\(names[$0]) = \(values[$0])" }
            alternatives.append("(" + (equal + ["\(names[last]) > \(values[last])"]).joined(separator: " AND ") + ")")
        }
        guard alternatives.count > 1 else { return alternatives[0] }
        return "\(names[0]) >= \(values[0]) AND (" + alternatives.joined(separator: " OR ") + ")"
    }

    var order: String { columns.map { quotedIdentifier($0.name) }.joined(separator: ", ") }
}

extension ChunkKey.Literal {
    /// Nil for types whose order is not that of their literals (ENUM, SET, FLOAT, BIT …): such tables are read in one.
    init?(_ column: ColumnDefinition) {
        switch column.dataType {
        case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "numeric": self = .number
        case "date", "datetime", "timestamp": self = .quoted
        case "char", "varchar": self = .text(introducer: "_" + (column.characterSet ?? "binary"))
        case "binary", "varbinary": self = .text(introducer: "_binary")
        default: return nil
        }
    }

    func sql(_ bytes: UnsafeRawBufferPointer) -> String {
        switch self {
        case .number: return String(decoding: bytes, as: UTF8.self)
        case .quoted: return "'" + String(decoding: bytes, as: UTF8.self) + "'"
        case .text(let introducer):
            let digits = Array("0123456789abcdef".utf8)
            var hex: [UInt8] = []
            hex.reserveCapacity(bytes.count * 2)
            for byte in bytes {
                hex.append(digits[Int(byte >> 4)])
                hex.append(digits[Int(byte & 15)])
            }
            return "\(introducer) x'" + String(decoding: hex, as: UTF8.self) + "'"
        }
    }
}
