package import Model
package import MySQLClient
import Plan

/// How one table is read and written: decided once, so that the row loop only follows it.
package struct CopyPlan: Sendable {
    let source: TableName
    let target: TableName
    /// One for each written column, in the order of the SELECT list.
    let cells: [Cell]
    /// The target's columns, for errors.
    let targetNames: [String]
    let targetTypes: [String]
    /// Nil for a table that is read by one query.
    let key: ChunkKey?
    /// Where the key's columns are in a row that was read.
    let keyPlaces: [Int]
    /// Whether some row may need a session without a strict mode.
    let mayNeedRelaxedMode: Bool
    /// `` INSERT INTO `s`.`t` (`a`,`b`) VALUES ``
    let insertHead: [UInt8]
    private let selectHead: String

    /// What is copied: columns of the source and of the target.
    ///
    /// - Throws: `LutraError` with `target-column-missing`, `snapshot-failed` or `spec-invalid`.
    package static func columns(
        of table: SnapshotJob.Table, in target: TableDefinition
    ) throws -> [(source: ColumnDefinition, target: ColumnDefinition)] {
        var pairs: [(source: ColumnDefinition, target: ColumnDefinition)] = []
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
            pairs.append((column, target.columns[ordinal]))
        }
        guard !pairs.isEmpty else {
            throw LutraError(
                .snapshotFailed, "a table has no column to copy", place: ["table": table.source.name.description],
                hint: "leave the table out with exclude")
        }
        return pairs
    }

    /// - Throws: `LutraError` with `target-column-missing` or `spec-invalid`.
    package init(_ table: SnapshotJob.Table, target: TableDefinition, between servers: CopyServers) throws {
        source = table.source.name
        self.target = target.name
        let pairs = try Self.columns(of: table, in: target)
        let cells = pairs.map { Cell(source: $0.source, target: $0.target, between: servers) }
        let names = pairs.map { quotedIdentifier($0.target.name) }
        self.cells = cells
        targetNames = pairs.map(\.target.name)
        targetTypes = pairs.map(\.target.fullType)
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
