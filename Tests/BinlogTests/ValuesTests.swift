import Binlog
import Testing

/// The text that a function appends for some bytes.
private func text(
    _ bytes: [UInt8], _ body: (Span<UInt8>, inout [UInt8]) throws -> Void
) rethrows -> String {
    var text: [UInt8] = []
    try body(bytes.span, &text)
    return String(decoding: text, as: UTF8.self)
}

/// Packs hours of TIME and the like: the bytes of a number, highest first.
private func big(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

@Suite struct NumberValuesTests {
    @Test(
        arguments: [
            ([0x80], 1, false, "-128"), ([0xff], 1, true, "255"), ([0xff, 0xff], 2, false, "-1"),
            ([0, 0, 0x80], 3, false, "-8388608"), ([0xff, 0xff, 0xff], 3, true, "16777215"),
            ([0xff, 0xff, 0xff, 0x7f], 4, false, "2147483647"),
            ([0, 0, 0, 0, 0, 0, 0, 0x80], 8, false, "-9223372036854775808"),
            ([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 8, true, "18446744073709551615"),
            ([10], 1, false, "10"), ([100], 1, false, "100"), ([0], 1, false, "0"),
        ] as [([UInt8], Int, Bool, String)])
    func integers(bytes: [UInt8], width: Int, isUnsigned: Bool, expected: String) throws {
        #expect(
            try text(bytes) { try ValueText.appendInteger($0, width: width, isUnsigned: isUnsigned, to: &$1) }
                == expected)
    }

    @Test(
        arguments: [
            ([0x81, 0x0d, 0xfb, 0x38, 0xd2, 0x04, 0xd2], 14, 4, "1234567890.1234"),
            ([0x7e, 0xf2, 0x04, 0xc7, 0x2d, 0xfb, 0x2d], 14, 4, "-1234567890.1234"),
            ([0x80, 0], 3, 2, "0.00"), ([0x80, 5], 2, 2, nil), ([0x85], 2, 2, "0.05"), ([0x7a], 2, 2, "-0.05"),
            ([0x80, 0, 0, 0], 9, 0, "0"), ([0xe4], 2, 0, nil), ([0xe3], 2, 0, "99"),
        ] as [([UInt8], UInt8, UInt8, String?)])
    func decimals(bytes: [UInt8], precision: UInt8, scale: UInt8, expected: String?) {
        let printed = try? text(bytes) {
            try ValueText.appendDecimal($0, precision: precision, scale: scale, to: &$1)
        }
        #expect(printed == expected)
    }

    @Test func longestDecimal() throws {
        let bytes = ValueText.decimalBytes(precision: 65, scale: 30)
        #expect(bytes == 30)
        let nines: [UInt8] = [0x3b, 0x9a, 0xc9, 0xff]
        // 35 digits before the point are 8 and 3 × 9; 30 after it are 3 × 9 and 3.
        let value = [0x85, 0xf5, 0xe0, 0xff] + nines + nines + nines + nines + nines + nines + [0x03, 0xe7]
        let expected = String(repeating: "9", count: 35) + "." + String(repeating: "9", count: 30)
        #expect(
            try text(value) { try ValueText.appendDecimal($0, precision: 65, scale: 30, to: &$1) } == expected)
    }

    @Test func floatingPoint() throws {
        func float(_ value: Float) throws -> String {
            try text(big(Int(value.bitPattern), 4).reversed()) { try ValueText.appendFloat($0, to: &$1) }
        }
        func double(_ value: Double) throws -> String {
            try text(big(Int(truncatingIfNeeded: value.bitPattern), 8).reversed()) {
                try ValueText.appendDouble($0, to: &$1)
            }
        }
        #expect(try float(0.1) == "0.10000000149011612e0")
        #expect(try float(-0.0) == "-0e0")
        #expect(try double(-0.0) == "-0e0")
        #expect(try double(12) == "12e0")
        #expect(try double(.leastNonzeroMagnitude) == "5e-324")
        #expect(try double(1.7976931348623157e308) == "1.7976931348623157e+308")
        #expect(throws: ValueError.notANumber) { try double(.nan) }
        #expect(throws: ValueError.notANumber) { try float(.infinity) }
    }

    @Test func bitAndYear() throws {
        #expect(try text([1, 1]) { try ValueText.appendBit($0, to: &$1) } == "257")
        #expect(try text([0]) { try ValueText.appendYear($0, to: &$1) } == "0000")
        #expect(try text([255]) { try ValueText.appendYear($0, to: &$1) } == "2155")
        #expect(throws: ValueError.wrongLength) { try text([]) { try ValueText.appendBit($0, to: &$1) } }
    }
}

@Suite struct TimeValuesTests {
    @Test func dates() throws {
        func date(_ year: Int, _ month: Int, _ day: Int) throws -> String {
            try text(big(year << 9 | month << 5 | day, 3).reversed()) { try ValueText.appendDate($0, to: &$1) }
        }
        #expect(try date(2020, 2, 31) == "2020-02-31")
        #expect(try date(0, 0, 0) == "0000-00-00")
        #expect(try date(2020, 0, 0) == "2020-00-00")
        #expect(throws: ValueError.badTime) { try date(2020, 15, 1) }
    }

