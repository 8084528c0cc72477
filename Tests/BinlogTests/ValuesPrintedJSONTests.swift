import Binlog
import Testing

@Suite struct ValuesPrintedJSONTests {
    private func expression(_ text: String) throws -> String {
        var sql: [UInt8] = []
        try PrintedJSON.appendExpression(Array(text.utf8), to: &sql)
        let whole = String(decoding: sql, as: UTF8.self)
        return String(whole.dropFirst("JSON_EXTRACT(JSON_ARRAY(".count).dropLast("),_utf8mb4'$[0]')".count))
    }

    @Test func decimalsAreTold() throws {
        #expect(try expression("1.50") == "CAST(1.50 AS DECIMAL(3,2))")
        #expect(try expression("-0.10") == "CAST(-0.10 AS DECIMAL(3,2))")
        #expect(try expression("1.5") == "CAST(_utf8mb4'1.5' AS JSON)")
        #expect(try expression("1.5e300") == "CAST(_utf8mb4'1.5e300' AS JSON)")
        #expect(try expression("7") == "CAST(_utf8mb4'7' AS JSON)")
    }

    @Test func containersNest() throws {
        #expect(
            try expression(#"{"a\"b": [2.00, "x,]}"], "e": {}}"#)
                == #"JSON_OBJECT(JSON_UNQUOTE(_utf8mb4'"a\\"b"'),JSON_ARRAY(CAST(2.00 AS DECIMAL(3,2)),"#
                + #"CAST(_utf8mb4'"x,]}"' AS JSON)),JSON_UNQUOTE(_utf8mb4'"e"'),JSON_OBJECT())"#)
    }

    @Test(arguments: ["", "[", "[1", "{\"a\"", "{\"a\":", "{a: 1}", "\"x", "\"\\", "[1]]", "[1 2]", "1.2.3"])
    func refusesWhatMySQLDoesNotPrint(text: String) {
        #expect(throws: ValueError.self) { try expression(text) }
    }

    @Test func depthIsLimited() {
        let deep = String(repeating: "[", count: 5_000)
        #expect(throws: ValueError.self) { try expression(deep) }
    }
}
