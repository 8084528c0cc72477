internal import Model

extension TokenCursor {
    /// A column's type, its name made canonical; nil when it is none that is known.
    mutating func type() -> TypeSpecification? {
        guard var word = word()?.lowercased() else { return nil }
        var type = TypeSpecification(name: word)
        if word == "national" {
            type.isNational = true
            guard let next = self.word()?.lowercased() else { return nil }
            word = next
        }
        switch word {
        case "char", "character", "nchar":
            if word == "nchar" { type.isNational = true }
            type.name = acceptAny(["VARYING", "VARCHAR", "VARCHARACTER"]) ? "varchar" : "char"
        case "varchar", "varchar2", "varcharacter": type.name = "varchar"
        case "nvarchar":
            type.name = "varchar"
            type.isNational = true
        case "double":
            _ = accept("PRECISION")
            type.name = "double"
        case "long": type.name = longType()
        default:
            guard let name = canonicalTypes[word] ?? (context.isOracle ? oracleTypes[word] : nil) else { return nil }
            type.name = name
        }
        if context.isOracle, let name = oracleTypes[word] { type.name = name }
        if word == "bool" || word == "boolean" { type.arguments = ["1"] }
        guard arguments(of: &type) else { return nil }
        if context.isOracle, word == "number", type.arguments.isEmpty { type.name = "double" }
        return type
    }

    /// Behind LONG: LONG VARCHAR, LONG VARBINARY, LONG.
    private mutating func longType() -> String {
        if accept("VARBINARY") { return "mediumblob" }
        if acceptAny(["CHAR", "CHARACTER"]) {
            _ = accept("VARYING")
        } else {
            _ = acceptAny(["VARCHAR", "VARCHARACTER"])
        }
        return "mediumtext"
    }

    private mutating func arguments(of type: inout TypeSpecification) -> Bool {
        guard acceptSymbol("(") else { return type.name != "enum" && type.name != "set" }
        if type.name == "enum" || type.name == "set" { return labels(of: &type) }
        while let token, !isSymbol(")") {
            if token.kind == .number { type.arguments.append(text(token.range)) }
            // MariaDB in Oracle mode: VARCHAR(10 CHAR).
            index += 1
        }
        return acceptSymbol(")")
    }

    private mutating func labels(of type: inout TypeSpecification) -> Bool {
        repeat {
            guard let token, var label = label(token)?[...] else { return false }
            index += 1
            // Blanks at the end of a label are removed by the server.
            while label.last == " " { label.removeLast() }
            type.labels.append(String(label))
        } while acceptSymbol(",")
        return acceptSymbol(")")
    }
}

extension TokenCursor {
    /// The text of a label; nil where the column's character set decides what it is.
    private func label(_ token: SQLToken) -> String? {
        let bytes = sql[token.range]
        let isHex = bytes.starts(with: "0x".utf8) || bytes.starts(with: "x'".utf8) || bytes.starts(with: "X'".utf8)
        guard isHex else {
            let isText = token.kind == .string && !"bB".utf8.contains(sql[token.range.lowerBound])
            return isText ? unquoted(token.range) : nil
        }
        let digits = Array(bytes.dropFirst(2).filter { $0 != UInt8(ascii: "'") })
        guard digits.count % 2 == 0 else { return nil }
        var text: [UInt8] = []
        for start in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[start..<start + 2], as: UTF8.self), radix: 16), byte < 0x80
            else { return nil }
            text.append(byte)
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// What MariaDB makes of these in Oracle mode.
private let oracleTypes = ["date": "datetime", "clob": "longtext", "raw": "varbinary", "blob": "longblob"]

/// Type names by every spelling that stands alone.
private let canonicalTypes: [String: String] = {
    var names = [
        "integer": "int", "int4": "int", "int1": "tinyint", "int2": "smallint", "int3": "mediumint",
        "middleint": "mediumint", "int8": "bigint", "bool": "tinyint", "boolean": "tinyint", "dec": "decimal",
        "numeric": "decimal", "fixed": "decimal", "number": "decimal", "float4": "float", "float8": "double",
        "real": "double", "geometrycollection": "geomcollection",
    ]
    for name in [
        "int", "tinyint", "smallint", "mediumint", "bigint", "decimal", "float", "bit", "date", "time", "datetime",
        "timestamp", "year", "binary", "varbinary", "tinytext", "text", "mediumtext", "longtext", "tinyblob", "blob",
        "mediumblob", "longblob", "enum", "set", "json", "geometry", "point", "linestring", "polygon", "multipoint",
        "multilinestring", "multipolygon", "geomcollection", "vector", "uuid", "inet4", "inet6", "serial",
    ] {
        names[name] = name
    }
    return names
}()
