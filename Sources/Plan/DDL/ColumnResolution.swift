internal import Model

/// Character set and collation that count for a table or a column.
struct ResolvedCharacterSet: Equatable {
    var characterSet: String
    var collation: String

    /// What a choice means where `inherited` counts otherwise; nil when the server's answer is not known here.
    init?(_ choice: CharacterSetChoice, inherited: ResolvedCharacterSet?, dialect: ServerDialect) {
        if let written = choice.collation {
            var collation = CollationNames.printed(written, on: dialect)
            let set = choice.characterSet.map { CollationNames.printed($0, on: dialect) }
            if let own = CollationNames.characterSet(of: collation) {
                characterSet = own
            } else {
                guard let owner = set ?? inherited?.characterSet else { return nil }
                characterSet = owner
                collation = owner + "_" + collation
            }
            self.collation = collation
        } else if let written = choice.characterSet {
            characterSet = CollationNames.printed(written, on: dialect)
            guard let standard = CollationNames.standard(of: characterSet, on: dialect) else { return nil }
            collation = standard
        } else {
            guard let inherited else { return nil }
            self = inherited
        }
    }

    /// By a collation's full name.
    init?(collation: String?, dialect: ServerDialect) {
        guard let collation else { return nil }
        self.init(CharacterSetChoice(collation: collation), inherited: nil, dialect: dialect)
    }

    /// `_bin` of the same character set.
    var binary: ResolvedCharacterSet {
        var copy = self
        if characterSet != "binary" { copy.collation = characterSet + "_bin" }
        return copy
    }
}

extension ColumnSpecification {
    /// The column as `information_schema` would show it; nil when something is not known here.
    func resolved(table: ResolvedCharacterSet?, dialect: ServerDialect) -> ColumnDefinition? {
        var type = type
        var text: ResolvedCharacterSet?
        if type.name == "json", dialect.isMariaDB {
            type.name = "longtext"
            text = ResolvedCharacterSet(collation: "utf8mb4_bin", dialect: dialect)
            if !characterSet.isEmpty {
                text = ResolvedCharacterSet(characterSet, inherited: table, dialect: dialect)
            }
        } else if textTypes.contains(type.name) {
            var choice = characterSet
            if type.isNational, choice.isEmpty { choice.characterSet = "utf8mb3" }
            text = ResolvedCharacterSet(choice, inherited: table, dialect: dialect)
            guard text != nil else { return nil }
            if isBinaryCollated { text = text?.binary }
            // MySQL shows labels that are bytes without a character set.
            let isLabelled = type.name == "enum" || type.name == "set"
            if isLabelled, text?.characterSet == "binary", !dialect.isMariaDB { text = nil }
        }
        if text?.characterSet == "binary", let binary = binaryTypes[type.name] {
            type.name = binary
            text = nil
        }
        guard type.settle(bytesPerCharacter: text.map { CollationNames.bytesMax($0.characterSet) } ?? 1, dialect) else {
            return nil
        }
        type.printName(dialect)
        let implied = !(type.name == "timestamp" && !dialect.timestampsAreNullable) && !isAutoIncrement
        return ColumnDefinition(
            name: name, dataType: type.name, fullType: type.printed(dialect), isUnsigned: type.isUnsigned,
            isNullable: inlineKey != .primary && (isNullable ?? implied), characterSet: text?.characterSet,
            collation: text?.collation, labels: type.labels, generated: generated, isInvisible: isInvisible,
            isAutoIncrement: isAutoIncrement)
    }
}

let textTypes: Set<String> = ["char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"]

/// What a text type becomes with the character set `binary`.
let binaryTypes = [
    "char": "binary", "varchar": "varbinary", "tinytext": "tinyblob", "text": "blob", "mediumtext": "mediumblob",
    "longtext": "longblob",
]

extension TypeSpecification {
    /// Fills in what was left out and chooses the type that the length asks for; false when a server may have
    /// decided in another way.
    mutating func settle(bytesPerCharacter: Int, _ dialect: ServerDialect) -> Bool {
        let length = arguments.first.flatMap { Int($0) }
        switch name {
        case "char", "binary", "bit": if arguments.isEmpty { arguments = ["1"] }
        case "varchar", "varbinary":
            // Too long ones become TEXT or an error by the SQL mode.
            guard let length, length <= 65_535 / bytesPerCharacter else { return false }
        case "text", "blob":
            if let length { sizeByLength(length, bytesPerCharacter, dialect) }
            arguments = []
        case "tinytext", "mediumtext", "longtext", "tinyblob", "mediumblob", "longblob", "json": arguments = []
        case "decimal":
            arguments = [arguments.first ?? "10", arguments.count > 1 ? arguments[1] : "0"]
            if arguments[0] == "0" { arguments[0] = "10" }
        case "float":
            if arguments.count == 1 {
                if let length, length > 24 { name = "double" }
                arguments = []
            }
        case "time", "datetime", "timestamp": if length == 0 { arguments = [] }
        case "tinyint", "smallint", "mediumint", "int", "bigint": if length == 0 { arguments = [] }
        case "vector": if arguments.isEmpty { arguments = ["2048"] }
        case "year", "date": arguments = []
        default: break
        }
        return true
    }

    private mutating func sizeByLength(_ length: Int, _ bytesPerCharacter: Int, _ dialect: ServerDialect) {
        let (bytes, overflow) = length.multipliedReportingOverflow(by: bytesPerCharacter)
        let kind = name
        switch overflow ? Int.max : bytes {
        case 0 where dialect.isMariaDB: name = kind
        case ..<256: name = "tiny" + kind
        case ..<65_536: name = kind
        case ..<16_777_216: name = "medium" + kind
        default: name = "long" + kind
        }
    }

    mutating func printName(_ dialect: ServerDialect) {
        if name == "geomcollection", dialect.isMariaDB || dialect.version < 80_011 { name = "geometrycollection" }
    }

    /// As COLUMN_TYPE shows it.
    func printed(_ dialect: ServerDialect) -> String {
        var text = name
        if name == "enum" || name == "set" {
            text += "(" + labels.map { "'" + doubled($0) + "'" }.joined(separator: ",") + ")"
        } else if let width = integerWidths[name] {
            let own = arguments.first ?? String(isUnsigned && name != "bigint" ? width - 1 : width)
            let isBoolean = name == "tinyint" && own == "1" && !isUnsigned
            if !dialect.hidesDisplayWidth || isZerofill || isBoolean { text += "(\(own))" }
        } else if name == "year" {
            if !dialect.hidesDisplayWidth { text += "(4)" }
        } else if !arguments.isEmpty {
            text += "(" + arguments.joined(separator: ",") + ")"
        }
        if isUnsigned { text += " unsigned" }
        if isZerofill { text += " zerofill" }
        if isCompressed { text += " /*M!100301 COMPRESSED*/" }
        return text
    }

    private func doubled(_ label: String) -> String {
        var text = ""
        for scalar in label.unicodeScalars {
            switch scalar {
            case "'": text += "''"
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\0": text += "\\0"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

/// Display widths of signed integers, the sign included.
private let integerWidths = ["tinyint": 4, "smallint": 6, "mediumint": 9, "int": 11, "bigint": 20]
