package import Model

/// How the rows of one logged table reach one target table: decided once, followed for every row.
package final class TablePlan: Sendable {
    package let source: LoggedTable
    package let target: TableDefinition
    /// Lower loads first.
    package let weight: Int
    /// What is written: mapped columns that the target does not generate itself, in the order of the source.
    package let columns: [PlannedColumn]
    /// Indices into `columns` that make up the target's key; empty for a table without one.
    package let key: [Int]
    /// Ordinals of the key's columns in a row image, in the order of `key`.
    package let keyOrdinals: [Int]
    /// Ordinals of the columns of a unique key that tells rows apart where none of them is NULL: those of `key`, or of
    /// a key that allows NULL; empty without any.
    let identifyingOrdinals: [Int]
    package let path: Path
    /// How an existing row gets its new image where its unique values stay.
    package let updateStyle: UpdateStyle
    /// Ordinals of the columns of all unique keys; nil where some key's values are not in the row image.
    let uniqueOrdinals: [Int]?
    /// What `JoinedTable.group` says.
    let joinGroup: TableName?
    /// Set where foreign keys join it with others, and its rows can be folded all the same.
    let joined: Joined?
    /// Several source tables merge into this target: a row that exists already may be another shard's.
    package let isMerged: Bool

    /// By what its rows depend on each other.
    package let conflicts: ConflictKeys

    /// Whether some value may need `SessionMode.relaxed`.
    let mayNeedRelaxedMode: Bool

    /// `` `schema`.`table` ``
    let quotedTarget: [UInt8]
    /// `` (`a`,`b`) VALUES ``
    let columnList: [UInt8]
    /// What begins and ends the statement that inserts rows or overwrites those with the same key.
    let overwriteWords: [UInt8]
    let overwriteClause: [UInt8]
    /// `` ON DUPLICATE KEY UPDATE … `` over all columns.
    let upsertClause: [UInt8]

    /// A column that is written.
    package struct PlannedColumn: Sendable {
        /// In the source's row image.
        package let ordinal: Int
        package let name: String
        let quotedName: [UInt8]
        let literal: LiteralPlan
    }

    /// Which way the table's rows go.
    package enum Path: Sendable {
        /// The changes of a row in a batch are folded into one; all deletes come before all inserts.
        case folded
        /// Row by row in the order of the source: no key, foreign keys, triggers, columns that only the target has.
        case ordered
    }

    /// What folding the rows of joined tables needs: see `docs/decisions/0001-merge-by-delete-then-insert.md`.
    struct Joined: Sendable {
        let depth: Int
        let isReferenced: Bool
        let isCascadeParent: Bool
        /// Ordinals of the columns of its foreign keys.
        let references: [(parent: TableName, ordinals: [Int])]

        /// Nil where a foreign key has columns that are not written, or nothing can be said of the order of tables.
        init?(_ facts: JoinedTable, _ planned: [PlannedColumn]) {
            guard let references = facts.references, let depth = facts.depth else { return nil }
            self.depth = depth
            isReferenced = facts.isReferenced
            isCascadeParent = facts.isCascadeParent
            var found: [(parent: TableName, ordinals: [Int])] = []
            for reference in references {
                let ordinals = reference.columns.compactMap { name in planned.first { $0.name == name }?.ordinal }
                guard ordinals.count == reference.columns.count else { return nil }
                found.append((reference.parent, ordinals))
            }
            self.references = found
        }
    }

    package enum UpdateStyle: Sendable {
        /// By a statement that inserts or overwrites: one unique key, every column is known.
        case overwrite
        /// Delete by key, then insert, where a unique value changes: with several unique keys an upsert could change
        /// another row.
        case deleteInsert
    }

    /// - Parameters:
    ///   - columnNames: the target's column for each source column, nil where the column stays behind.
    ///   - facts: what the target says of the table beyond its columns.
    /// - Throws: `targetColumnMissing`, `typeUnsupported`.
    package init(
        source: LoggedTable, target: TableDefinition, columnNames: [String?], weight: Int, facts: TargetTableFacts
    ) throws(LutraError) {
        self.source = source
        self.target = target
        self.weight = weight
        isMerged = facts.isMerged
        columns = try Self.planColumns(source, target, columnNames, facts)
        let planned = columns
        let mapped = Set(planned.map { $0.name })
        let written = target.columns.filter { $0.generated == .no }
        let coversTarget = written.allSatisfy { mapped.contains($0.name) }
        let identity = Self.identity(of: target, planned)
        key = identity?.places ?? []
        keyOrdinals = key.map { planned[$0].ordinal }
        let identifying = identity ?? Self.identity(of: target, planned, allowsNull: true)
        identifyingOrdinals = identifying?.places.map { planned[$0].ordinal } ?? []
        let others = target.uniqueKeys.filter { $0.name != identity?.name }
        joinGroup = facts.foreignKeys?.group
        joined = facts.foreignKeys.flatMap { Joined($0, planned) }
        let mustKeepOrder =
            key.isEmpty || !coversTarget || facts.hasTriggers || (facts.foreignKeys != nil && joined == nil)
        conflicts = ConflictKeys(
            source: source, target: target, columns: planned, hasKey: !key.isEmpty, facts: facts)
        path = mustKeepOrder ? .ordered : .folded
        updateStyle = others.isEmpty ? .overwrite : .deleteInsert
        uniqueOrdinals = Self.uniqueOrdinals(of: target, planned)
        mayNeedRelaxedMode = target.columns.contains { $0.dataType == "enum" }
        quotedTarget = Array(target.name.quoted.utf8)
        columnList = Array((" (" + planned.map { quotedIdentifier($0.name) }.joined(separator: ",") + ") VALUES ").utf8)
        upsertClause = Self.upsertClause(planned, sameKey: [])
        // What costs the server less, by measurement (`docs/performance.md`).
        // With several keys, or a row that others reference, REPLACE would delete it first.
        let isAlone = others.isEmpty && joined?.isReferenced != true
        let replaces = facts.server.isMariaDB && isAlone
        overwriteWords = replaces ? ScriptBuilder.replaceWords : ScriptBuilder.insertWords
        overwriteClause = replaces ? [] : others.isEmpty ? upsertClause : Self.upsertClause(planned, sameKey: key)
    }

    /// - Parameter sameKey: places of columns that must stay as they are: with several unique keys the row that is
    ///   there may be another one, on a target that differs, and must not become this one. No type holds the sum then,
    ///   which is an error on both servers (1690).
    private static func upsertClause(_ planned: [PlannedColumn], sameKey: [Int]) -> [UInt8] {
        let assignments = planned.indices.map { place in
            let name = quotedIdentifier(planned[place].name)
            return sameKey.contains(place)
                ? "\(name)=IF(\(otherRowMark)+(1-(\(name)<=>VALUES(\(name))))>0,VALUES(\(name)),\(name))"
                : "\(name)=VALUES(\(name))"
        }
        return Array((" ON DUPLICATE KEY UPDATE " + assignments.joined(separator: ",")).utf8)
    }

    /// Stands in the server's message when an upsert met another row.
    package static let otherRowMark = "18446744073709551615"

    private static func uniqueOrdinals(of target: TableDefinition, _ planned: [PlannedColumn]) -> [Int]? {
        var ordinals: [Int] = []
        for name in target.uniqueKeys.flatMap(\.columns) {
            guard let column = planned.first(where: { $0.name == name }) else { return nil }
            ordinals.append(column.ordinal)
        }
        return ordinals
    }

    private static func planColumns(
        _ source: LoggedTable, _ target: TableDefinition, _ names: [String?], _ facts: TargetTableFacts
    ) throws(LutraError) -> [PlannedColumn] {
        var planned: [PlannedColumn] = []
        for (ordinal, column) in source.columns.enumerated() {
            guard ordinal < names.count, let name = names[ordinal] else { continue }
            guard let found = target.ordinal(of: name) else {
                throw LutraError(
                    .targetColumnMissing, "the target table lacks a column",
                    place: ["table": "\(target.name)", "column": name])
            }
            let definition = target.columns[found]
            if definition.generated != .no { continue }
            do {
                planned.append(
                    PlannedColumn(
                        ordinal: ordinal, name: definition.name,
                        quotedName: Array(quotedIdentifier(definition.name).utf8),
                        literal: try LiteralPlan(
                            source: column, target: definition, server: facts.server,
                            allowsChange: facts.allowsChange)))
            } catch {
                throw error.at("table", "\(target.name)")
            }
        }
        return planned
    }

    /// The primary key, else the first unique key without NULLs, whose columns are all known from the row.
    private static func identity(
        of target: TableDefinition, _ planned: [PlannedColumn], allowsNull: Bool = false
    ) -> (name: String, places: [Int])? {
        for candidate in target.uniqueKeys where !candidate.hasPrefixParts {
            let places = candidate.columns.compactMap { name in planned.firstIndex { $0.name == name } }
            guard places.count == candidate.columns.count else { continue }
            let isNullable = candidate.columns.contains { name in
                target.columns.contains { $0.name == name && $0.isNullable }
            }
            if allowsNull || !isNullable { return (candidate.name, places) }
        }
        return nil
    }
}

extension TablePlan {
    /// A value as its SQL says it, for messages; nil where the image does not hold it.
    package func valueText(_ column: PlannedColumn, _ image: UInt32, in batch: RowBatch) -> String? {
        let slice = batch.slices[Int(image) + column.ordinal]
        guard !slice.isAbsent else { return nil }
        var sql: [UInt8] = []
        guard (try? column.literal.appendLiteral(slice, of: batch.bytes, to: &sql)) != nil else { return nil }
        return String(decoding: sql, as: UTF8.self)
    }
}
