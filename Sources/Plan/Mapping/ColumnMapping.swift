package import Model

/// A column that travels.
package struct MappedColumn: Equatable, Sendable {
    /// Its place in the source table.
    package var ordinal: Int
    /// Its name on the target.
    package var targetName: String

    package init(ordinal: Int, targetName: String) {
        self.ordinal = ordinal
        self.targetName = targetName
    }
}

extension ColumnSelection {
    /// Applies the selection to a source table: the columns that travel, in the table's order.
    ///
    /// - Throws: `LutraError` with `spec-invalid` when a list names a column that the table has not, when no column is
    ///   left, or when two columns would get one name.
    package func apply(to table: TableDefinition) throws(LutraError) -> [MappedColumn] {
        func ordinals(_ names: some Sequence<String>) throws(LutraError) -> Set<Int> {
            var result: Set<Int> = []
            for name in names { result.insert(try ordinal(of: name, in: table)) }
            return result
        }
        let included = try include.map { names throws(LutraError) in try ordinals(names) }
        let excluded = try ordinals(exclude)
        var names: [Int: String] = [:]
        for (from, to) in rename.sorted(by: { $0.key < $1.key }) { names[try ordinal(of: from, in: table)] = to }
        var result: [MappedColumn] = []
        var taken: Set<String> = []
        for (ordinal, column) in table.columns.enumerated() {
            if excluded.contains(ordinal) || included?.contains(ordinal) == false { continue }
            let name = names[ordinal] ?? column.name
            guard taken.insert(name.lowercased()).inserted else {
                throw LutraError(
                    .specInvalid, "two columns of a table would get the same name on the target",
                    place: ["table": table.name.description, "column": name],
                    hint: "rename one of them to something else, or exclude it")
            }
            result.append(MappedColumn(ordinal: ordinal, targetName: name))
        }
        guard !result.isEmpty else {
            throw LutraError(
                .specInvalid, "the column lists leave no column of a table", place: ["table": table.name.description])
        }
        return result
    }

    /// The selection without the columns that a table has not.
    ///
    /// The source may drop or rename a listed column while its log is followed: from then on its entry says nothing.
    package func withoutMissing(in table: TableDefinition) -> ColumnSelection {
        func isThere(_ name: String) -> Bool { table.ordinal(of: name) != nil }
        return ColumnSelection(
            include: include?.filter(isThere), exclude: exclude.filter(isThere),
            rename: rename.filter { isThere($0.key) })
    }

    /// Whether every column travels under its own name.
    package var isEverything: Bool { include == nil && exclude.isEmpty && rename.isEmpty }

    private func ordinal(of name: String, in table: TableDefinition) throws(LutraError) -> Int {
        if let ordinal = table.ordinal(of: name) { return ordinal }
        throw LutraError(
            .specInvalid, "a column list names a column that the source table has not",
            place: ["table": table.name.description, "column": name],
            hint: "its columns are \(table.columns.map(\.name).joined(separator: ", "))")
    }
}
