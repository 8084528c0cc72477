import Foundation
import MySQLClient
import TestKit
import Testing

/// In mode `transaction` a reader of the target never sees a part of a source transaction, and with commit order `keep`
/// none before those that came before it.
@Suite("Transaction mode", .serialized)
struct TransactionModeTests {
    private static let transactions = 2_500

    @Test(
        "a reader sees whole transactions, in order", .timeLimit(.minutes(30)), arguments: [Flavor.mariadb, .mysql],
        ["keep", "free"])
    func whole(_ flavor: Flavor, _ order: String) throws {
        guard flavor.isAvailable else { return }
        let schema = "whole"
        let source = try TestServers.shared(flavor, .source)
        let target = try TestServers.shared(flavor, .target)
        for server in [source, target] {
            try server.freshSchema(schema)
            try server.execute(
                """
                USE \(schema); CREATE TABLE a (id INT PRIMARY KEY); CREATE TABLE b (id INT PRIMARY KEY); \
                CREATE TABLE sums (id INT PRIMARY KEY, n INT); INSERT INTO sums VALUES (1, 0), (2, 0)
                """)
        }
        let start = try source.binlogEnd()
        // Transactions that share no key, but for a few at the beginning.
        let writer = try source.connect()
        try writer.execute("USE \(schema)")
        for number in 1...Self.transactions {
            let transfer =
                number < 200 && number % 50 == 0
                ? "UPDATE sums SET n = n + 1 WHERE id = 1; UPDATE sums SET n = n - 1 WHERE id = 2;" : ""
            try writer.execute(
                "BEGIN; INSERT INTO a VALUES (\(number)); INSERT INTO b VALUES (\(number)); \(transfer) COMMIT")
        }
        let program = try Program.lutra([
            "sync", "--channel", "whole-\(order)", "--from", source.url, "--to", target.url, "--tables", "\(schema).*",
            "--state", try Places.newFolder("state"), "--start", start, "--until-caught-up", "--mode", "transaction",
            "--lanes", "4", "--commit-order", order,
        ])
        let reader = try target.connect()
        try reader.execute("USE \(schema); SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        var looks = 0
        var states: Set<String> = []
        while program.poll() == nil {
            try reader.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT")
            let row = try reader.query(
                """
                SELECT (SELECT COUNT(*) FROM a), (SELECT COUNT(*) FROM b), (SELECT SUM(n) FROM sums), \
                (SELECT COUNT(*) FROM a JOIN b USING (id)), (SELECT IFNULL(MAX(id), 0) FROM a)
                """)
            try reader.execute("COMMIT")
            let values = (0..<5).map { row.first?.text($0) ?? "" }
            #expect(values[0] == values[1] && values[0] == values[3] && values[2] == "0", "\(values)")
            if order == "keep" { #expect(values[0] == values[4], "a gap: \(values)") }
            looks += 1
            states.insert(values[0])
        }
        try #expect(program.wait(seconds: 180) == .exit(0), "\(program.tail)")
        #expect(looks > 3 && states.count > 1)
        #expect(try target.value("SELECT COUNT(*) FROM \(schema).a") == "\(Self.transactions)")
    }
}
