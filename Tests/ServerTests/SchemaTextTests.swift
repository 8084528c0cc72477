import MySQLClient
import Testing

@Suite struct SchemaTextTests {
    @Test func labelsLoseTheirQuotesAndEscapes() {
        #expect(labelsOfType("enum('a','b''c','d,e','(f)','')") == ["a", "b'c", "d,e", "(f)", ""])
        // As MariaDB 10.11 and MySQL 9.7 print ENUM('b\\s','n<newline>l').
        #expect(labelsOfType(#"set('b\\s','n\nl')"#) == [#"b\s"#, "n\nl"])
        #expect(labelsOfType("enum('ü','表')") == ["ü", "表"])
    }

    @Test func brokenTypesGiveNoLabelsAndNoTrap() {
        for text in ["", "enum", "enum(", "enum('", "enum('a", "enum('a','", #"enum('a\"#] {
            #expect(labelsOfType(text).allSatisfy { $0 == "a" })
        }
    }

    @Test func attributesStandOutsideTheParentheses() {
        #expect(typeAttributes("int(10) unsigned zerofill").contains("unsigned"))
        #expect(!typeAttributes("enum('unsigned','x unsigned ')").contains("unsigned"))
    }

    @Test func literalsHoldEveryByte() {
        #expect(utf8Literal("a'ü") == "_utf8mb4 0x6127c3bc")
        #expect(utf8Literal("") == "_utf8mb4''")
    }
}
