import Binlog
import Model
import Testing

@Suite struct TransactionBoundTests {
    private let uuid = "11112222-3333-4444-5555-666677778888"

    private func mysql(_ number: UInt64) -> String { "\(uuid):\(number)" }

    @Test func mysqlWithGTIDs() throws {
        var log = LogBuilder()
        log.format()
        for number in 1...2 {
            log.gtid(UInt64(number))
            log.query("BEGIN")
            log.tableMap(5, "a")
            log.insert(5, [number])
            log.xid()
        }
        var reading = Reading(gtids: .mysql(MySQLGTIDSet()))
        try reading.consume(log)
        reading.take()
        #expect(try reading.rows().map(\.text) == [row(1), row(2)])
        #expect(try reading.rows().map(\.gtid) == [mysql(1), mysql(2)])
        #expect(reading.committed.position == BinlogPosition(file: log.file, offset: log.offset))
        #expect(reading.committed.gtids.description == "\(uuid):1-2")
        #expect(reading.committed.commitMicroseconds == 1_700_000_000_000_002)
        guard case .rows(let chunk) = reading.items[0] else { return }
        #expect(chunk.resume == reading.committed && !chunk.endsInsideTransaction && chunk.transactions.count == 2)
        // The GTID event is where a transaction starts, and server 7 executed it.
        #expect(chunk.transactions[0].start == log.events[1].start && chunk.transactions[0].originServer == 7)
    }

    @Test func anonymous() throws {
        var log = LogBuilder()
        log.format()
        log.gtid(0, isAnonymous: true)
        log.query("BEGIN")
        log.tableMap(5, "a")
        log.insert(5, [1])
        log.query("COMMIT")
        let reading = try Reading.of(log)
        #expect(try reading.rows() == [SeenRow(text: row(1), gtid: "")])
        #expect(reading.committed.gtids == .none && reading.committed.position.offset == log.offset)
    }

