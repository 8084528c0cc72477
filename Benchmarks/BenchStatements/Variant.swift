/// One form of statement for one kind of change.
struct Variant: Sendable {
    let work: String
    let name: String
    /// Rows of one round trip.
    let rows: Int
    var inserts = false
    var flavours = ["mariadb", "mysql"]
    /// For array-bound statements: their text, and how many texts follow id and k.
    var arrayBound = false
    var sql = ""
    var texts = 2
    var text: @Sendable ([Int]) -> String = { _ in "" }

    static func values(_ number: Int, round: Int) -> String {
        "(\(number), \(k(number, round)), '\(long(number, round))', '\(short(number))')"
    }

    static func k(_ number: Int, _ round: Int) -> Int { number * 7 % 10_007 + round }

    static func long(_ number: Int, _ round: Int) -> String {
        String(repeating: "\(number + round)-", count: 120).prefix(119).description
    }

    static func short(_ number: Int) -> String { String(repeating: "\(number)", count: 59).prefix(59).description }

    func statements(_ order: [Int], per count: Int) -> [String] {
        stride(from: 0, to: order.count, by: count).map { text(Array(order[$0..<min(order.count, $0 + count)])) }
    }

    private static func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ",") }

    static let all: [Variant] = changes + newRows + deletions

    private static let changes: [Variant] = [
        Variant(work: "update", name: "UPDATE, one a round trip", rows: 1) { update($0[0]) },
        Variant(work: "update", name: "UPDATE, 500 a round trip", rows: 500) { $0.map(update).joined(separator: ";") },
        Variant(work: "update", name: "REPLACE, 100 rows", rows: 100) { "REPLACE INTO t VALUES " + images($0, 1) },
        Variant(work: "update", name: "REPLACE, 500 rows", rows: 500) { "REPLACE INTO t VALUES " + images($0, 1) },
        Variant(work: "update", name: "REPLACE, 500 rows, by key", rows: 500) {
            "REPLACE INTO t VALUES " + images($0.sorted(), 1)
        },
        Variant(work: "update", name: "INSERT … ON DUPLICATE KEY UPDATE, 100 rows", rows: 100) { upsert($0, 1) },
        Variant(work: "update", name: "INSERT … ON DUPLICATE KEY UPDATE, 500 rows", rows: 500) { upsert($0, 1) },
        Variant(work: "update", name: "INSERT … ON DUPLICATE KEY UPDATE, 2000 rows", rows: 2_000) { upsert($0, 1) },
        Variant(work: "update", name: "DELETE and INSERT, 500 rows", rows: 500) {
            "DELETE FROM t WHERE id IN (" + list($0) + "); INSERT INTO t VALUES " + images($0, 1)
        },
        Variant(work: "update", name: "UPDATE (VALUES …) JOIN, 500 rows", rows: 500, flavours: ["mysql"]) {
            "UPDATE (VALUES " + $0.map { "ROW" + values($0, round: 1) }.joined(separator: ",")
                + ") n(id, k, c, pad) STRAIGHT_JOIN t ON t.id = n.id SET t.k = n.k, t.c = n.c, t.pad = n.pad"
        },
        Variant(work: "no index", name: "UPDATE, 500 a round trip", rows: 500) {
            $0.map(updateText).joined(separator: ";")
        },
        Variant(work: "no index", name: "REPLACE, 500 rows", rows: 500) { "REPLACE INTO t VALUES " + images($0, 0) },
        Variant(work: "no index", name: "INSERT … ON DUPLICATE KEY UPDATE, 500 rows", rows: 500) { upsert($0, 0) },
        Variant(work: "no index", name: "DELETE and INSERT, 500 rows", rows: 500) {
            "DELETE FROM t WHERE id IN (" + list($0) + "); INSERT INTO t VALUES " + images($0, 0)
        },
        Variant(
            work: "update", name: "REPLACE, array-bound, 500 rows", rows: 500, flavours: ["mariadb"], arrayBound: true,
            sql: "REPLACE INTO statements.t VALUES (?, ?, ?, ?)"),
        Variant(
            work: "update", name: "upsert, array-bound, 500 rows", rows: 500, flavours: ["mariadb"], arrayBound: true,
            sql: "INSERT INTO statements.t VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE k = VALUES(k), c = VALUES(c), "
                + "pad = VALUES(pad)"),
    ]

    private static let newRows: [Variant] = [
        Variant(work: "insert", name: "INSERT, one a round trip", rows: 1, inserts: true) {
            "INSERT INTO t VALUES " + images($0, 1)
        },
        Variant(work: "insert", name: "INSERT, 100 rows", rows: 100, inserts: true) {
            "INSERT INTO t VALUES " + images($0, 1)
        },
        Variant(work: "insert", name: "INSERT, 500 rows", rows: 500, inserts: true) {
            "INSERT INTO t VALUES " + images($0, 1)
        },
        Variant(work: "insert", name: "INSERT, 2000 rows", rows: 2_000, inserts: true) {
            "INSERT INTO t VALUES " + images($0, 1)
        },
        Variant(work: "insert", name: "REPLACE, 500 rows", rows: 500, inserts: true) {
            "REPLACE INTO t VALUES " + images($0, 1)
        },
        Variant(work: "insert", name: "INSERT … ON DUPLICATE KEY UPDATE, 500 rows", rows: 500, inserts: true) {
            upsert($0, 1)
        },
        Variant(
            work: "insert", name: "INSERT, array-bound, 500 rows", rows: 500, inserts: true, flavours: ["mariadb"],
            arrayBound: true, sql: "INSERT INTO statements.t VALUES (?, ?, ?, ?)"),
    ]

    private static let deletions: [Variant] = [
        Variant(work: "delete", name: "DELETE, one a round trip", rows: 1) { "DELETE FROM t WHERE id = \($0[0])" },
        Variant(work: "delete", name: "DELETE, 500 a round trip", rows: 500) {
            $0.map { "DELETE FROM t WHERE id = \($0)" }.joined(separator: ";")
        },
        Variant(work: "delete", name: "DELETE … IN, 100 rows", rows: 100) {
            "DELETE FROM t WHERE id IN (" + list($0) + ")"
        },
        Variant(work: "delete", name: "DELETE … IN, 500 rows", rows: 500) {
            "DELETE FROM t WHERE id IN (" + list($0) + ")"
        },
        Variant(
            work: "delete", name: "DELETE, array-bound, 500 rows", rows: 500, flavours: ["mariadb"], arrayBound: true,
            sql: "DELETE FROM statements.t WHERE id = ? AND k >= 0 * ?", texts: 0),
    ]

    /// Round 0 changes a text only, as the indexed number stays; round 1 changes both.
    private static func images(_ numbers: [Int], _ round: Int) -> String {
        numbers.map { "(\($0), \(k($0, round)), '\(long($0, 1))', '\(short($0))')" }.joined(separator: ",")
    }

    private static func update(_ number: Int) -> String {
        "UPDATE t SET k = \(k(number, 1)), c = '\(long(number, 1))', pad = '\(short(number))' WHERE id = \(number)"
    }

    private static func updateText(_ number: Int) -> String {
        "UPDATE t SET c = '\(long(number, 1))', pad = '\(short(number))' WHERE id = \(number)"
    }

    private static func upsert(_ numbers: [Int], _ round: Int) -> String {
        "INSERT INTO t VALUES " + images(numbers, round)
            + " ON DUPLICATE KEY UPDATE k = VALUES(k), c = VALUES(c), pad = VALUES(pad)"
    }
}
