package import Binlog

/// Whose SQL a statement is written in: the flavour of the server and its version.
package struct ServerDialect: Equatable, Sendable {
    package enum Flavor: Sendable { case mysql, mariadb }

    package var flavor: Flavor
    /// As version comments write it: 5.7.44 is 50744, 9.7.1 is 90701, 10.11.14 is 101114.
    package var version: Int

    package init(_ flavor: Flavor, version: Int) {
        self.flavor = flavor
        self.version = version
    }

    package init(_ flavor: Flavor, _ major: Int, _ minor: Int, _ patch: Int = 0) {
        self.init(flavor, version: major * 10_000 + minor * 100 + patch)
    }

    package var isMariaDB: Bool { flavor == .mariadb }

    /// What its SQL can say of the types inside a JSON document.
    package var jsonFidelity: JSONFidelity { isMariaDB ? .text : version >= 80_004 ? .columns : .casts }

    /// Whether the server reads the content of `/*!VERSION … */` as SQL. MariaDB passes over 50700…99999, which are
    /// MySQL's alone (MariaDB Knowledge Base, "Comment Syntax").
    func executes(comment version: Int, forMariaDBOnly: Bool) -> Bool {
        if forMariaDBOnly { return isMariaDB && version <= self.version }
        if isMariaDB, (50_700...99_999).contains(version) { return false }
        return version <= self.version
    }

    /// Whether integers print without a display width, and YEAR without its 4 (MySQL 8.0.19).
    var hidesDisplayWidth: Bool { !isMariaDB && version >= 80_019 }

    /// Whether `utf8` prints as `utf8mb3`.
    var printsUTF8MB3: Bool { version >= (isMariaDB ? 100_600 : 80_030) }

    /// Whether a TIMESTAMP that says neither NULL nor NOT NULL may be NULL
    /// (`explicit_defaults_for_timestamp`, by its default).
    var timestampsAreNullable: Bool { version >= (isMariaDB ? 101_000 : 80_000) }
}

/// What is known of the session that ran a statement: needed to read its text.
package struct StatementContext: Equatable, Sendable {
    /// The schema of names that are not qualified.
    package var defaultSchema: String
    /// `"x"` is a name (`ANSI_QUOTES`).
    package var ansiQuotes: Bool
    /// A backslash in a string is an ordinary character (`NO_BACKSLASH_ESCAPES`).
    package var backslashIsPlain: Bool
    /// MariaDB's Oracle mode: other types behind some names.
    package var isOracle: Bool
    /// The statement's bytes are latin1 (`character_set_client`), else UTF-8.
    package var isLatin1: Bool
    /// The server that wrote the statement.
    package var dialect: ServerDialect
    /// `collation_server` of the session: what a schema gets that is created without one. Nil when not known.
    package var serverCollation: String?

    package init(
        defaultSchema: String, dialect: ServerDialect, sqlMode: UInt64 = 0, isLatin1: Bool = false,
        serverCollation: String? = nil
    ) {
        self.defaultSchema = defaultSchema
        ansiQuotes = sqlMode & 4 != 0
        backslashIsPlain = sqlMode & (1 << 20) != 0
        isOracle = dialect.isMariaDB && sqlMode & 512 != 0
        self.isLatin1 = isLatin1
        self.dialect = dialect
        self.serverCollation = serverCollation
    }
}
