import Binlog
import Testing

@Suite struct ValuesPrintedJSONTests {
    private func expression(_ answer: String, _ fidelity: JSONFidelity = .columns) throws -> String {
        var sql: [UInt8] = []
        try PrintedJSON.appendExpression(answer: Array(answer.utf8), fidelity: fidelity, to: &sql)
        let whole = String(decoding: sql, as: UTF8.self)
        return String(whole.dropFirst("JSON_EXTRACT(JSON_ARRAY(".count).dropLast("),_utf8mb4'$[0]')".count))
    }

    @Test func scalarsFollowTheirTypes() throws {
        #expect(try expression("DECIMAL;;!1.50") == "CAST(1.50 AS DECIMAL(3,2))")
        #expect(try expression("DECIMAL;;!-0.10") == "CAST(-0.10 AS DECIMAL(3,2))")
        #expect(try expression("DECIMAL;;!7") == "CAST(7 AS DECIMAL(1,0))")
        #expect(try expression("DOUBLE;;!1.5") == "CAST(_utf8mb4'1.5' AS JSON)")
        #expect(try expression("UNSIGNED INTEGER;;!7") == "CAST(7 AS UNSIGNED)")
        #expect(try expression("DATE;;!\"2024-02-29\"") == "CAST(_utf8mb4'2024-02-29' AS DATE)")
        #expect(try expression("TIME;;!\"-10:00:00.000000\"") == "CAST(_utf8mb4'-10:00:00.000000' AS TIME(6))")
    }

    @Test func otherTypesComeFromColumns() throws {
        let blob = "BLOB;;!\"base64:type252:YWJj\""
        #expect(
            try expression(blob)
                == "JSON_EXTRACT((SELECT JSON_ARRAY(v) FROM JSON_TABLE(JSON_ARRAY(FROM_BASE64(_ascii'YWJj')),"
                + "_utf8mb4'$[*]' COLUMNS(v BLOB PATH _utf8mb4'$' ERROR ON ERROR)) j),_utf8mb4'$[0]')")
        #expect(try expression(blob, .casts) == "CAST(_utf8mb4'\"base64:type252:YWJj\"' AS JSON)")
        #expect(try expression("BLOB;;!\"base64:type15:YWI=\"") == "FROM_BASE64(_ascii'YWI=')")
        let bits = "AS UNSIGNED)),_utf8mb4'$[*]' COLUMNS(v BIT(16) "
        #expect(try expression("BIT;;!\"base64:type16:AAU=\"").contains(bits))
        #expect(try expression("BLOB;;!\"base64:type254:YWJj\"").contains("COLUMNS(v BINARY(3) "))
        #expect(try expression("TIMESTAMP;;!\"2024-01-02 03:04:05.500000\"").contains("COLUMNS(v TIMESTAMP(6) "))
    }

    @Test func typesGoContainerByContainer() throws {
        #expect(
            try expression(
                #"OBJECT;ARRAY,OBJECT,DATE;DECIMAL,STRING!"#
                    + #"{"a\"b": [2.00, "x,]}"], "e": {"d": "2020-01-01"}}"#)
                == #"JSON_OBJECT(JSON_UNQUOTE(_utf8mb4'"a\\"b"'),JSON_ARRAY(CAST(2.00 AS DECIMAL(3,2)),"#
                + #"CAST(_utf8mb4'"x,]}"' AS JSON)),JSON_UNQUOTE(_utf8mb4'"e"'),"#
                + #"JSON_OBJECT(JSON_UNQUOTE(_utf8mb4'"d"'),CAST(_utf8mb4'2020-01-01' AS DATE)))"#)
    }

    @Test(arguments: [
        "", "DATE;;", "ARRAY;;![", "ARRAY;;INTEGER![1", "OBJECT;;!{\"a\"", "OBJECT;;!{\"a\":", "STRING;;!\"x",
        "ARRAY;;INTEGER![1]]", "ARRAY;;INTEGER,INTEGER![1 2]", "DECIMAL;;!1.2x", "ARRAY;;INTEGER![1, 2]",
        "ARRAY;;INTEGER,INTEGER![1]", "DATE;;!1", "OBJECT;;!1", "DECIMAL;;!\"1\"", "!1",
    ])
    func refusesWhatDoesNotFit(answer: String) {
        #expect(throws: ValueError.self) { try expression(answer) }
    }

    @Test func depthIsLimited() {
        let deep = "ARRAY;;!" + String(repeating: "[", count: 5_000)
        #expect(throws: ValueError.self) { try expression(deep) }
    }
}
