/// A table as the server defines it, as far as synchronising its rows needs it.
package struct TableDefinition: Equatable, Sendable, Codable {
    package var name: TableName
    /// In the order of the table, which is the order of a full row image.
    package var columns: [ColumnDefinition]
    /// The primary key first if there is one, then the unique keys in the server's order.
    package var uniqueKeys: [KeyDefinition]
    /// The table's default character set, for columns that name none.
    package var characterSet: String?
    package var collation: String?
    package var engine: String?

    package init(
        name: TableName, columns: [ColumnDefinition], uniqueKeys: [KeyDefinition] = [],
        characterSet: String? = nil, collation: String? = nil, engine: String? = nil
    ) {
        self.name = name
        self.columns = columns
        self.uniqueKeys = uniqueKeys
        self.characterSet = characterSet
        self.collation = collation
        self.engine = engine
    }

    /// MariaDB: `WITH SYSTEM VERSIONING` without a period of its own adds two columns at the end that
    /// `information_schema` does not show, but row images hold (MariaDB Knowledge Base, "System-Versioned Tables").
    package static let hiddenPeriod = ["row_start", "row_end"].map {
        ColumnDefinition(
            name: $0, dataType: "timestamp", fullType: "timestamp(6)", isNullable: false, generated: .stored,
            isInvisible: true)
    }

    package var primaryKey: KeyDefinition? { uniqueKeys.first { $0.isPrimary } }

    /// The ordinal of a column by name, letters compared without case as servers do.
    package func ordinal(of column: String) -> Int? {
        columns.firstIndex { $0.name == column }
            ?? columns.firstIndex { $0.name.lowercased() == column.lowercased() }
    }
}

/// A primary or unique key.
package struct KeyDefinition: Equatable, Sendable, Codable {
    /// `PRIMARY` for the primary key.
    package var name: String
    /// Names of its columns in order; nil in place of a name where a part is an expression (functional index).
    package var columns: [String?]
    /// Whether some part covers only a prefix of its column.
    package var hasPrefixParts: Bool

    package init(name: String, columns: [String?], hasPrefixParts: Bool = false) {
        self.name = name
        self.columns = columns
        self.hasPrefixParts = hasPrefixParts
    }

    package var isPrimary: Bool { name == "PRIMARY" }
}

/// A column as the server defines it.
package struct ColumnDefinition: Equatable, Sendable, Codable {
    package var name: String
    /// The type's name without arguments, lower case: `int`, `varchar`, `enum`, `uuid`.
    package var dataType: String
    /// The whole type as the server prints it: `int(10) unsigned`, `enum('a','b')`.
    package var fullType: String
    package var isUnsigned: Bool
    package var isNullable: Bool
    /// The server's name of the character set (`utf8mb4`, `gbk`, `binary`); nil where the type has none.
    package var characterSet: String?
    package var collation: String?
    /// Labels of ENUM and SET in order, as bytes of the column's character set decoded to text.
    package var labels: [String]
    package var generated: Generated
    package var isInvisible: Bool
    package var isAutoIncrement: Bool

    package enum Generated: String, Sendable, Codable { case no, virtual, stored }

    package init(
        name: String, dataType: String, fullType: String, isUnsigned: Bool = false, isNullable: Bool = true,
        characterSet: String? = nil, collation: String? = nil, labels: [String] = [], generated: Generated = .no,
        isInvisible: Bool = false, isAutoIncrement: Bool = false
    ) {
        self.name = name
        self.dataType = dataType
        self.fullType = fullType
        self.isUnsigned = isUnsigned
        self.isNullable = isNullable
        self.characterSet = characterSet
        self.collation = collation
        self.labels = labels
        self.generated = generated
        self.isInvisible = isInvisible
        self.isAutoIncrement = isAutoIncrement
    }
}
