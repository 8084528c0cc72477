import Binlog
import Model
import Plan
import Testing

/// Values that a strict server would change without an error are refused.
@Suite struct NarrowingTests {
    private static let text = ColumnType.varchar(maxBytes: 400)

    private func column(_ fullType: String, _ characterSet: String? = nil) -> ColumnDefinition {
        let dataType = String(fullType.prefix { $0 != "(" && $0 != " " })
        let isText = ["char", "varchar", "text", "tinytext"].contains(dataType)
        return ColumnDefinition(
            name: "c", dataType: dataType, fullType: fullType, characterSet: characterSet ?? (isText ? "utf8mb4" : nil))
    }

    /// The literal, or the refusal.
    private func write(
        _ type: ColumnType, _ from: String, _ bytes: [UInt8], to: String, mariadb: Bool = false,
        _ characterSet: String? = nil
    ) -> Result<String, LutraError> {
        Result { () throws(LutraError) in
            let plan = try LiteralPlan(
                source: LoggedColumn(type: type, definition: column(from, characterSet)),
                target: column(to, characterSet), server: ServerDialect(mariadb ? .mariadb : .mysql, 10, 0))
            var sql: [UInt8] = []
            try plan.appendLiteral(ColumnSlice(offset: 0, length: UInt32(bytes.count)), of: bytes, to: &sql)
            return String(decoding: sql, as: UTF8.self)
        }
    }

    private func expect(_ result: Result<String, LutraError>, refused: Bool, _ comment: Comment) {
        switch result {
        case .success: #expect(!refused, comment)
        case .failure(let error): #expect(refused && error.code == .valueRefused, comment)
        }
    }

    @Test func theLastSecondOfMariaDBsTimesDoesNotFitMySQL() throws {
        // 838:59:59.5 in TIME(1): 0x800000 + hours << 12 …, and a byte with 50 hundredths.
        let packed = 0x80_0000 | 838 << 12 | 59 << 6 | 59
        let bytes = [UInt8(packed >> 16), UInt8(packed >> 8 & 255), UInt8(packed & 255), 50]
        let refusal = write(.time(fractionDigits: 1), "time(1)", bytes, to: "time(1)")
        guard case .failure(let error) = refusal else {
            Issue.record("not refused")
            return
        }
        #expect(error.code == .valueRefused)
        let text = error.description
        #expect(text.contains("time(1)") && text.contains("'838:59:59.5'") && text.contains("column"))
        let same = write(.time(fractionDigits: 1), "time(1)", bytes, to: "time(1)", mariadb: true)
        expect(same, refused: false, "MariaDB")
        let zero = bytes.dropLast() + [0]
        expect(write(.time(fractionDigits: 1), "time(1)", Array(zero), to: "time"), refused: false, "no fraction")
    }

    @Test func fractionsThatTheTargetHasNoDigitsFor() {
        // 2020-01-01 10:00:00 and a fraction of 2 bytes.
        let packed = (2020 * 13 + 1) << 22 | 1 << 17 | 10 << 12 | 0x80_0000_0000
        let whole = [32, 24, 16, 8, 0].map { UInt8(packed >> $0 & 255) }
        let type = ColumnType.datetime(fractionDigits: 3)
        expect(write(type, "datetime(3)", whole + [4, 0xce], to: "datetime(2)"), refused: true, ".123 in 2 digits")
        expect(write(type, "datetime(3)", whole + [4, 0xb0], to: "datetime(2)"), refused: false, ".120 in 2 digits")
        expect(write(type, "datetime(3)", whole + [4, 0xce], to: "datetime(6)"), refused: false, ".123 in 6 digits")
        expect(write(type, "datetime(3)", whole + [0, 0], to: "date"), refused: true, "a time in a DATE")
        let midnight = [32, 24, 16, 8, 0].map { UInt8((packed & ~(31 << 12)) >> $0 & 255) }
        expect(write(type, "datetime(3)", midnight + [0, 0], to: "date"), refused: false, "midnight in a DATE")
    }

