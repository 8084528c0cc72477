import BinlogTool
import Model
import Testing

@Suite struct PredicateTests {
    @Test(arguments: [
        ("id=5", [Predicate(column: "id", test: .compare(.equal, "5"))]),
        (
            "`a b` != 'it''s' and n IS NULL",
            [
                Predicate(column: "a b", test: .compare(.notEqual, "it's")), Predicate(column: "n", test: .null),
            ]
        ),
        (
            "x <= -1.5 AND y like \"a%\" and z is not null",
            [
                Predicate(column: "x", test: .compare(.lessOrEqual, "-1.5")),
                Predicate(column: "y", test: .compare(.like, "a%")), Predicate(column: "z", test: .notNull),
            ]
        ),
        ("@2>7", [Predicate(column: "@2", test: .compare(.greater, "7"))]),
    ]) func reads(_ text: String, _ expected: [Predicate]) throws {
        #expect(try Predicate.parse(text) == expected)
    }

    @Test(arguments: ["", "id", "id =", "= 5", "id = 5 or id = 6", "id = 'open", "id ~ 5", "id = 1 and"])
    func refuses(_ text: String) {
        #expect(throws: LutraError.self) { try Predicate.parse(text) }
    }
}
