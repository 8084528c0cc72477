import Binlog
import Testing

/// Builds small containers: entries of 2 bytes, values behind them.
private func container(_ type: UInt8, keys: [String] = [], values: [[UInt8]]) -> [UInt8] {
    var bytes: [UInt8] = []
    let headers = 4 + keys.count * 4 + values.count * 3
    var tail: [UInt8] = []
    func word(_ value: Int) -> [UInt8] { [UInt8(value & 255), UInt8(value >> 8)] }
    for key in keys {
        bytes += word(headers + tail.count) + word(key.utf8.count)
        tail += Array(key.utf8)
    }
    for value in values {
        if (4...6).contains(value[0]) {
            bytes += value
        } else {
            bytes += [value[0]] + word(headers + tail.count)
            tail += value.dropFirst()
        }
    }
    return [type] + word(values.count) + word(headers + tail.count) + bytes + tail
}

private func double(_ value: Double) -> [UInt8] {
    [11] + (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
}

private func string(_ text: String) -> [UInt8] { [12, UInt8(text.utf8.count)] + Array(text.utf8) }

private func packed(_ type: UInt8, _ value: Int) -> [UInt8] {
    [15, type, 8] + (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

private func printed(_ bytes: [UInt8], depthLimit: Int = 100) throws -> String {
    var text: [UInt8] = []
    try JSONText.append(bytes, in: 0..<bytes.count, depthLimit: depthLimit, to: &text)
    return String(decoding: text, as: UTF8.self)
}

private func expression(_ bytes: [UInt8], _ fidelity: JSONFidelity = .columns) throws -> String {
    var text: [UInt8] = []
    try JSONExpression.append(bytes, in: 0..<bytes.count, fidelity: fidelity, to: &text)
    return String(decoding: text, as: UTF8.self)
}

@Suite struct ValuesJSONTests {
    private let decimal: [UInt8] = [15, 246, 4, 3, 2, 0x81, 50]
    private var typed: [UInt8] {
        container(
            0, keys: ["d", "n"],
            values: [
                packed(10, (2020 * 13 + 1) << 46 | 2 << 41), container(2, values: [decimal, [4, 0, 0], [6, 5, 0]]),
            ])
    }

    @Test func printsAsMySQLDoes() throws {
        let document = container(
            0, keys: ["a", "bc"],
            values: [
                [5, 0xff, 0xff],
                container(2, values: [[4, 0, 0], [4, 1, 0], [4, 2, 0], string("x\"\n\u{1}\u{7f}é")]),
            ])
        #expect(try printed(document) == #"{"a": -1, "bc": [null, true, false, "x\"\n\u0001"# + "\u{7f}é\"]}")
        #expect(try printed([0, 0, 0, 4, 0]) == "{}")
        #expect(try printed([2, 0, 0, 4, 0]) == "[]")
        #expect(try printed([]) == "null")
    }

    /// As MySQL 9.7 prints them.
    @Test(arguments: [
        (1e15, "1e15"), (1e14, "100000000000000.0"), (123_456_789_012_345_680, "1.2345678901234568e17"),
        (1_234_567_890_123_456.8, "1234567890123456.8"), (1_234_567_890_123_456, "1.234567890123456e15"),
        (1e-15, "0.000000000000001"), (1e-16, "1e-16"), (1.5e-7, "0.00000015"), (-0.0, "-0.0"), (100, "100.0"),
        (1.5e300, "1.5e300"), (Double.leastNonzeroMagnitude, "5e-324"), (-12_345_678.9, "-12345678.9"),
    ])
    func doubles(value: Double, expected: String) throws { #expect(try printed(double(value)) == expected) }

    @Test func opaqueValues() throws {
        #expect(try printed(typed) == #"{"d": "2020-01-02", "n": [1.50, null, 5]}"#)
        #expect(try printed(packed(12, 0)) == #""0000-00-00 00:00:00.000000""#)
        #expect(try printed(packed(11, -(10 << 36) - 1)) == #""-10:00:00.000001""#)
        #expect(try printed(packed(11, 100 << 36)) == #""100:00:00.000000""#)
        #expect(try printed([15, 15, 2, 97, 98]) == #""base64:type15:YWI=""#)
        let long: [UInt8] = [15, 252, 58] + Array(repeating: 97, count: 58)
        #expect(try printed(long) == #""base64:type252:"# + String(repeating: "YWFh", count: 19) + #"\nYQ==""#)
    }

    @Test func keepsTypesAsExpression() throws {
        #expect(try JSONExpression.isTyped(typed, in: 0..<typed.count))
        #expect(
            try expression(typed)
                == "JSON_OBJECT(_utf8mb4'd',CAST('2020-01-02' AS DATE),_utf8mb4'n',"
                + "JSON_ARRAY(CAST(1.50 AS DECIMAL(3,2)),NULL,CAST(5 AS UNSIGNED)))")
        // JSON_ARRAY(CAST('123456789012345678901234567890.5' AS DECIMAL(65,1))) on MySQL: 36 digits before the point.
        let long: [UInt8] = [
            15, 246, 19, 37, 1, 0x80, 0, 0, 0x7b, 0x1b, 0x3a, 0x0c, 0x14, 0x14, 0x9a, 0xa4, 0x35, 0x0d, 0xfb, 0x38,
            0xd2, 0x05,
        ]
        #expect(try printed(long) == "123456789012345678901234567890.5")
        #expect(try expression(decimal) == "JSON_EXTRACT(JSON_ARRAY(CAST(1.50 AS DECIMAL(3,2))),_utf8mb4'$[0]')")
        let plain = container(2, values: [string("a"), double(1)])
        #expect(try !JSONExpression.isTyped(plain, in: 0..<plain.count))
    }

    @Test func changes() throws {
        func sql(_ bytes: [UInt8]) throws -> String {
            var sql: [UInt8] = []
            try JSONChanges.append(bytes, in: 0..<bytes.count, column: Array("`j`".utf8), fidelity: .columns, to: &sql)
            return String(decoding: sql, as: UTF8.self)
        }
        let replace: [UInt8] = [0, 3] + Array("$.a".utf8) + [3, 5, 7, 0]
        let insert: [UInt8] = [1, 6] + Array("$.b[0]".utf8) + [3] + string("x")
        let remove: [UInt8] = [2, 3] + Array("$.c".utf8)
        #expect(
            try sql(replace + insert + remove)
                == "JSON_REMOVE(JSON_ARRAY_INSERT(JSON_REPLACE(`j`,_utf8mb4'$.a',"
                + "JSON_EXTRACT(_utf8mb4'7',_utf8mb4'$')),"
                + #"_utf8mb4'$.b[0]',JSON_EXTRACT(_utf8mb4'"x"',_utf8mb4'$')),_utf8mb4'$.c')"#)
        #expect(try sql([]) == "`j`")
        for count in 1..<replace.count {
            #expect(throws: ValueError.badJSON) { try sql(Array(replace.prefix(count))) }
        }
        #expect(throws: ValueError.badJSON) { try sql([0, 254, 255, 255, 255, 255, 255, 255, 255, 255, 1]) }
    }

    @Test func damageNeverTraps() {
        for document in [typed, container(0, keys: ["a"], values: [string("abc")])] {
            for count in 1..<document.count {
                #expect(throws: ValueError.self) { try printed(Array(document.prefix(count))) }
            }
            for at in document.indices {
                for byte: UInt8 in [0, 1, 2, 3, 12, 15, 127, 128, 255] {
                    var copy = document
                    copy[at] = byte
                    _ = try? printed(copy)
                    _ = try? expression(copy)
                }
            }
        }
    }

    @Test func depthIsLimited() throws {
        var nested: [UInt8] = [4, 0, 0]
        for _ in 0..<100 { nested = container(2, values: [nested]) }
        #expect(try printed(nested).hasPrefix("[[["))
        nested = container(2, values: [nested])
        #expect(throws: ValueError.tooDeep) { try printed(nested) }
    }

    /// Entries that all refer to the same child would print 10^10 values from some hundred bytes.
    @Test func sharedPartsAreRefused() {
        var value = container(2, values: Array(repeating: [5, 1, 0], count: 10))
        for _ in 0..<9 {
            let body = value.dropFirst()
            let headers = 4 + 10 * 3
            value =
                [2, 10, 0, UInt8((headers + body.count) & 255), UInt8((headers + body.count) >> 8)]
                + (0..<10).flatMap { _ in [2, UInt8(headers), 0] as [UInt8] } + body
        }
        #expect(throws: ValueError.badJSON) { try printed(value) }
    }
}
