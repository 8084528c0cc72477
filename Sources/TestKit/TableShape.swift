/// A table, or some that foreign keys join, with values from so small a range that unique values meet all the time.
package struct TableShape: Sendable {
    package struct Column: Sendable {
        package let name: String
        package let type: String
        /// An expression with a random value; nil for a column that the server generates.
        package let value: String?
    }

    package struct Table: Sendable {
        package let name: String
        package let columns: [Column]
        package let keys: String

        package var creation: String {
            let parts = columns.map { "`\($0.name)` \($0.type)" } + (keys.isEmpty ? [] : [keys])
            return "CREATE TABLE `\(name)` (\(parts.joined(separator: ", "))) ENGINE=InnoDB"
        }
    }

    /// Parents first.
    package let tables: [Table]
    /// Statements beside the usual ones: swaps, shifts.
    package let more: [String]

    /// One random statement; it may fail on a key, and changes nothing then or a part.
    package func change(using random: inout SeededRandom) -> String {
        if let own = more.randomElement(using: &random), Int.random(in: 0..<6, using: &random) == 0 { return own }
        guard let table = tables.randomElement(using: &random) else { return "DO 0" }
        let written = table.columns.filter { $0.value != nil }
        guard let set = written.randomElement(using: &random), let by = written.randomElement(using: &random) else {
            return "DO 0"
        }
        let names = written.map { "`\($0.name)`" }.joined(separator: ",")
        let values = written.map { $0.value ?? "" }.joined(separator: ",")
        let found = "WHERE `\(by.name)` = \(by.value ?? "")"
        switch Int.random(in: 0..<12, using: &random) {
        case 0..<4: return "INSERT IGNORE INTO `\(table.name)` (\(names)) VALUES (\(values))"
        case 4: return "REPLACE INTO `\(table.name)` (\(names)) VALUES (\(values))"
        case 5..<8: return "UPDATE IGNORE `\(table.name)` SET `\(set.name)` = \(set.value ?? "") \(found)"
        case 8: return "UPDATE IGNORE `\(table.name)` SET `\(set.name)` = \(set.value ?? "") ORDER BY RAND() LIMIT 2"
        case 9: return "INSERT INTO `\(table.name)` (\(names)) VALUES (\(values))"
        default: return "DELETE FROM `\(table.name)` \(found) LIMIT 2"
        }
    }
}