    @Test func timesOfDayAreNoDates() throws {
        for (from, to) in [("time", "datetime"), ("time", "date"), ("datetime", "time")] {
            let type = from == "time" ? ColumnType.time(fractionDigits: 0) : .datetime(fractionDigits: 0)
            guard case .failure(let error) = write(type, from, [], to: to) else {
                Issue.record("\(from) to \(to)")
                continue
            }
            #expect(error.code == .typeUnsupported)
        }
    }

    @Test func numbersThatWouldBeRounded() {
        // 1.25 as DECIMAL(3,2): one digit in a byte, two in another.
        let decimal = ColumnType.decimal(precision: 3, scale: 2)
        expect(write(decimal, "decimal(3,2)", [0x81, 25], to: "decimal(5,1)"), refused: true, "1.25 in one digit")
        expect(write(decimal, "decimal(3,2)", [0x81, 20], to: "decimal(5,1)"), refused: false, "1.20 in one digit")
        expect(write(decimal, "decimal(3,2)", [0x81, 25], to: "int"), refused: true, "1.25 in INT")
        expect(write(decimal, "decimal(3,2)", [0x81, 0], to: "int"), refused: false, "1.00 in INT")
        expect(write(.double, "double", bytes(1.5), to: "int"), refused: true, "1.5 in INT")
        expect(write(.double, "double", bytes(1.5e20), to: "bigint"), refused: false, "1.5e20 is whole")
        expect(write(.double, "double", bytes(1.5e-7), to: "decimal(10,6)"), refused: true, "1.5e-7")
        expect(write(.double, "double", bytes(1.5e-7), to: "decimal(10,8)"), refused: false, "1.5e-7 in 8 digits")
        expect(write(.double, "double", bytes(1.23456789), to: "float"), refused: true, "nine digits in FLOAT")
        expect(write(.double, "double", bytes(16_777_216), to: "float"), refused: false, "a power of two in FLOAT")
        expect(write(.long, "int", [1, 0, 0, 1], to: "float"), refused: true, "2^24 + 1 in FLOAT")
        expect(write(.longlong, "bigint", [1, 0, 0, 0, 0, 0, 0x20, 0], to: "double"), refused: true, "2^53 + 1")
        expect(write(.longlong, "bigint", [0, 0, 0, 0, 0, 0, 0x20, 0], to: "double"), refused: false, "2^53")
        expect(write(.tiny, "tinyint", [5], to: "year"), refused: true, "5 is no year")
        expect(write(Self.text, "varchar(9)", Array("1.5".utf8), to: "int"), refused: true, "'1.5' in INT")
        expect(write(Self.text, "varchar(9)", Array("15".utf8), to: "int"), refused: false, "'15' in INT")
    }

    @Test func spacesThatWouldBeCut() {
        func varchar(_ value: String, to: String, _ characterSet: String? = nil) -> Result<String, LutraError> {
            write(Self.text, "varchar(90)", Array(value.utf8), to: to, characterSet)
        }
        expect(varchar("ab  ", to: "varchar(3)"), refused: true, "too long by a space")
        expect(varchar("ab ", to: "varchar(3)"), refused: false, "three characters")
        expect(varchar("éé ", to: "varchar(3)"), refused: false, "three characters of five bytes")
        expect(varchar("a ", to: "char(3)"), refused: true, "CHAR has no spaces at the end")
        expect(varchar("a", to: "char(3)"), refused: false, "no space")
        expect(varchar("a\u{1} ", to: "char(3)", "ucs2"), refused: false, "a byte that looks like a space")
        expect(varchar(String(repeating: "a", count: 255) + " ", to: "tinytext"), refused: true, "256 bytes")
    }

    private func bytes(_ value: Double) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt64($0))) }
    }
}
