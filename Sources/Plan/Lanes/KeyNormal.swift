import Model

/// How the values of one key column are hashed, so that values which the target holds to be equal hash alike.
///
/// The other way round nothing is promised: values that differ may hash alike, which costs parallelism and no more.
enum KeyNormal: Hashable, Sendable {
    /// The bytes as they are.
    case bytes
    /// Strings that are compared by their codes, padded or not: without trailing spaces and zeros.
    case trimmed
    /// Strings whose collation ignores case, accents or punctuation: ASCII letters and digits, without case.
    case plainText
    /// The same in UTF-8, with other letters (`PlainLetter`).
    case plainUnicode
    /// Binary floating point: -0.0 is 0.0.
    case floating
    /// Packed decimal: -0 is 0.
    case decimal

    /// Whether equal values of different types are hashed from different bytes.
    var dependsOnType: Bool {
        switch self {
        case .bytes, .floating, .decimal: true
        case .trimmed, .plainText, .plainUnicode: false
        }
    }

    /// - Returns: nil where nothing is known of how the target compares the values.
    init?(source: LoggedColumn, target: ColumnDefinition) {
        guard let from = ColumnFamily(source.definition), let to = ColumnFamily(target), from == to else { return nil }
        let isSameType = source.definition.fullType.lowercased() == target.fullType.lowercased()
        switch to {
        // Values that do not fit are refused, so that what differs here differs there.
        case .integer, .year, .bit, .date: self = .bytes
        case .time, .datetime, .timestamp:
            guard isSameType else { return nil }
            self = .bytes
        case .enumeration, .set:
            guard isSameType else { return nil }
            self = .bytes
        case .decimal:
            guard isSameType else { return nil }
            self = .decimal
        case .floating:
            guard isSameType else { return nil }
            self = .floating
        case .binary:
            if case .compressedVarchar = source.type { return nil }
            if case .compressedBlob = source.type { return nil }
            self = .trimmed
        case .uuid, .inet4, .inet6: self = .trimmed
        case .text:
            guard let normal = Self.text(source, target) else { return nil }
            self = normal
        case .json, .spatial, .vector: return nil
        }
    }

    private static func text(_ source: LoggedColumn, _ target: ColumnDefinition) -> KeyNormal? {
        if case .compressedVarchar = source.type { return nil }
        if case .compressedBlob = source.type { return nil }
        guard let characterSet = canonicalCharacterSet(target.characterSet), let collation = target.collation,
            canonicalCharacterSet(source.definition.characterSet) == characterSet
        else { return nil }
        if collation.hasSuffix("_bin") { return .trimmed }
        guard ["latin1", "ascii", "utf8mb3", "utf8mb4"].contains(characterSet),
            let mark = collation.firstIndex(of: "_")
        else { return nil }
        let rest = String(collation[collation.index(after: mark)...])
        // In other character sets it is a tailored collation.
        if rest.hasPrefix("swedish"), characterSet != "latin1" { return nil }
        guard plainCollations.contains(rest) else { return nil }
        return characterSet.hasPrefix("utf8") ? .plainUnicode : .plainText
    }

    /// Collations (without their character set) in which no two strings of ASCII are equal unless their letters and
    /// digits are, without case: no contractions, no ASCII letter or digit that is ignored or equal to another.
    /// Tailored ones are left out: in Hungarian `ccs` is `cscs`.
    private static let plainCollations: Set<String> = {
        var names: Set<String> = ["general_cs", "general_mysql500_ci", "0900_ai_ci", "0900_as_ci", "0900_as_cs"]
        for name in ["general", "unicode", "unicode_520", "swedish"] {
            names.formUnion(["\(name)_ci", "\(name)_nopad_ci"])
        }
        for accents in ["ai", "as"] {
            for letters in ["ci", "cs"] {
                names.formUnion(["uca1400_\(accents)_\(letters)", "uca1400_nopad_\(accents)_\(letters)"])
            }
        }
        return names
    }()

    /// Mixes a value into a hash; false when its place among the others cannot be told.
    func mix(_ slice: ColumnSlice, of bytes: [UInt8], into hash: inout UInt64) -> Bool {
        var range = slice.range
        switch self {
        case .bytes: break
        case .trimmed:
            while let last = range.last, bytes[last] == 0x20 || bytes[last] == 0 { range = range.dropLast() }
        case .plainText, .plainUnicode: return mixPlain(range, of: bytes, into: &hash)
        case .floating:
            // Little endian: the sign is the top bit of the last byte.
            let isZero = range.dropLast().allSatisfy { bytes[$0] == 0 } && range.last.map { bytes[$0] & 0x7f } == 0
            if isZero { range = 0..<0 }
        case .decimal:
            // Zero is 80 00 …, and with the sign turned all bits are.
            let isPositiveZero =
                range.first.map { bytes[$0] } == 0x80 && range.dropFirst().allSatisfy { bytes[$0] == 0 }
            let isNegativeZero =
                range.first.map { bytes[$0] } == 0x7f && range.dropFirst().allSatisfy { bytes[$0] == 0xff }
            if isPositiveZero || isNegativeZero { range = 0..<0 }
        }
        mixBytes(bytes, range, into: &hash)
        return true
    }

    private func mixPlain(_ range: Range<Int>, of bytes: [UInt8], into hash: inout UInt64) -> Bool {
        var letters = Letters(hash: hash)
        var place = range.lowerBound
        while place < range.upperBound {
            let byte = bytes[place]
            if byte < 0x80 {
                letters.addPlain(byte)
                place += 1
                continue
            }
            guard self == .plainUnicode, let (scalar, end) = Self.scalar(at: place, range.upperBound, of: bytes),
                let code = PlainLetter.code(scalar)
            else { return false }
            letters.add(code)
            place = end
        }
        hash = letters.end()
        return true
    }

    /// Reads a character of two or three bytes in UTF-8; nil for any other, and for bytes that are none.
    private static func scalar(at place: Int, _ end: Int, of bytes: [UInt8]) -> (scalar: UInt32, end: Int)? {
        let first = UInt32(bytes[place])
        let count = first & 0xe0 == 0xc0 ? 2 : first & 0xf0 == 0xe0 ? 3 : 0
        guard count > 0, count <= end - place else { return nil }
        var scalar = count == 2 ? first & 0x1f : first & 0x0f
        for byte in bytes[place + 1..<place + count] {
            guard byte & 0xc0 == 0x80 else { return nil }
            scalar = scalar << 6 | UInt32(byte & 0x3f)
        }
        return (scalar, place + count)
    }

    /// Letters and digits that are hashed in eights.
    private struct Letters {
        var hash: UInt64
        private var word: UInt64 = 0
        private var count: UInt64 = 0

        init(hash: UInt64) { self.hash = hash }

        /// An ASCII character, which counts when it is a letter or a digit.
        mutating func addPlain(_ byte: UInt8) {
            let letter = byte | 0x20
            let isLetter = letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z")
            guard isLetter || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")) else { return }
            push(isLetter ? letter : byte)
        }

        mutating func add(_ code: UInt32) {
            if code > 0xff { push(UInt8(code >> 8)) }
            if code > 0 { push(UInt8(code & 0xff)) }
        }

        private mutating func push(_ byte: UInt8) {
            word = word << 8 | UInt64(byte)
            count += 1
            if count & 7 == 0 {
                hash = Plan.mix(hash ^ word)
                word = 0
            }
        }

        func end() -> UInt64 { Plan.mix(hash ^ word ^ count << 56) }
    }
}
