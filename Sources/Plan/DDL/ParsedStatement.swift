package import Model

/// A statement as it was logged, and what it does.
package struct ParsedStatement: Equatable, Sendable {
    /// The text as UTF-8, which all ranges refer to.
    package let sql: [UInt8]
    package let context: StatementContext
    package let statement: DDLStatement
    /// Every table that the statement names, in the order of the text.
    package internal(set) var references: [TableReference] = []
    /// Clauses that must not be sent on: `START TRANSACTION` of an atomic CREATE … SELECT, `WAIT n`, `ALGORITHM=`
    /// and `LOCK=` of CREATE INDEX.
    package internal(set) var removals: [Range<Int>] = []
    /// `ALTER TABLE name `, comments after it not included: what each clause of an ALTER needs before it.
    package internal(set) var alterHead: Range<Int> = 0..<0

    init(sql: [UInt8], context: StatementContext, statement: DDLStatement) {
        self.sql = sql
        self.context = context
        self.statement = statement
    }
}

/// A place in a statement that names a table.
package struct TableReference: Equatable, Sendable {
    package enum Role: Sendable { case target, likeSource, foreignKey, renameTo, exchanged }
    package var name: TableName
    package var range: Range<Int>
    package var role: Role
}

/// What a logged statement does, as far as rows and tables go.
package enum DDLStatement: Equatable, Sendable {
    case createTable(CreateTable)
    case alterTable(TableName, actions: [AlterAction])
    case dropTable([TableName], ifExists: Bool, isTemporary: Bool)
    case renameTable([TableRename], ifExists: Bool = false)
    case truncateTable(TableName)
    /// `key` is nil when the index is not unique.
    case createIndex(name: String, table: TableName, key: KeySpecification?, orReplace: Bool = false)
    case dropIndex(name: String, table: TableName)
    case createSchema(String, collation: CharacterSetChoice, orReplace: Bool = false)
    case alterSchema(String, collation: CharacterSetChoice)
    case dropSchema(String)
    /// Rows changed by a statement logged as text: the tables it may change.
    case rowStatement(kind: String, tables: [TableName])
    /// Changes neither rows nor columns of a table: GRANT, CREATE VIEW, ANALYZE, SET … Its kind in upper case.
    case other(kind: String)
    /// Not understood.
    case unknown
}

package struct CreateTable: Equatable, Sendable {
    package var name: TableName
    package var isTemporary = false
    package var ifNotExists = false
    package var orReplace = false
    /// `CREATE TABLE … LIKE`.
    package var like: TableName?
    /// `CREATE TABLE … SELECT`: columns and rows come from a query.
    package var isSelect = false
    /// Columns and keys; nil when they were not fully understood.
    package var body: TableBody?

    package init(name: TableName) { self.name = name }
}

/// One pair of RENAME TABLE, as the source names both.
package struct TableRename: Equatable, Sendable {
    package var from: TableName
    package var to: TableName

    package init(from: TableName, to: TableName) {
        self.from = from
        self.to = to
    }
}

/// What a CREATE TABLE says about columns, keys and defaults, before anything is inherited.
package struct TableBody: Equatable, Sendable {
    package var columns: [ColumnSpecification] = []
    package var keys: [KeySpecification] = []
    /// Names of keys that are not unique: a unique key without a name must avoid them.
    package var otherKeyNames: [String] = []
    package var characterSet = CharacterSetChoice()
    package var engine: String?
    /// MariaDB: `WITH SYSTEM VERSIONING`, of the table or of a column.
    package var isVersioned = false
    /// Columns of an application-time period: they cannot be NULL.
    package var periodColumns: [String] = []
}

/// A character set, a collation, both or none, as written.
package struct CharacterSetChoice: Equatable, Sendable {
    package var characterSet: String?
    package var collation: String?
    /// `DEFAULT` is written.
    package var isDefault = false
    package var isEmpty: Bool { characterSet == nil && collation == nil }

    package init(characterSet: String? = nil, collation: String? = nil) {
        self.characterSet = characterSet
        self.collation = collation
    }
}

