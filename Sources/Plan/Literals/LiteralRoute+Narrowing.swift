import Model

extension LiteralRoute {
    /// What the target would change silently; nil where it keeps every value or refuses it by itself.
    func narrowing(of kind: LiteralKind, to family: ColumnFamily) -> Narrowing? {
        switch family {
        case .date: return kind.fractionDigits != nil && kind != .date ? .dateOnly : nil
        case .time, .datetime, .timestamp: return fraction(of: kind, to: family)
        case .integer, .bit: return hasFraction(kind) ? .number(scale: 0, significant: nil) : nil
        case .decimal:
            let scale = declaredScale(target.fullType) ?? 0
            if case .decimal(_, let own) = kind, own <= scale { return nil }
            return hasFraction(kind) ? .number(scale: scale, significant: nil) : nil
        case .floating: return floating(kind)
        case .year: return kind == .year || kind == .number ? nil : .year
        case .text: return spaces(kind)
        default: return nil
        }
    }

    private func fraction(of kind: LiteralKind, to family: ColumnFamily) -> Narrowing? {
        guard let own = kind.fractionDigits, own > 0 else { return nil }
        let digits = declaredLength(target.fullType) ?? 0
        let ends = family == .time && !targetIsMariaDB
        return own > digits || ends ? .fraction(digits: digits, endsAtWholeSecond: ends) : nil
    }

    /// Texts count: they may hold any number.
    private func hasFraction(_ kind: LiteralKind) -> Bool {
        switch kind {
        case .decimal(_, let scale): scale > 0
        case .float, .double, .bytes, .compressedBytes, .enumLabel: true
        default: false
        }
    }

    private func floating(_ kind: LiteralKind) -> Narrowing? {
        let isFloat = target.dataType.lowercased() == "float"
        let most = isFloat ? 6 : 15
        var significant: Int?
        switch kind {
        case .integer(let width, _): significant = width > (isFloat ? 2 : 6) ? most : nil
        case .decimal(let precision, _): significant = precision > most ? most : nil
        case .double: significant = isFloat ? most : nil
        case .bit, .bytes, .compressedBytes: significant = most
        default: break
        }
        let isSame = source.definition.fullType.lowercased() == target.fullType.lowercased()
        let scale = isSame || !hasFraction(kind) ? nil : declaredScale(target.fullType)
        if targetIsMariaDB, kind == .float || kind == .double {
            return .unsignedZero(scale: scale, significant: significant)
        }
        return scale == nil && significant == nil ? nil : .number(scale: scale, significant: significant)
    }

    private func spaces(_ kind: LiteralKind) -> Narrowing? {
        guard kind == .bytes, ColumnFamily(source.definition) == .text else { return nil }
        let from = source.definition, type = target.dataType.lowercased()
        if from.dataType.lowercased() == "char" { return nil }
        let counted = textUnit(canonicalCharacterSet(from.characterSet))
        if type == "char" { return .spaces(limit: 0, unit: counted) }
        if type == "varchar" {
            let limit = declaredLength(target.fullType) ?? 0
            let isWide = from.dataType.lowercased() == "varchar" && (declaredLength(from.fullType) ?? 0) <= limit
            return isWide ? nil : .spaces(limit: limit, unit: counted)
        }
        guard let limit = Self.textBytes[type] else { return nil }
        let own = Self.textBytes[from.dataType.lowercased()] ?? (declaredLength(from.fullType) ?? 0) * 4
        return own <= limit ? nil : .spaces(limit: limit, unit: .bytes)
    }

    private static let textBytes = ["tinytext": 255, "text": 65_535, "mediumtext": 16_777_215, "longtext": 1 << 32 - 1]

    /// Bytes where characters are of several lengths and not UTF-8: a value near the limit is rather refused.
    private func textUnit(_ characterSet: String?) -> Narrowing.TextUnit {
        switch characterSet {
        case "utf8mb3", "utf8mb4": .utf8
        case "ucs2", "utf16": .fixed(2)
        case "utf32": .fixed(4)
        default: .bytes
        }
    }
}

extension LiteralKind {
    /// Digits of a time's fraction; nil for what is no time.
    var fractionDigits: Int? {
        switch self {
        case .datetime(let digits), .timestamp(let digits), .time(let digits): Int(digits)
        case .date, .oldDatetime, .oldTimestamp, .oldTime: 0
        default: nil
        }
    }

    /// A time of day or a span, without a date.
    var isTimeOfDay: Bool {
        switch self {
        case .time, .oldTime: true
        default: false
        }
    }
}

/// The second number in brackets of a full type: 2 for `decimal(5,2)`; nil without one.
func declaredScale(_ fullType: String) -> Int? {
    guard let comma = fullType.firstIndex(of: ",") else { return nil }
    return Int(fullType[fullType.index(after: comma)...].prefix { $0.isNumber })
}
