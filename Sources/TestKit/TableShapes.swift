extension TableShape {
    /// The shapes that keys, types, collations and foreign keys make, for both flavours.
    package static let all: [TableShape] = keyShapes + typeShapes + textShapes + joinedShapes

    /// `name type` and a random value for each column.
    private static func one(
        _ name: String, _ columns: [(String, String, String?)], _ keys: String, more: [String] = []
    ) -> TableShape {
        TableShape(tables: [table(name, columns, keys)], more: more)
    }

    private static func table(_ name: String, _ columns: [(String, String, String?)], _ keys: String) -> Table {
        Table(name: name, columns: columns.map { Column(name: $0.0, type: $0.1, value: $0.2) }, keys: keys)
    }

    private static func below(_ count: Int) -> String { "FLOOR(RAND()*\(count))" }
    private static func any(_ values: String...) -> String {
        "ELT(FLOOR(1+RAND()*\(values.count)),\(values.joined(separator: ",")))"
    }

    private static let id = ("id", "INT NOT NULL", Optional(below(30)))
    private static let payload = ("v", "INT", Optional(below(1_000)))

    private static func int(_ name: String, _ count: Int, nullable: Bool = true) -> (String, String, String?) {
        (name, nullable ? "INT" : "INT NOT NULL", nullable ? "IF(RAND()<0.1,NULL,\(below(count)))" : below(count))
    }

    private static func swap(_ table: String, _ column: String) -> [String] {
        [
            "UPDATE `\(table)` SET `\(column)` = `\(column)` + 1 ORDER BY `\(column)` DESC",
            "UPDATE `\(table)` SET `\(column)` = `\(column)` - 1 WHERE `\(column)` > 0 ORDER BY `\(column)`",
            """
            UPDATE IGNORE `\(table)` SET `\(column)` = -1 WHERE `\(column)` = 3; UPDATE IGNORE `\(table)` SET \
            `\(column)` = 3 WHERE `\(column)` = 5; UPDATE IGNORE `\(table)` SET `\(column)` = 5 WHERE `\(column)` = -1
            """,
        ]
    }

    private static let keyShapes: [TableShape] = [
        one("key_primary", [id, payload], "PRIMARY KEY (id)"),
        one("key_moves", [id, payload], "PRIMARY KEY (id)", more: swap("key_moves", "id")),
        one("key_unique", [id, int("a", 30), payload], "PRIMARY KEY (id), UNIQUE (a)"),
        one("key_swaps", [id, int("a", 12), payload], "PRIMARY KEY (id), UNIQUE (a)", more: swap("key_swaps", "a")),
        one("key_two", [id, int("a", 20), int("b", 20)], "PRIMARY KEY (id), UNIQUE (a), UNIQUE (b)"),
        one(
            "key_three", [id, int("a", 15), int("b", 15), int("c", 15)],
            "PRIMARY KEY (id), UNIQUE (a), UNIQUE (b), UNIQUE (c)", more: swap("key_three", "b")),
        one(
            "key_composite", [int("a", 6, nullable: false), int("b", 6, nullable: false), payload],
            "PRIMARY KEY (a, b)"),
        one(
            "key_overlapping", [id, int("a", 6), int("b", 6), payload], "PRIMARY KEY (id), UNIQUE (a, b), UNIQUE (b, v)"
        ),
        one("key_unique_only", [int("a", 20, nullable: false), payload], "UNIQUE (a)"),
        one(
            "key_two_unique_only", [int("a", 20, nullable: false), int("b", 20, nullable: false), payload],
            "UNIQUE (a), UNIQUE (b)", more: swap("key_two_unique_only", "a")),
        one("key_nullable_only", [int("a", 20), payload], "UNIQUE (a)"),
        one("key_none", [int("a", 5), int("b", 5)], ""),
        one("key_none_same_rows", [int("a", 2)], ""),
        one(
            "key_prefix", [id, ("s", "VARCHAR(20)", any("'aab'", "'aac'", "'abc'", "'b'"))],
            "PRIMARY KEY (id), UNIQUE (s(2))"),
        one(
            "key_generated", [id, int("a", 20), ("g", "INT AS (a * 2) STORED", nil)], "PRIMARY KEY (id), UNIQUE (g)"),
        one("key_virtual", [id, int("a", 20), ("g", "INT AS (a % 7) VIRTUAL", nil)], "PRIMARY KEY (id), UNIQUE (g)"),
        one(
            "key_zero", [("id", "INT NOT NULL AUTO_INCREMENT", any("0", "5", "-3", "NULL")), payload],
            "PRIMARY KEY (id)"),
    ]

    private static func typed(_ name: String, _ type: String, _ value: String) -> [TableShape] {
        [
            one("type_\(name)_primary", [("k", "\(type) NOT NULL", value), payload], "PRIMARY KEY (k)"),
            one("type_\(name)_unique", [id, ("k", type, value)], "PRIMARY KEY (id), UNIQUE (k)"),
        ]
    }

    private static let typeShapes: [TableShape] =
        typed("bigint", "BIGINT UNSIGNED", any("18446744073709551615", "0", "1", "9223372036854775808"))
        + typed("decimal", "DECIMAL(20,5)", any("0", "-0.0", "1.1", "1.10", "-1.1", "1.00001"))
        + typed("double", "DOUBLE", any("0e0", "-0e0", "1e0", "1.5e0", "-1.5e0"))
        + typed("datetime", "DATETIME(6)", any("'2020-01-01'", "'2020-01-01 00:00:00.000001'", "'2020-01-02'"))
        + typed("date", "DATE", any("'2020-01-01'", "'2020-01-02'", "'2020-01-03'"))
        + typed("enum", "ENUM('a','b','ö')", any("'a'", "'b'", "'ö'"))
        + typed("bit", "BIT(9)", any("0", "1", "256", "257"))
        + typed("varbinary", "VARBINARY(5)", any("x'00'", "x'0000'", "'a'", "'a '", "'A'", "x''"))
        + typed("binary", "BINARY(3)", any("x'00'", "x'0000'", "'a'", "'A'", "'a '"))

    private static let letters = any("'a'", "'A'", "'á'", "'b'", "'B '", "'ss'", "'ß'", "'c-d'", "'CD'", "'ch'", "'h'")
    private static let plainLetters = any("'a1'", "'A1'", "'a1 '", "'b'", "'B'", "'c-d'", "'C-D'", "'cd'", "'x'")

    /// Letters that keys can be compared by, some of which are equal for some collations.
    private static let worldLetters = any(
        "'中国'", "'中'", "'한'", "'é'", "'E'", "'Ё'", "'е'", "'σ'", "'ς'", "'（ａ）'", "'(A)'", "'Ａ'", "'Ŝ'")

    private static func text(_ name: String, _ type: String, _ values: String = letters) -> TableShape {
        one("text_\(name)", [id, ("k", type, values)], "PRIMARY KEY (id), UNIQUE (k)")
    }

    private static let textShapes: [TableShape] = [
        text("general", "VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"),
        text("unicode", "VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"),
        text("plain", "VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci", plainLetters),
        text("world", "VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci", worldLetters),
        text("world_general", "VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci", worldLetters),
        text("bin", "VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"),
        text("swedish", "VARCHAR(9) CHARACTER SET latin1 COLLATE latin1_swedish_ci"),
        text("spanish", "VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_spanish2_ci"),
        text("wide", "VARCHAR(9) CHARACTER SET ucs2 COLLATE ucs2_general_ci"),
        text("char", "CHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci", plainLetters),
        one(
            "text_primary",
            [("k", "VARCHAR(9) CHARACTER SET latin1 COLLATE latin1_general_ci NOT NULL", plainLetters), payload],
            "PRIMARY KEY (k)"),
    ]

    private static func joined(_ name: String, _ rule: String, unique: Bool = false) -> TableShape {
        let parent = ("p", "INT", Optional("IF(RAND()<0.2,NULL,\(below(12)))"))
        return TableShape(
            tables: [
                table("\(name)_parent", [("id", "INT NOT NULL", below(12)), payload], "PRIMARY KEY (id)"),
                table(
                    "\(name)_child", [id, parent, payload],
                    "PRIMARY KEY (id), \(unique ? "UNIQUE" : "KEY") (p), "
                        + "FOREIGN KEY (p) REFERENCES \(name)_parent (id) \(rule)"),
            ], more: [])
    }

    /// Foreign keys over several columns, with letters, and two ways to the same parent.
    private static let chain = TableShape(
        tables: [
            table("join_chain_a", [int("id", 4, nullable: false), payload], "PRIMARY KEY (id)"),
            table(
                "join_chain_b", [("id", "INT NOT NULL", below(9)), int("a", 4), ("k", chainText, chainTexts), payload],
                "PRIMARY KEY (id), UNIQUE (a, k), FOREIGN KEY (a) REFERENCES join_chain_a (id)"),
            table(
                "join_chain_c", [id, ("k", chainText, chainTexts), int("a", 4), int("b", 9)],
                "PRIMARY KEY (id), FOREIGN KEY (a, k) REFERENCES join_chain_b (a, k), "
                    + "FOREIGN KEY (b) REFERENCES join_chain_b (id)"),
        ], more: [])
    private static let chainTexts = any("'a1'", "'A1'", "'b'", "NULL")
    private static let chainText = "VARCHAR(9) CHARACTER SET latin1 COLLATE latin1_general_ci"

    private static let joinedShapes: [TableShape] = [
        chain,
        one(
            "join_self_restrict", [id, ("p", "INT", "IF(RAND()<0.5,NULL,\(below(30)))"), payload],
            "PRIMARY KEY (id), FOREIGN KEY (p) REFERENCES join_self_restrict (id)"),
        joined("join_restrict", ""),
        joined("join_cascade", "ON DELETE CASCADE ON UPDATE CASCADE"),
        joined("join_null", "ON DELETE SET NULL ON UPDATE CASCADE"),
        joined("join_unique", "ON DELETE CASCADE", unique: true),
        one(
            "join_self", [id, ("p", "INT", "IF(RAND()<0.3,NULL,\(below(30)))")],
            "PRIMARY KEY (id), FOREIGN KEY (p) REFERENCES join_self (id) ON DELETE CASCADE"),
    ]
}
