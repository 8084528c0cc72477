import TestKit

/// A seeded stream of statements, DDL and DML mixed, that are all valid one after another.
struct RandomDDL {
    private struct Column {
        var name: String
        var type: Kind
    }

    private enum Kind: String, CaseIterable {
        case int = "INT"
        case bigint = "BIGINT"
        case text = "VARCHAR(30) CHARACTER SET utf8mb4"
        case latin = "VARCHAR(30) CHARACTER SET latin1"
        case decimal = "DECIMAL(10,2)"
        case date = "DATE"
        case time = "DATETIME(3)"
        case label = "ENUM('a','b','c')"
    }

    private let schema: String
    private var random: SeededRandom
    /// Every table has the key `id` somewhere, and these columns.
    private var tables: [String: [Column]] = [:]
    private var nextID = 0

    init(schema: String, seed: UInt64) {
        self.schema = schema
        random = SeededRandom(seed: seed)
    }

    /// What creates the tables to begin with.
    mutating func creation() -> [String] { (0..<4).map { create("t\($0)") } }

    mutating func statement() -> String {
        let name = table()
        switch Int.random(in: 0..<100, using: &random) {
        case ..<40: return insert(name)
        case ..<55: return update(name)
        case ..<60: return "DELETE FROM \(name) ORDER BY id LIMIT \(Int.random(in: 1...3, using: &random))"
        case ..<70: return add(name)
        case ..<76: return drop(name)
        case ..<83: return rename(name)
        case ..<89: return swap(name)
        case ..<93: return move(name)
        case ..<96: return swapTables(name)
        case ..<97: return "TRUNCATE TABLE \(name)"
        case ..<98: return renameTable(name)
        default: return replace(name)
        }
    }

    private mutating func table() -> String { tables.keys.sorted().randomElement(using: &random) ?? "" }

    private mutating func create(_ name: String) -> String {
        let columns = (0..<5).map { Column(name: "c\($0)", type: Kind.allCases.randomElement(using: &random) ?? .int) }
        tables[name] = columns
        let list = columns.map { "\($0.name) \($0.type.rawValue)" }.joined(separator: ", ")
        return "CREATE TABLE \(name) (id INT PRIMARY KEY, \(list))"
    }

    /// A name that the table does not have; names come back.
    private mutating func freeName(_ name: String) -> String {
        let taken = Set(tables[name, default: []].map(\.name))
        return (0..<30).map { "c\($0)" }.filter { !taken.contains($0) }.randomElement(using: &random) ?? "c99"
    }

    private mutating func value(_ type: Kind) -> String {
        let number = Int.random(in: 0..<1_000, using: &random)
        if number % 11 == 0 { return "NULL" }
        switch type {
        case .int, .bigint: return "\(number - 500)"
        case .text: return "'text ä\(number)'"
        case .latin: return "'latin é\(number)'"
        case .decimal: return "\(number).25"
        case .date: return "'20\(10 + number % 80)-01-0\(1 + number % 9)'"
        case .time: return "'2020-0\(1 + number % 9)-01 10:00:00.\(100 + number % 900)'"
        case .label: return "'\(["a", "b", "c"][number % 3])'"
        }
    }

    private mutating func insert(_ name: String) -> String {
        let columns = tables[name, default: []]
        let rows = (0..<Int.random(in: 1...3, using: &random)).map { _ in
            nextID += 1
            return "(\(nextID), " + columns.map { value($0.type) }.joined(separator: ", ") + ")"
        }
        return "INSERT INTO \(name) (id, \(columns.map(\.name).joined(separator: ", "))) VALUES "
            + rows.joined(separator: ", ")
    }

    private mutating func update(_ name: String) -> String {
        guard let column = tables[name]?.randomElement(using: &random) else { return insert(name) }
        return "UPDATE \(name) SET \(column.name) = \(value(column.type)) WHERE id % 3 = \(nextID % 3)"
    }

    private mutating func add(_ name: String) -> String {
        let column = Column(name: freeName(name), type: Kind.allCases.randomElement(using: &random) ?? .int)
        let place = place(name, besides: "")
        tables[name, default: []].append(column)
        return "ALTER TABLE \(name) ADD COLUMN \(column.name) \(column.type.rawValue) \(place)"
    }

    private mutating func place(_ name: String, besides column: String) -> String {
        let others = tables[name, default: []].map(\.name).filter { $0 != column }
        switch Int.random(in: 0..<3, using: &random) {
        case 0: return "FIRST"
        case 1: return others.randomElement(using: &random).map { "AFTER \($0)" } ?? "FIRST"
        default: return column.isEmpty ? "" : "FIRST"
        }
    }

    private mutating func drop(_ name: String) -> String {
        guard let column = tables[name]?.randomElement(using: &random), tables[name]?.count ?? 0 > 3
        else { return add(name) }
        tables[name]?.removeAll { $0.name == column.name }
        return "ALTER TABLE \(name) DROP COLUMN \(column.name)"
    }

    private mutating func rename(_ name: String) -> String {
        guard let index = tables[name]?.indices.randomElement(using: &random), let column = tables[name]?[index]
        else { return add(name) }
        let new = freeName(name)
        tables[name]?[index].name = new
        return Bool.random(using: &random)
            ? "ALTER TABLE \(name) RENAME COLUMN \(column.name) TO \(new)"
            : "ALTER TABLE \(name) CHANGE \(column.name) \(new) \(column.type.rawValue)"
    }

    /// Two columns of one type change names: nothing but the names tells them apart.
    private mutating func swap(_ name: String) -> String {
        let columns = tables[name, default: []]
        for first in columns.shuffled(using: &random) {
            guard let second = columns.first(where: { $0.name != first.name && $0.type == first.type }) else {
                continue
            }
            let type = first.type.rawValue
            return Bool.random(using: &random)
                ? "ALTER TABLE \(name) RENAME COLUMN \(first.name) TO \(second.name), "
                    + "RENAME COLUMN \(second.name) TO \(first.name)"
                : "ALTER TABLE \(name) CHANGE \(first.name) \(second.name) \(type), "
                    + "CHANGE \(second.name) \(first.name) \(type)"
        }
        return add(name)
    }

    private mutating func move(_ name: String) -> String {
        guard let column = tables[name]?.randomElement(using: &random) else { return add(name) }
        return "ALTER TABLE \(name) MODIFY \(column.name) \(column.type.rawValue) \(place(name, besides: column.name))"
    }

    private mutating func swapTables(_ name: String) -> String {
        let other = table()
        guard other != name else { return insert(name) }
        (tables[name], tables[other]) = (tables[other], tables[name])
        return "RENAME TABLE \(name) TO swapped, \(other) TO \(name), swapped TO \(other)"
    }

    private mutating func renameTable(_ name: String) -> String {
        let new = "t\(tables.count + Int.random(in: 0..<1_000, using: &random))"
        guard tables[new] == nil else { return insert(name) }
        tables[new] = tables.removeValue(forKey: name)
        return Bool.random(using: &random)
            ? "RENAME TABLE \(name) TO \(new)" : "ALTER TABLE \(name) RENAME TO \(schema).\(new)"
    }

    private mutating func replace(_ name: String) -> String {
        "DROP TABLE \(name); " + create(name)
    }
}
