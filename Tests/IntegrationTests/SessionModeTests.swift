import Foundation
import MySQLClient
import TestKit
import Testing

/// Servers whose `sql_mode` and other session defaults are not each other's, nor Lutra's.
@Suite("Session defaults")
struct SessionModeTests {
    private static let modes = "ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,HIGH_NOT_PRECEDENCE,IGNORE_SPACE"
    private static let strict = ",STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO"

    @Test(
        "servers of different modes", .timeLimit(.minutes(30)), arguments: Flavor.available,
        ["merge", "transaction"])
    func serversOfDifferentModes(_ flavor: Flavor, mode: String) throws {
        // A lenient source, and a target whose texts are read in another way: then the other way round.
        let lenient = ["--sql-mode=", "--default-time-zone=+05:30"]
        let odd = ["--sql-mode=" + Self.modes + Self.strict, "--default-time-zone=-03:00"]
        try run(flavor, from: lenient, to: odd, mode)
        try run(flavor, from: odd, to: lenient, mode)
    }

    private func run(_ flavor: Flavor, from: [String], to: [String], _ mode: String) throws {
        let source = try Server(flavor, name: "mode-source", options: from)
        let target = try Server(flavor, name: "mode-target", options: to)
        defer { for server in [source, target] { try? server.remove() } }
        try source.freshSchema("modes")
        try source.execute(Self.tables)
        try source.execute("SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO'; " + Self.rows(from: 1))
        let program = try Program.lutra([
            "sync", "--from", source.url, "--to", target.url, "--tables", "modes.*", "--initial-load", "--mode", mode,
            "--state", Places.newFolder("state"),
        ])
        #expect(waitUntil(seconds: 180) { (try? target.value("SELECT COUNT(*) FROM modes.t")) == "4" })
        try source.execute("SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO'; " + Self.rows(from: 10))
        // The source's own mode decides how its statements are read.
        try source.execute(
            """
            SET SESSION sql_mode = 'ANSI_QUOTES';
            ALTER TABLE "modes"."t" ADD COLUMN "q""x" varchar(20) DEFAULT 'a\\\\b';
            SET SESSION sql_mode = '';
            ALTER TABLE modes.t ADD COLUMN d varchar(20) DEFAULT "it's" COMMENT "a\\"b";
            SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES';
            ALTER TABLE modes.t ADD COLUMN e varchar(20) DEFAULT 'c:\\';
            SET SESSION sql_mode = '';
            UPDATE modes.t SET day = '0000-00-00', text = 'ü\\\\' WHERE id = 1;
            DELETE FROM modes.t WHERE id = 2
            """)
        let from = try source.connect()
        let to = try target.connect()
        defer {
            from.close()
            to.close()
        }
        let tables = TableComparison(source: ("modes", "t"), target: ("modes", "t"))
        var difference: String?
        _ = try waitUntil(seconds: 180) {
            difference = try tables.difference(from, to)
            return difference == nil || program.poll() != nil
        }
        #expect(difference == nil && program.poll() == nil, "\(difference ?? "")\n\(program.tail)")
        let defaults = """
            SELECT GROUP_CONCAT(COLUMN_NAME, COLUMN_DEFAULT, COLUMN_COMMENT ORDER BY COLUMN_NAME)
            FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'modes'
            """
        try #expect(from.value(defaults) == to.value(defaults))
        program.signal(SIGTERM)
        try #expect(program.wait() == .exit(0), "\(program.tail)")
    }

    private static let tables = """
        SET SESSION sql_mode = '';
        CREATE TABLE modes.t (id int PRIMARY KEY AUTO_INCREMENT, text varchar(40), day date, moment datetime,
          stamp timestamp NULL, small tinyint, kind enum('x', 'y'))
        """

    /// Backslashes and quotes, no day at all and half of one, and the number 0 where a server makes up its own.
    private static func rows(from id: Int) -> String {
        """
        SET SESSION sql_mode = CONCAT(@@sql_mode, ',ALLOW_INVALID_DATES');
        INSERT INTO modes.t VALUES
          (\(id == 1 ? 0 : id), 'a\\\\b''c"d', '0000-00-00', '0000-00-00 00:00:00', NULL, 1, 'x'),
          (\(id + 1), '\\\\', '2026-00-00', '2026-02-31 00:00:00', '2026-01-31 12:00:00', -1, 'y'),
          (\(id + 2), '%_||"', '2026-01-00', NULL, '1970-01-01 06:00:00', 0, NULL),
          (\(id + 3), NULL, NULL, '1000-01-01 00:00:00', '2038-01-01 00:00:00', NULL, '')
        """
    }
}
