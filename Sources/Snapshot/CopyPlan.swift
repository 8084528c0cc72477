package import Model
package import MySQLClient
import Plan

/// How one table is read and written: decided once, so that the row loop only follows it.
package struct CopyPlan: Sendable {
    let source: TableName
    let target: TableName
    /// One for each written column, in the order of the SELECT list.
    let cells: [Cell]
    /// Nil for a table that is read by one query.
    let key: ChunkKey?
    /// Where the key's columns are in a row that was read.
    let keyPlaces: [Int]
    /// Whether some row may need a session without a strict mode.
    let mayNeedRelaxedMode: Bool
    /// Whether some value may be one that the target would clip.
    let hasBoundedTime: Bool
    /// `` INSERT INTO `s`.`t` (`a`,`b`) VALUES ``
    let insertHead: [UInt8]
    private let selectHead: String

    /// - Parameter clipsTime: whether the target holds less of TIME than the source.
    /// - Throws: `LutraError` with `target-column-missing` or `spec-invalid`.
    package init(_ table: SnapshotJob.Table, target: TableDefinition, clipsTime: Bool = false) throws {
        source = table.source.name
        self.target = target.name
        var cells: [Cell] = []
        var names: [String] = []
        for mapped in try table.route.mapping.columns.apply(to: table.source) {
            let column = table.source.columns[mapped.ordinal]
            guard let ordinal = target.ordinal(of: mapped.targetName) else {
                // What the source computes by itself need not exist on the target.
                if column.generated != .no { continue }
                throw LutraError(
                    .targetColumnMissing, "a column of the source does not exist on the target",
                    place: ["table": target.name.description, "column": mapped.targetName])
            }
            guard target.columns[ordinal].generated == .no else { continue }
            cells.append(Cell(source: column, target: target.columns[ordinal], clipsTime: clipsTime))
            names.append(quotedIdentifier(target.columns[ordinal].name))
        }
        guard !cells.isEmpty else {
            throw LutraError(
                .snapshotFailed, "a table has no column to copy", place: ["table": source.description],
                hint: "leave the table out with exclude")
        }
        self.cells = cells
        hasBoundedTime = cells.contains { $0.form == .boundedTime }
        mayNeedRelaxedMode = cells.contains { $0.form == .label }
        key = ChunkKey(table.source)
        var expressions = cells.map(\.expression)
        var places: [Int] = []
        for column in key?.columns ?? [] {
            let expression = quotedIdentifier(column.name)
            places.append(expressions.firstIndex(of: expression) ?? expressions.count)
            if places.last == expressions.count { expressions.append(expression) }
        }
        keyPlaces = places
        selectHead = "SELECT \(expressions.joined(separator: ", ")) FROM \(source.quoted)"
        insertHead = Array("INSERT INTO \(target.name.quoted) (\(names.joined(separator: ","))) VALUES ".utf8)
    }

    /// The query for a chunk.
    package func select(_ chunk: Chunk) -> String {
        guard let key else { return selectHead }
        let condition = chunk.after.map { " WHERE " + key.condition(after: $0) } ?? ""
        return "\(selectHead) FORCE INDEX (\(quotedIdentifier(key.index)))\(condition)"
            + " ORDER BY \(key.order) LIMIT \(chunk.rows)"
    }

    /// The key of a row that was read, as literals.
    package func keyLiterals(_ row: borrowing StreamedRow) -> [String] {
        guard let key else { return [] }
        var literals: [String] = []
        for index in key.columns.indices {
            guard let value = row.bytes(keyPlaces[index]) else { preconditionFailure("a key column was NULL") }
            literals.append(key.columns[index].literal.sql(value))
        }
        return literals
    }
}
