/// What names an XA transaction: its global part, its branch, and a number of the transaction manager's.
package struct XAIdentifier: Equatable, Sendable, CustomStringConvertible {
    package var transaction: [UInt8]
    package var branch: [UInt8]
    package var format: UInt32

    package init(transaction: [UInt8], branch: [UInt8], format: UInt32) {
        self.transaction = transaction
        self.branch = branch
        self.format = format
    }

    /// Reads `XA COMMIT X'6f6e65',X'',1` and the like, as both servers write it. Nil for anything else.
    init?(statement: [UInt8]) {
        let words = statement.split(maxSplits: 3, whereSeparator: { $0 <= 0x20 })
        guard words.count >= 3 else { return nil }
        let parts = words[2].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard parts.count == 3, let transaction = Self.bytes(parts[0]), let branch = Self.bytes(parts[1]),
            let number = Int64(String(decoding: parts[2], as: UTF8.self))
        else { return nil }
        self.init(transaction: transaction, branch: branch, format: UInt32(truncatingIfNeeded: number))
    }

    /// `X'…'`.
    private static func bytes(_ literal: ArraySlice<UInt8>) -> [UInt8]? {
        guard literal.count >= 3, literal.count % 2 == 1, literal.count <= 131,
            [UInt8(ascii: "X"), UInt8(ascii: "x")].contains(literal[literal.startIndex]),
            literal[literal.startIndex + 1] == UInt8(ascii: "'"), literal.last == UInt8(ascii: "'")
        else { return nil }
        let digits = literal.dropFirst(2).dropLast().compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count == literal.count - 3 else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// `X'6f6e65',X'',1`, as XA COMMIT takes it.
    package var description: String { "X'\(Self.hex(transaction))',X'\(Self.hex(branch))',\(format)" }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
