/// Names of character sets and collations: what belongs together, and what the other flavour calls it.
enum CollationNames {
    /// The character set of a collation: what stands before the first underscore; `binary` is its own. Nil for
    /// MariaDB's short names (`uca1400_ai_ci`), which go with any character set.
    static func characterSet(of collation: String) -> String? {
        let name = String(collation.prefix { $0 != "_" })
        return name == "uca1400" ? nil : name
    }

    /// Bytes of a character at most.
    static func bytesMax(_ characterSet: String) -> Int {
        switch characterSet {
        case "utf8mb4", "utf16", "utf16le", "utf32", "gb18030": 4
        case "utf8", "utf8mb3", "ujis", "eucjpms": 3
        case "ucs2", "big5", "gbk", "gb2312", "sjis", "cp932", "euckr": 2
        default: 1
        }
    }

    /// The collation that a character set has by itself on a server; nil when it is not known here.
    static func standard(of characterSet: String, on server: ServerDialect) -> String? {
        if characterSet == "utf8mb4" {
            if server.isMariaDB { return server.version >= 110_600 ? "utf8mb4_uca1400_ai_ci" : "utf8mb4_general_ci" }
            return server.version >= 80_000 ? "utf8mb4_0900_ai_ci" : "utf8mb4_general_ci"
        }
        if ["utf8mb3", "utf8"].contains(characterSet), server.isMariaDB, server.version >= 110_600 {
            return characterSet + "_uca1400_ai_ci"
        }
        return standards[characterSet]
    }

    /// `utf8` under the name that the server prints.
    static func printed(_ name: String, on server: ServerDialect) -> String {
        guard name == "utf8" || name.hasPrefix("utf8_"), server.printsUTF8MB3 else { return name }
        return "utf8mb3" + name.dropFirst(4)
    }

    /// The nearest collation that the target knows; nil when it knows this one.
    static func translated(_ collation: String, to target: ServerDialect) -> String? {
        target.isMariaDB ? forMariaDB(collation, target) : forMySQL(collation, target)
    }

    /// `utf8mb4_0900_ai_ci`, `utf8mb4_de_pb_0900_as_cs`: Unicode 9, without padding.
    private static func forMariaDB(_ collation: String, _ target: ServerDialect) -> String? {
        // MariaDB has no gb18030: its columns become utf8mb4.
        if collation.hasPrefix("gb18030_") {
            return collation.hasSuffix("_bin") ? "utf8mb4_bin" : "utf8mb4_unicode_520_ci"
        }
        guard let mark = collation.text(after: "_0900_") else { return nil }
        if mark == "bin" { return "utf8mb4_nopad_bin" }
        guard target.version >= 101_001 else {
            return mark == "as_cs" ? "utf8mb4_nopad_bin" : "utf8mb4_unicode_520_nopad_ci"
        }
        let sensitivity = mark.hasPrefix("as_cs") ? "as_cs" : String(mark.prefix(5))
        return "utf8mb4_uca1400_nopad_" + sensitivity
    }

    private static func forMySQL(_ collation: String, _ target: ServerDialect) -> String? {
        let hasNoPad = collation.contains("_nopad")
        if collation.contains("uca1400") {
            let set = characterSet(of: collation) ?? "utf8mb4"
            guard set == "utf8mb4", target.version >= 80_000 else { return set + "_unicode_520_ci" }
            let mark = collation.hasSuffix("_cs") ? "as_cs" : (collation.hasSuffix("as_ci") ? "as_ci" : "ai_ci")
            return "utf8mb4_0900_" + mark
        }
        guard hasNoPad else { return nil }
        if target.version >= 80_000, collation == "utf8mb4_nopad_bin" { return "utf8mb4_0900_bin" }
        if target.version >= 80_000, collation.hasPrefix("utf8mb4_unicode") { return "utf8mb4_0900_ai_ci" }
        return collation.split(separator: "_").filter { $0 != "nopad" }.joined(separator: "_")
    }

    private static let standards = [
        "armscii8": "armscii8_general_ci", "ascii": "ascii_general_ci", "big5": "big5_chinese_ci", "binary": "binary",
        "cp1250": "cp1250_general_ci", "cp1251": "cp1251_general_ci", "cp1256": "cp1256_general_ci",
        "cp1257": "cp1257_general_ci", "cp850": "cp850_general_ci", "cp852": "cp852_general_ci",
        "cp866": "cp866_general_ci", "cp932": "cp932_japanese_ci", "dec8": "dec8_swedish_ci",
        "eucjpms": "eucjpms_japanese_ci", "euckr": "euckr_korean_ci", "gb18030": "gb18030_chinese_ci",
        "gb2312": "gb2312_chinese_ci", "gbk": "gbk_chinese_ci", "geostd8": "geostd8_general_ci",
        "greek": "greek_general_ci", "hebrew": "hebrew_general_ci", "hp8": "hp8_english_ci",
        "keybcs2": "keybcs2_general_ci", "koi8r": "koi8r_general_ci", "koi8u": "koi8u_general_ci",
        "latin1": "latin1_swedish_ci", "latin2": "latin2_general_ci", "latin5": "latin5_turkish_ci",
        "latin7": "latin7_general_ci", "macce": "macce_general_ci", "macroman": "macroman_general_ci",
        "sjis": "sjis_japanese_ci", "swe7": "swe7_swedish_ci", "tis620": "tis620_thai_ci", "ucs2": "ucs2_general_ci",
        "ujis": "ujis_japanese_ci", "utf16": "utf16_general_ci", "utf16le": "utf16le_general_ci",
        "utf32": "utf32_general_ci", "utf8": "utf8_general_ci", "utf8mb3": "utf8mb3_general_ci",
    ]
}

extension String {
    /// What follows the text, when the text is in the string.
    fileprivate func text(after mark: String) -> String? {
        var rest = self[...]
        while !rest.isEmpty {
            if rest.hasPrefix(mark) { return String(rest.dropFirst(mark.count)) }
            rest = rest.dropFirst()
        }
        return nil
    }
}