    @Test func mariadbGroupsAndStandalone() throws {
        var log = LogBuilder()
        log.serverVersion = "10.11.19-MariaDB"
        log.format()
        log.mariadbGTID(1)
        log.tableMap(5, "a")
        log.insert(5, [1], version: 1)
        log.xid()
        log.mariadbGTID(2)
        log.tableMap(5, "a")
        log.insert(5, [2], version: 1)
        log.query("COMMIT")  // Ends changes of a non-transactional table.
        log.mariadbGTID(3, flags: 1)
        log.query("ALTER TABLE a ADD c INT")
        log.mariadbGTID(4, flags: 1)
        log.query("# Dum")
        log.mariadbGTID(9, flags: 1, domain: 2)
        log.query("DROP TABLE other")
        var reading = Reading(gtids: .mariadb(MariaDBGTIDPosition()), isMariaDB: true)
        try reading.consume(log)
        reading.take()
        #expect(
            try reading.story() == [
                row(1), row(2), "statement ALTER TABLE a ADD c INT", "statement DROP TABLE other",
            ])
        #expect(reading.committed.gtids.description == "0-7-4,2-7-9")
        guard case .statement(let alter) = reading.items[1] else { return }
        #expect(alter.gtid?.description == "0-7-3" && alter.resume.gtids.description == "0-7-3")
        #expect(alter.commitMicroseconds == 1_700_000_000_000_007 && alter.sqlMode == 0x4000 && alter.schema == "t")
    }

    /// Before GTIDs: BEGIN and XID around transactions, nothing around changes of MyISAM tables and DDL.
    @Test func noGTIDs() throws {
        var log = LogBuilder()
        log.serverVersion = "5.5.62-log"
        log.hasChecksums = false
        log.addOldFormat()
        log.query("BEGIN")
        log.tableMap(5, "a")
        log.insert(5, [1], version: 1)
        log.xid()
        let between = log.offset
        log.tableMap(6, "b")
        log.insert(6, [2], version: 1)
        log.query("CREATE TABLE x (i INT)")
        log.query("BEGIN")
        log.tableMap(5, "a")
        let reading = try Reading.of(log)
        #expect(try reading.story() == [row(1), row(2, table: "b"), "statement CREATE TABLE x (i INT)"])
        guard case .rows(let chunk) = reading.items[0] else { return }
        #expect(chunk.transactions.map(\.start.offset) == [log.events[1].start.offset, between])
        #expect(!reading.selector.hasTransactionBoundary)
        // The transaction that is open does not count.
        #expect(reading.committed.position == log.events[log.events.count - 2].start)
    }

    @Test func unmappedTablesAreProgress() throws {
        var log = LogBuilder()
        log.format()
        log.gtid(1)
        log.query("BEGIN")
        log.tableMap(5, "other")
        log.insert(5, [1])
        var reading = Reading(gtids: .mysql(MySQLGTIDSet()))
        try reading.consume(log)
        reading.take()
        #expect(reading.items.isEmpty && !reading.selector.hasItems)
        log.xid()
        try reading.consume(log.events[log.events.count - 1].bytes)
        #expect(reading.selector.hasItems)
        reading.take()
        guard reading.items.count == 1, case .progress(let checkpoint) = reading.items[0] else {
            Issue.record("progress expected")
            return
        }
        #expect(checkpoint.gtids.description == "\(uuid):1" && checkpoint.position.offset == log.offset)
    }

    /// MySQL 8.0.21 and later log `CREATE TABLE … SELECT` as one transaction.
    @Test func statementInsideTransaction() throws {
        var log = LogBuilder()
        log.format()
        log.gtid(1)
        log.query("BEGIN")
        log.query("CREATE TABLE a (a INT, b VARCHAR(10)) START TRANSACTION")
        log.tableMap(5, "a")
        log.insert(5, [1])
        log.xid()
        let reading = try Reading.of(log)
        #expect(
            try reading.story() == ["statement CREATE TABLE a (a INT, b VARCHAR(10)) START TRANSACTION", row(1)])
        guard case .statement(let create) = reading.items[0] else { return }
        #expect(create.isInsideTransaction && create.resume.eventsIntoTransaction == 1)
        #expect(create.resume.position.offset == 4)
        // From there the statement is not run again.
        var again = Reading(resume: create.resume)
        try again.consume(log)
        again.take()
        #expect(try again.story() == [row(1)])
    }

    @Test func incidentStops() {
        var log = LogBuilder()
        log.format()
        log.add(.incident, little(1, 2) + [4] + Array("LOST".utf8))
        #expect(throws: LutraError.self) { try Reading.of(log) }
        #expect(code { _ = try Reading.of(log) } == "binlog-incident")
    }

    @Test func begunInsideAnother() {
        var log = LogBuilder()
        log.format()
        log.gtid(1)
        log.gtid(2)
        #expect(code { _ = try Reading.of(log) } == "binlog-corrupt")
    }

    @Test func controlStatements() {
        func control(_ sql: String) -> ControlStatement? { ControlStatement(Array(sql.utf8)) }
        #expect(control("BEGIN") == .begin && control("begin ") == .begin && control("COMMIT") == .commit)
        #expect(control("BEGIN WORK") == nil && control("COMMITTED") == nil && control("INSERT") == nil)
        #expect(control("ROLLBACK TO `s`") == .rollbackTo && control("SAVEPOINT `s`") == .savepoint)
        #expect(control("") == .comment && control("# Dummy event") == .comment)
        #expect(ControlStatement.savepointName(Array("SAVEPOINT `A b`".utf8)) == Array("`a b`".utf8))
        #expect(ControlStatement.savepointName(Array("rollback to savepoint `A b`".utf8)) == Array("`a b`".utf8))
        let cases: [(String, ControlStatement?)] = [
            ("BEGIN", .begin), ("COMMIT", .commit), ("BEGIM", nil), ("XOMMIT", nil), ("", nil),
        ]
        for (text, expected) in cases {
            let found = Array(text.utf8).withUnsafeBytes { ControlStatement(frame: ByteCursor($0)) }
            #expect(found == expected)
        }
    }

    /// A chunk that is full in the middle of a small transaction takes the rest of it; a large one is cut.
    @Test func fullChunksEndBehindTransactions() throws {
        var limits = Limits()
        limits.chunkBytes = 200
        for (rows, isCut) in [(3, false), (400, true)] {
            var log = LogBuilder()
            log.format()
            for number in 1...40 {
                log.gtid(UInt64(number))
                log.query("BEGIN")
                log.tableMap(5, "a")
                for first in stride(from: 0, to: rows, by: 3) { log.insert(5, [first, first + 1, first + 2]) }
                log.xid()
            }
            var reading = Reading(gtids: .mysql(MySQLGTIDSet()), limits: limits)
            var ends: [Bool] = []
            for event in log.events {
                guard try event.bytes.withUnsafeBytes({ try reading.selector.consume($0) }) else { continue }
                for case .rows(let chunk) in reading.selector.takeItems() {
                    #expect(chunk.bytes.count < 3 * limits.chunkBytes)
                    ends.append(chunk.endsInsideTransaction)
                }
            }
            #expect(ends.count > 3 && ends.contains(true) == isCut)
        }
    }
}
