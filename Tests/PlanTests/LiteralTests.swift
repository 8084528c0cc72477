import Binlog
import Model
import Plan
import Testing

private func column(
    _ dataType: String, _ fullType: String? = nil, charset: String? = nil, unsigned: Bool = false,
    labels: [String] = []
) -> ColumnDefinition {
    ColumnDefinition(
        name: "c`1", dataType: dataType, fullType: fullType ?? dataType, isUnsigned: unsigned, characterSet: charset,
        labels: labels)
}

private struct Case {
    var plan: LiteralPlan
    var bytes: [UInt8]

    init(
        _ type: ColumnType, _ source: ColumnDefinition, to target: ColumnDefinition? = nil, mariadb: Bool = false,
        _ bytes: [UInt8] = []
    ) throws {
        plan = try LiteralPlan(
            source: LoggedColumn(type: type, definition: source), target: target ?? source,
            server: ServerDialect(mariadb ? .mariadb : .mysql, 10, 0))
        self.bytes = bytes
    }

    private var slice: ColumnSlice { ColumnSlice(offset: 0, length: UInt32(bytes.count)) }

    func literal() throws -> String {
        var sql: [UInt8] = []
        try plan.appendLiteral(slice, of: bytes, to: &sql)
        return String(decoding: sql, as: UTF8.self)
    }

    func key() throws -> String {
        var sql: [UInt8] = []
        try plan.appendKeyCondition(slice, of: bytes, to: &sql)
        return String(decoding: sql, as: UTF8.self)
    }

    func match() throws -> String {
        var sql: [UInt8] = []
        try plan.appendExactMatch(slice, of: bytes, to: &sql)
        return String(decoding: sql, as: UTF8.self)
    }

    var needsRelaxedMode: Bool { plan.needsRelaxedMode(slice, of: bytes) }
}

@Suite struct LiteralTests {
    @Test func numbersAndTimes() throws {
        let int = try Case(.tiny, column("tinyint"), [0xfe])
        #expect(try int.literal() == "-2")
        #expect(try int.key() == "`c``1` = -2")
        #expect(try int.match() == "`c``1` <=> -2")
        #expect(try Case(.tiny, column("tinyint", unsigned: true), [0xfe]).literal() == "254")
        #expect(try Case(.year, column("year"), [0]).literal() == "'0000'")
        #expect(try Case(.bit(bits: 9), column("bit"), [1, 0]).literal() == "256")
        let date = try Case(.date, column("date"), [0, 0, 0])
        #expect(try date.match() == "`c``1` <=> '0000-00-00'")
        let wide = try Case(.date, column("date"), to: column("varchar", charset: "ucs2"), [0, 0, 0])
        #expect(try wide.literal() == "_ascii'0000-00-00'")
    }

    @Test func textOfOneCharacterSet() throws {
        let text = try Case(.varchar(maxBytes: 10), column("varchar", charset: "utf8mb4"), Array("a'b".utf8))
        #expect(try text.literal() == #"'a\'b'"#)
        #expect(try text.key() == #"`c``1` = _utf8mb4'a\'b'"#)
        #expect(try text.match() == #"CAST(`c``1` AS BINARY) <=> 'a\'b'"#)
        let same = try Case(
            .varchar(maxBytes: 10), column("varchar", charset: "utf8"), to: column("text", charset: "utf8mb4"), [97])
        #expect(try same.literal() == "'a'")
    }

    @Test func textOfAnotherCharacterSet() throws {
        let text = try Case(
            .varchar(maxBytes: 10), column("varchar", charset: "gbk"), to: column("varchar", charset: "utf8"), [97])
        #expect(try text.literal() == "_gbk'a'")
        #expect(try text.key() == "`c``1` = _gbk'a'")
        #expect(try text.match() == "CAST(`c``1` AS BINARY) <=> CAST(CONVERT(_gbk'a' USING utf8mb3) AS BINARY)")
    }

    @Test func binaryIsPadded() throws {
        let own = column("binary", "binary(3)", charset: "binary")
        #expect(try Case(.char(maxBytes: 3), own, [97]).literal() == "'a\0\0'")
        let wider = column("binary", "binary(4)", charset: "binary")
        let padded = try Case(.char(maxBytes: 3), own, to: wider, [97])
        #expect(try padded.key() == "`c``1` = 'a\0\0\0'")
        let blob = try Case(.char(maxBytes: 3), own, to: column("varbinary", charset: "binary"), [97])
        #expect(try blob.literal() == "'a\0\0'")
        #expect(try Case(.char(maxBytes: 3), column("char", charset: "latin1"), [97]).literal() == "'a'")
    }

