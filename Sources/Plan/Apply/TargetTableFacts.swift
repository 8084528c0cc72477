package import Model

/// What the target says of a table beyond its columns and keys.
package struct TargetTableFacts: Sendable {
    package var server: ServerDialect
    /// Nil for a table that no foreign key joins with another one, or with itself.
    package var foreignKeys: JoinedTable?
    package var hasTriggers: Bool
    /// More than one source table is mapped to it.
    package var isMerged: Bool
    /// Values that the target changes silently are written (policy `overwrite` for values).
    package var allowsChange = false

    package init(
        server: ServerDialect, foreignKeys: JoinedTable? = nil, hasTriggers: Bool = false, isMerged: Bool = false
    ) {
        self.server = server
        self.foreignKeys = foreignKeys
        self.hasTriggers = hasTriggers
        self.isMerged = isMerged
    }
}

/// A table that foreign keys join with others.
package struct JoinedTable: Sendable {
    /// The first by name of all the tables that foreign keys join with this one, over others too.
    package var group: TableName
    /// The table's own foreign keys; nil where one of them references something else than a whole unique key, so that
    /// values do not tell which rows depend on each other.
    package var references: [Reference]?
    /// How many tables lie above it, each referenced by the next one; nil where foreign keys of the group go in a
    /// circle.
    package var depth: Int?
    /// Whether a foreign key of another table references it.
    package var isReferenced: Bool
    /// Whether some foreign key of the group cascades or sets columns, which reaches rows that are not in the log, and
    /// whether it is changes of this table's rows that do.
    package var hasCascades = false
    package var isCascadeParent = false

    /// The columns of a foreign key.
    package struct Reference: Sendable {
        package var parent: TableName
        /// The parent's unique key, and the columns that hold its values here, in its order.
        package var key: KeyDefinition
        package var columns: [String]

        package init(parent: TableName, key: KeyDefinition, columns: [String]) {
            self.parent = parent
            self.key = key
            self.columns = columns
        }
    }

    package init(group: TableName, references: [Reference]?, depth: Int? = nil, isReferenced: Bool = true) {
        self.group = group
        self.references = references
        self.depth = depth
        self.isReferenced = isReferenced
    }
}
