import Model

/// Which kind of literal leads from a source column to a target column, if any does.
struct LiteralRoute {
    let source: LoggedColumn
    let target: ColumnDefinition
    let targetIsMariaDB: Bool

    /// Nil where the target cannot hold the type.
    func kind(to family: ColumnFamily) -> LiteralKind? {
        let definition = source.definition
        switch source.type {
        case .enumeration: return labelKind(.enumLabel, same: .enumeration, to: family)
        case .set: return labelKind(.setLabels, same: .set, to: family)
        case .json:
            if family == .json { return targetIsMariaDB ? .jsonText : .json }
            return family == .text || family == .binary ? .jsonText : nil
        case .geometry: return family == .spatial ? .bytes : nil
        case .vector: return family == .vector ? .bytes : nil
        case .char, .varchar, .blob: return bytesKind(.bytes, to: family)
        case .compressedVarchar, .compressedBlob: return bytesKind(.compressedBytes, to: family)
        default:
            guard let kind = LiteralKind(scalar: source.type, isUnsigned: definition.isUnsigned) else { return nil }
            return accepts(kind, family) ? kind : nil
        }
    }

    /// Numbers fit numbers, times fit times, both fit text; the strict target judges the value.
    private func accepts(_ kind: LiteralKind, _ family: ColumnFamily) -> Bool {
        if kind.isTime {
            // A strict server takes 10:00:00 for the date 2010-00-00.
            return family.isTime ? kind.isTimeOfDay == (family == .time) : family == .text || family == .binary
        }
        if kind == .bit { return family == .bit || family.isNumber }
        return family.isNumber || family == .bit || family == .text || family == .binary
    }

    private func labelKind(_ label: LiteralKind, same: ColumnFamily, to family: ColumnFamily) -> LiteralKind? {
        if family == same && source.definition.labels == target.labels || family.isNumber { return .number }
        switch family {
        case .enumeration, .set, .text, .binary: return label
        default: return nil
        }
    }

    private func bytesKind(_ kind: LiteralKind, to family: ColumnFamily) -> LiteralKind? {
        guard let own = ColumnFamily(source.definition) else { return nil }
        switch own {
        case .uuid, .inet4, .inet6: return addressKind(own, to: family)
        case .vector: return family == .vector ? kind : nil
        // MariaDB's JSON is a text column with a check.
        case .text, .json:
            guard sourceCharacterSetIsKnown else { return nil }
            return family == .spatial || family == .vector || family == .bit ? nil : kind
        case .binary:
            if family == .binary || family == .text { return kind }
            return family.addressBytes.map { $0 == sourceBytes } == true ? kind : nil
        default: return nil
        }
    }

    private func addressKind(_ own: ColumnFamily, to family: ColumnFamily) -> LiteralKind? {
        if family == own { return .bytes }
        if family == .binary, declaredLength(target.fullType) == own.addressBytes { return .bytes }
        guard family == .text || family == .binary || own == .inet4 && family == .inet6 else { return nil }
        return own == .uuid ? .uuidText : own == .inet4 ? .inet4Text : .inet6Text
    }

    /// MariaDB does not know gb18030.
    private var sourceCharacterSetIsKnown: Bool {
        !(targetIsMariaDB && source.definition.characterSet == "gb18030")
    }

    /// The n of a BINARY(n) source; nil for other types.
    private var sourceBytes: Int? {
        if case .char(let bytes) = source.type { return Int(bytes) }
        return nil
    }

    /// The character set of the text that the literal holds; nil for bytes and numbers.
    private func textCharacterSet(of kind: LiteralKind) -> String? {
        switch kind {
        case .bytes, .compressedBytes:
            let own = ColumnFamily(source.definition)
            guard own == .text || own == .json else { return nil }
            return canonicalCharacterSet(source.definition.characterSet ?? target.characterSet)
        case .enumLabel, .setLabels, .json, .jsonText: return "utf8mb4"
        case .uuidText, .inet4Text, .inet6Text: return "ascii"
        default: return kind.isTime ? "ascii" : nil
        }
    }

    func introducer(of kind: LiteralKind, to family: ColumnFamily) -> [UInt8] {
        guard let from = textCharacterSet(of: kind) else { return [] }
        switch family {
        case .text, .enumeration, .set:
            let to = canonicalCharacterSet(target.characterSet)
            let agree = from == to || from == "utf8mb3" && to == "utf8mb4"
            return agree ? [] : Array("_\(from)".utf8)
        case .binary, .date, .time, .datetime, .timestamp:
            return kind.isTime || from == "ascii" || family == .binary ? [] : Array("_\(from)".utf8)
        // JSON from a binary string is refused by MySQL; an address from one is taken for its bytes.
        default: return Array("_\(from)".utf8)
        }
    }

    /// A literal of the binary character set would be compared byte for byte on MySQL, or miss the index.
    func keyIntroducer(of kind: LiteralKind, to family: ColumnFamily) -> [UInt8] {
        let own = introducer(of: kind, to: family)
        guard own.isEmpty, family == .text || family == .enumeration || family == .set else { return own }
        guard let text = textCharacterSet(of: kind) else { return [] }
        return Array("_\(text)".utf8)
    }

    /// What to fill up to on writing, and on comparing.
    func padding(of kind: LiteralKind, to family: ColumnFamily) -> (write: Int, match: Int) {
        var written = 0
        if kind == .bytes {
            let own = ColumnFamily(source.definition)
            written = own?.addressBytes ?? (own == .binary ? sourceBytes ?? 0 : 0)
        }
        guard family == .binary, target.dataType.lowercased() == "binary" else { return (written, written) }
        return (written, max(written, declaredLength(target.fullType) ?? 1))
    }
}
