import Model
import Testing

@Suite struct StartPointTests {
    let uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562"

    @Test func everyForm() throws {
        #expect(try StartPoint.parse("now") == .now)
        #expect(try StartPoint.parse("EARLIEST") == .earliest)
        let position = BinlogPosition(file: "mysql-bin.000012", offset: 4_512)
        #expect(try StartPoint.parse("mysql-bin.000012:4512") == .position(position))
        #expect(try StopPoint.parse("mysql-bin.000012:4512") == .position(position))
        let set = try #require(MySQLGTIDSet("\(uuid):1-5"))
        #expect(try StartPoint.parse("\(uuid):1-5") == .gtids(.mysql(set)))
        let mariadb = try #require(MariaDBGTIDPosition("0-1-100,1-2-7"))
        #expect(try StopPoint.parse("0-1-100,1-2-7") == .gtids(.mariadb(mariadb)))
        #expect(try StartPoint.parse("time:2026-01-31T20:00:00+08:00") == .time(microseconds: 1_769_860_800_000_000))
    }

    @Test(arguments: ["", "then", "binlog:4", "binlog.1:", "../x.1:4", "time:yesterday", "0-1", "x.000001:-1"])
    func refuses(text: String) throws {
        #expect(throws: LutraError.self) { try StartPoint.parse(text) }
        #expect(throws: LutraError.self) { try StopPoint.parse(text) }
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-01-31T12:00:00.123456Z", 1_769_860_800_123_456),
        ("2000-02-29T23:59:59.5z", 951_868_799_500_000), ("1969-12-31T23:59:59Z", -1_000_000),
        ("2026-01-31T12:00:00-00:30", 1_769_862_600_000_000),
    ])
    func times(text: String, microseconds: Int64) {
        #expect(microsecondsSince1970(rfc3339: text) == microseconds)
        #expect(microsecondsSince1970(rfc3339: rfc3339(microsecondsSince1970: microseconds)) == microseconds)
    }

    @Test(arguments: [
        "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:00", "2026-01-01",
        "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+8:00", "2026-01-01T00:00:00ZZ",
    ])
    func noTimes(text: String) { #expect(microsecondsSince1970(rfc3339: text) == nil) }
}

@Suite struct BinlogPositionTests {
    @Test func filesBeyondSixDigitsAndOffsetsBeyond32BitsCompare() {
        func position(_ number: String, _ offset: UInt64) -> BinlogPosition {
            BinlogPosition(file: "binlog.\(number)", offset: offset)
        }
        let rising = [
            position("000001", 4), position("000001", 4_294_967_295), position("000001", 4_294_967_296),
            position("000001", 1 << 40), position("000002", 4), position("999999", 1 << 33), position("1000000", 4),
            position("1000001", 4), position("9999999", 4), position("10000000", 4),
        ]
        for (index, one) in rising.enumerated() {
            for (other, two) in rising.enumerated() { #expect((one < two) == (index < other), "\(one) \(two)") }
        }
    }
}