/// A column as written.
package struct ColumnSpecification: Equatable, Sendable {
    package enum Position: Equatable, Sendable { case last, first, after(String) }
    package enum InlineKey: Sendable { case primary, unique }

    package var name: String
    package var type: TypeSpecification
    package var characterSet = CharacterSetChoice()
    /// `BINARY` behind a text type: the character set's binary collation.
    package var isBinaryCollated = false
    /// Nil when neither NULL nor NOT NULL is said.
    package var isNullable: Bool?
    package var generated = ColumnDefinition.Generated.no
    package var isInvisible = false
    package var isAutoIncrement = false
    package var inlineKey: InlineKey?
    /// MariaDB: `AS ROW START`, `AS ROW END`.
    package var isPeriodBound = false
    /// MariaDB: `WITH SYSTEM VERSIONING`.
    package var isVersioned = false
    package var position = Position.last
}

/// A type as written, its name made canonical: `INTEGER` is `int`, `DEC` is `decimal`.
package struct TypeSpecification: Equatable, Sendable {
    package var name: String
    /// What stands in parentheses, blanks removed; labels of ENUM and SET apart.
    package var arguments: [String] = []
    package var labels: [String] = []
    package var isUnsigned = false
    package var isZerofill = false
    /// MariaDB's `COMPRESSED`.
    package var isCompressed = false
    /// `NATIONAL`: utf8mb3.
    package var isNational = false
}

/// A primary or unique key as written.
package struct KeySpecification: Equatable, Sendable {
    /// Nil when the server must find one.
    package var name: String?
    package var isPrimary: Bool
    package var columns: [String?]
    package var hasPrefixParts = false
    /// MariaDB: `WITHOUT OVERLAPS` of the table's period, whose columns belong to the key.
    var coversPeriod = false
    /// How many keys that are not unique come before it in the same statement: their names are taken.
    var otherKeysBefore = 0

    package init(name: String?, isPrimary: Bool, columns: [String?], hasPrefixParts: Bool = false) {
        self.name = name
        self.isPrimary = isPrimary
        self.columns = columns
        self.hasPrefixParts = hasPrefixParts
    }
}

/// One clause of an ALTER TABLE.
package struct AlterAction: Equatable, Sendable {
    package var range: Range<Int>
    package var kind: Kind
    /// The items of `ADD (a …, b …)`, each of which can stand behind an ADD of its own; empty otherwise.
    package var pieces: [Range<Int>] = []

    package enum Kind: Equatable, Sendable {
        case addColumns([ColumnSpecification], keys: [KeySpecification])
        case dropColumn(String)
        /// CHANGE, or MODIFY with the old name the same.
        case changeColumn(from: String, to: ColumnSpecification)
        case renameColumn(from: String, to: String)
        case showColumn(String, isInvisible: Bool)
        /// A primary or unique key.
        case addKey(KeySpecification)
        /// Any other index; without a name of its own, under the one that the server gives the first such.
        case addIndex(String?)
        case addForeignKey(String?)
        case addCheck(String?)
        case dropPrimaryKey
        case dropIndex(String)
        case dropForeignKey(String)
        case dropCheck(String)
        /// DROP CONSTRAINT: foreign key, check or unique key.
        case dropConstraint(String)
        case renameIndex(from: String, to: String)
        case renameTable(TableName)
        case convert(CharacterSetChoice)
        /// MariaDB: ADD or DROP SYSTEM VERSIONING.
        case versioning(Bool)
        /// MariaDB: an application-time period over these columns.
        case addPeriod([String])
        case tableOptions(CharacterSetChoice, engine: String?)
        /// ALGORITHM, LOCK, WITH VALIDATION, WAIT: says how, not what.
        case executionHint
        /// Understood, and changes neither columns nor unique keys: partitions, defaults, ENABLE KEYS.
        case harmless
        /// Not understood.
        case unknown
    }
}