    @Test func labels() throws {
        let own = column("enum", charset: "latin1", labels: ["x", "y"])
        let other = column("enum", charset: "latin1", labels: ["y", "x"])
        #expect(try Case(.enumeration(packBytes: 1), own, [2]).literal() == "2")
        let mapped = try Case(.enumeration(packBytes: 1), own, to: other, [2])
        #expect(try mapped.literal() == "_utf8mb4'y'")
        #expect(try mapped.key() == "`c``1` = _utf8mb4'y'")
        let error = try Case(.enumeration(packBytes: 1), own, to: other, [0])
        #expect(try error.literal() == "0")
        #expect(error.needsRelaxedMode)
        #expect(!mapped.needsRelaxedMode)
        let unknown = try Case(.enumeration(packBytes: 1), own, to: other, [3])
        #expect(throws: LutraError.self) { try unknown.literal() }
        let set = column("set", charset: "latin1", labels: ["x", "y", "z"])
        let text = column("varchar", charset: "utf8mb4")
        #expect(try Case(.set(packBytes: 1), set, [5]).literal() == "5")
        #expect(try Case(.set(packBytes: 1), set, to: text, [5]).literal() == "'x,z'")
    }

    @Test func addresses() throws {
        let uuid = column("uuid")
        let bytes: [UInt8] = [0x12, 0x3e, 0x45, 0x67, 0xe8, 0x9b, 0x12, 0xd3, 0xa4, 0x56, 0x42, 0x66, 0x55, 0x44]
        let text = column("char", charset: "utf8mb4")
        #expect(
            try Case(.char(maxBytes: 16), uuid, to: text, bytes).literal()
                == "_ascii'123e4567-e89b-12d3-a456-426655440000'")
        #expect(try Case(.char(maxBytes: 4), column("inet4"), to: text, [10, 0, 1]).literal() == "_ascii'10.0.1.0'")
        let padded = try Case(.char(maxBytes: 4), column("inet4"), to: column("binary", "binary(9)"), [10, 0, 1])
        #expect(try padded.literal() == "'10.0.1.0'")
        #expect(try padded.match() == "CAST(`c``1` AS BINARY) <=> '10.0.1.0\0'")
        let same = try Case(.char(maxBytes: 4), column("inet4"), mariadb: true, [97])
        #expect(try same.literal() == "'a\0\0\0'")
    }

    @Test(
        arguments: [
            ([], "::"),
            ([0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0xff, 0, 0, 0x42, 0x83, 0x29], "2001:db8::ff00:42:8329"),
            ([0x20, 1], "2001::"), ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], "::1"),
            ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 1, 2, 3, 4], "::ffff:1.2.3.4"),
            ([0, 1, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1], "1:0:1:1:1:1:1:1"),
        ] as [([UInt8], String)])
    func inet6(bytes: [UInt8], expected: String) throws {
        var text: [UInt8] = []
        try AddressText.appendIPv6(bytes.span, to: &text)
        #expect(String(decoding: text, as: UTF8.self) == expected)
    }

    @Test func json() throws {
        let document: [UInt8] = [12, 1, 39]
        let json = column("json")
        #expect(try Case(.json(lengthBytes: 4), json, document).literal() == #"_utf8mb4'"\'"'"#)
        let text = column("longtext", charset: "utf8mb4")
        #expect(try Case(.json(lengthBytes: 4), json, to: text, mariadb: true, document).literal() == #"'"\'"'"#)
        let back = try Case(.blob(lengthBytes: 4), text, to: json, Array("{}".utf8))
        #expect(try back.literal() == "_utf8mb4'{}'")
    }

    @Test(arguments: [
        (ColumnType.vector(lengthBytes: 4), "vector", "varbinary"), (.geometry(lengthBytes: 4), "point", "blob"),
        (.json(lengthBytes: 4), "json", "int"), (.date, "date", "int"), (.long, "int", "json"),
        (.bit(bits: 3), "bit", "varchar"),
    ])
    func refusedTypes(type: ColumnType, source: String, target: String) {
        let error = #expect(throws: LutraError.self) { try Case(type, column(source), to: column(target)) }
        #expect(error?.code == .typeUnsupported)
        #expect(error?.description.contains(source) == true && error?.description.contains(target) == true)
    }
}
