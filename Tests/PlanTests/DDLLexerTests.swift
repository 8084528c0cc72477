import Model
import Plan
import Testing

private let mysql = StatementContext(defaultSchema: "d", dialect: ServerDialect(.mysql, 9, 7, 4))
private let mariadb = StatementContext(defaultSchema: "d", dialect: ServerDialect(.mariadb, 10, 11, 14))

private func pieces(_ sql: String, _ context: StatementContext = mysql) -> [String]? {
    let bytes = Array(sql.utf8)
    return StatementLexer(bytes, context: context)?.tokens.map { String(decoding: bytes[$0.range], as: UTF8.self) }
}

@Suite struct DDLLexerTests {
    @Test func commentsAndBlanksAreNoTokens() {
        #expect(pieces("a -- x\n b # y\n\tc /* z */ d") == ["a", "b", "c", "d"])
        #expect(pieces("a--b") == ["a", "-", "-", "b"])
        #expect(pieces("a --") == ["a"])
    }

    @Test func stringsKeepQuotesAndEscapes() {
        #expect(pieces(#"'a''b' 'c\'d' "e""f" x'00' N'n'"#) == [#"'a''b'"#, #"'c\'d'"#, #""e""f""#, "x'00'", "N'n'"])
        let plain = StatementContext(defaultSchema: "d", dialect: mysql.dialect, sqlMode: 1 << 20)
        #expect(pieces(#"'c\' d"#, plain) == [#"'c\'"#, "d"])
    }

    @Test func namesAndNumbers() {
        #expect(
            pieces("`a``b`.1c 12 1.5 .5 1e5 1e+5 0x1F 1abc a.b é$_9") == [
                "`a``b`", ".", "1c", "12", "1.5", ".5", "1e5", "1e+5", "0x1F", "1abc", "a", ".", "b", "é$_9",
            ])
        #expect(pieces("@a @@global.b @`c d` @'e'") == ["@a", "@@global.b", "@`c d`", "@'e'"])
    }

    @Test func versionCommentsCountByServer() {
        #expect(pieces("a /*!50100 b */ c") == ["a", "b", "c"])
        #expect(pieces("a /*!99999 b */ c") == ["a", "c"])
        #expect(pieces("a /*!80023 INVISIBLE */ c", mariadb) == ["a", "c"])
        #expect(pieces("a /*!100301 b*/ c", mariadb) == ["a", "b", "c"])
        #expect(pieces("a /*M!100301 b*/ c", mariadb) == ["a", "b", "c"])
        #expect(pieces("a /*M!100301 b*/ c") == ["a", "c"])
        #expect(pieces("a /*! b /* inner */ d */ c") == ["a", "b", "d", "c"])
    }

    @Test(arguments: ["'abc", "`abc", "/* abc", "a /*!50100 b", "\"abc", "@`x", "'abc\\"])
    func whatDoesNotEndGivesNothing(_ sql: String) {
        #expect(pieces(sql) == nil)
    }

    @Test func anyBytesAreReadWithoutATrap() {
        var seed: UInt64 = 42
        let alphabet = Array("`'\"/*!-#@ .,()0x1eN\\M;\n\u{0}aé".utf8)
        for _ in 0..<3_000 {
            let bytes: [UInt8] = (0..<24).map { _ in
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return alphabet[Int(seed >> 33) % alphabet.count]
            }
            let lexer = StatementLexer(bytes, context: mariadb)
            for token in lexer?.tokens ?? [] { #expect(!token.range.isEmpty && token.range.upperBound <= bytes.count) }
            _ = ParsedStatement.parse(bytes, in: mysql)
        }
    }
}