    @Test func datetimes() throws {
        func datetime(_ months: Int, _ rest: Int, _ fraction: [UInt8], _ digits: UInt8) throws -> String {
            try text(big(1 << 39 | months << 22 | rest, 5) + fraction) {
                try ValueText.appendDatetime($0, fractionDigits: digits, to: &$1)
            }
        }
        let late = 31 << 17 | 23 << 12 | 59 << 6 | 59
        #expect(try datetime(9999 * 13 + 12, late, [0x0f, 0x42, 0x3f], 6) == "9999-12-31 23:59:59.999999")
        #expect(try datetime(9999 * 13 + 12, late, [0x27, 0x06], 3) == "9999-12-31 23:59:59.999")
        #expect(try datetime(0, 0, [], 0) == "0000-00-00 00:00:00")
        #expect(throws: ValueError.badTime) { try datetime(0, 24 << 12, [], 0) }
        #expect(throws: ValueError.badTime) { try datetime(0, 0, [100], 2) }
        #expect(throws: ValueError.wrongLength) { try datetime(0, 0, [1], 0) }
    }

    @Test(arguments: [
        (0, "0000-00-00 00:00:00"), (1, "1970-01-01 00:00:01"), (951_782_400, "2000-02-29 00:00:00"),
        (2_147_483_647, "2038-01-19 03:14:07"), (4_294_967_295, "2106-02-07 06:28:15"),
        (4_107_542_400, "2100-03-01 00:00:00"),
    ])
    func timestamps(seconds: Int, expected: String) throws {
        #expect(try text(big(seconds, 4)) { try ValueText.appendTimestamp($0, fractionDigits: 0, to: &$1) } == expected)
        #expect(try text(big(seconds, 4).reversed()) { try ValueText.appendOldTimestamp($0, to: &$1) } == expected)
    }

    @Test func times() throws {
        func time(_ value: Int, _ digits: UInt8) throws -> String {
            let bytes = (Int(digits) + 1) / 2
            return try text(big(0x80_0000 << (8 * bytes) + value, 3 + bytes)) {
                try ValueText.appendTime($0, fractionDigits: digits, to: &$1)
            }
        }
        let longest = 838 << 12 | 59 << 6 | 59
        #expect(try time(longest, 0) == "838:59:59")
        #expect(try time(-longest, 0) == "-838:59:59")
        #expect(try time(100 << 12, 0) == "100:00:00")
        #expect(try time(-1, 2) == "-00:00:00.01")
        #expect(try time(-(1 << 8) - 50, 2) == "-00:00:01.50")
        #expect(try time(-(1 << 24) - 1, 6) == "-00:00:01.000001")
        #expect(try time(5 << 16 | 1230, 3) == "00:00:05.123")
        #expect(throws: ValueError.badTime) { try time(60, 0) }
    }

    @Test func oldFormats() throws {
        #expect(
            try text(big(2009_02_13_23_31_30, 8).reversed()) { try ValueText.appendOldDatetime($0, to: &$1) }
                == "2009-02-13 23:31:30")
        #expect(try text(big(-8_385_959, 3).reversed()) { try ValueText.appendOldTime($0, to: &$1) } == "-838:59:59")
        #expect(try text(big(1_000_000, 3).reversed()) { try ValueText.appendOldTime($0, to: &$1) } == "100:00:00")
        #expect(throws: ValueError.badTime) {
            try text(big(Int.max, 8).reversed()) { try ValueText.appendOldDatetime($0, to: &$1) }
        }
    }
}

@Suite struct CompressedColumnTests {
    private func plain(_ bytes: [UInt8], limit: Int = 10_000) throws -> [UInt8] {
        var text: [UInt8] = []
        try CompressedColumn.append(bytes, in: 0..<bytes.count, limit: limit, to: &text)
        return text
    }

    /// 1,000 times `a`, as MariaDB 10.11 logged it with `column_compression_zlib_wrap=1`.
    private let wrapped: [UInt8] = [
        0x82, 0x03, 0xe8, 0x78, 0x9c, 0x4b, 0x4c, 0x1c, 0x05, 0xa3, 0x60, 0x14, 0x0c, 0x77, 0x00, 0x00, 0xf9, 0xd8,
        0x7a, 0xf8,
    ]

    @Test func unpacks() throws {
        #expect(try plain(wrapped) == Array(repeating: 97, count: 1000))
        #expect(try plain([0x8a] + wrapped[1..<3] + wrapped[5..<16]) == Array(repeating: 97, count: 1000))
        #expect(try plain([0, 120]) == [120])
        #expect(try plain([]) == [])
    }

    @Test func refusesDamage() {
        #expect(throws: ValueError.tooLong) { try plain(wrapped, limit: 999) }
        for count in 1..<wrapped.count {
            #expect(throws: ValueError.badCompression) { try plain(Array(wrapped.prefix(count))) }
        }
        #expect(throws: ValueError.badCompression) { try plain([0x92] + wrapped.dropFirst()) }
    }
}

@Suite struct SQLTextTests {
    @Test func escapesOnlyQuotesAndBackslashes() throws {
        var sql = Array("'x' ".utf8)
        try SQLText.quote(in: &sql) { (sql) throws(ValueError) in sql.append(contentsOf: [39, 0, 92, 10, 255, 39]) }
        #expect(sql == Array("'x' '\\'".utf8) + [0] + Array("\\\\\n".utf8) + [255] + Array("\\''".utf8))
    }
}
