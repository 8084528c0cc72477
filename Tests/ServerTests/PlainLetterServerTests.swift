import MySQLClient
import Plan
import TestKit
import Testing

/// What the servers hold to be equal counts as the same letters, in every collation whose keys are compared so.
@Suite struct PlainLetterServerTests {
    private static let collations =
        ["general_ci", "general_nopad_ci", "general_mysql500_ci", "unicode_ci", "unicode_nopad_ci", "unicode_520_ci"]
        + ["unicode_520_nopad_ci", "0900_ai_ci", "0900_as_ci", "0900_as_cs"]
        + ["ai", "as"].flatMap { accents in
            ["ci", "cs"].flatMap { ["uca1400_\(accents)_\($0)", "uca1400_nopad_\(accents)_\($0)"] }
        }

    /// What the characters count as, those that do not count left out; nil where one is not known.
    private static func letters(_ text: String) -> [UInt32]? {
        var codes: [UInt32] = []
        for scalar in text.unicodeScalars {
            if scalar.isASCII {
                let letter = String(scalar).lowercased().unicodeScalars.first?.value ?? 0
                if scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) { codes.append(letter) }
            } else {
                guard let code = PlainLetter.code(scalar.value) else { return nil }
                if code != 0 { codes.append(code) }
            }
        }
        return codes
    }

    @Test(arguments: Flavor.available)
    func whatIsEqualCountsAsTheSame(_ flavor: Flavor) throws {
        let single = (0x20...0xffff).compactMap { Unicode.Scalar($0) }.map { String($0) }
            .filter { Self.letters($0) != nil }
        let small = "abcdefghijklmnopqrstuvwxyz0123456789".map(String.init)
        let texts = single + small.flatMap { first in small.map { first + $0 } }
        let server = try TestServers.shared(flavor, .source)
        try server.freshSchema("letters")
        let connection = try server.connect()
        defer { connection.close() }
        try connection.execute(
            "CREATE TABLE letters.t (n INT PRIMARY KEY, c VARCHAR(2)) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
        for start in stride(from: 0, to: texts.count, by: 1_000) {
            let rows = (start..<min(start + 1_000, texts.count)).map { "(\($0),\(utf8Literal(texts[$0])))" }
            try connection.execute("INSERT INTO letters.t VALUES \(rows.joined(separator: ","))")
        }
        try connection.execute("SET SESSION group_concat_max_len = 1000000")
        var tried = 0
        for collation in Self.collations.map({ "utf8mb4_" + $0 }) {
            guard
                let groups = try? connection.query(
                    "SELECT GROUP_CONCAT(n) FROM letters.t GROUP BY c COLLATE \(collation) HAVING COUNT(*) > 1")
            else { continue }
            tried += 1
            for group in groups {
                let members = (group.text(0) ?? "").split(separator: ",").compactMap { Int($0) }.map { texts[$0] }
                let forms = Set(members.compactMap(Self.letters))
                #expect(forms.count == 1, "\(collation): \(members)")
            }
        }
        #expect(tried >= 5)
    }
}
