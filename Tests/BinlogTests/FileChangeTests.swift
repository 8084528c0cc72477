import Binlog
import Model
import Testing

/// Files, and what the source takes back.
@Suite struct FileChangeTests {
    private func log() -> LogBuilder {
        var log = LogBuilder()
        log.format()
        return log
    }

    private func open(_ log: inout LogBuilder, _ number: UInt64) {
        log.gtid(number)
        log.query("BEGIN")
        log.tableMap(5, "a")
    }

    @Test func rotate() throws {
        var log = log()
        let reading = try Reading.of(log)
        #expect(reading.selector.position.offset == log.offset && reading.committed.position.offset == 4)
        log.nextFile("binlog.000002")
        let after = try Reading.of(log)
        #expect(after.committed.position == BinlogPosition(file: "binlog.000002", offset: 4))
        #expect(after.selector.position == BinlogPosition(file: "binlog.000002", offset: log.offset))
    }

    /// Neither name is believed, and no checkpoint holds one of them.
    @Test func rotateToAnotherFileThanTheNext() throws {
        var log = log()
        open(&log, 1)
        log.insert(5, [1])
        log.xid()
        let end = BinlogPosition(file: log.file, offset: log.offset)
        log.add(.rotate, LogBuilder.rotateBody("binlog.000009"))
        log.addArtificial(.rotate, LogBuilder.rotateBody("binlog.000002"))
        var reading = Reading()
        #expect(code { try reading.consume(log) } == "binlog-corrupt")
        #expect(reading.committed.position == end)
    }

    /// What a stream leaves that cannot go on: whole transactions, and none of the open one.
    @Test func wholeItemsOnly() throws {
        var log = log()
        open(&log, 1)
        log.insert(5, [1])
        log.xid()
        open(&log, 2)
        log.insert(5, [2])
        var reading = Reading()
        try reading.consume(log)
        reading.items += reading.selector.takeWholeItems()
        #expect(try reading.rows().map(\.text) == [row(1)])
        #expect(reading.items.last?.resume.eventsIntoTransaction == 0)
    }

    /// A dump begins with a made-up ROTATE, with or without a checksum, before anything tells which.
    @Test(arguments: [true, false]) func fakeRotate(checksum: Bool) throws {
        var log = LogBuilder()
        log.offset = 500
        log.addArtificial(.rotate, LogBuilder.rotateBody("binlog.000007", 500), checksum: checksum)
        log.addArtificial(.formatDescription, log.formatBody, checksum: true)
        var reading = Reading(file: "binlog.000001")
        try reading.consume(log)
        #expect(reading.selector.position == BinlogPosition(file: "binlog.000007", offset: 500))
        #expect(reading.selector.format.serverVersion == "8.0.36" && !reading.selector.hasItems)
    }

    @Test(arguments: ["rotate", "fake rotate", "stop", "format"]) func crashInsideTransaction(end: String) throws {
        var log = log()
        open(&log, 1)
        log.insert(5, [1])
        log.xid()
        open(&log, 2)
        log.insert(5, [2])
        switch end {
        case "rotate": log.nextFile("binlog.000002")
        case "fake rotate": log.nextFile("binlog.000002", isCrash: true)
        case "stop": log.add(.stop, [])
        default: log.format()
        }
        // MySQL gives the number again: the transaction never was.
        open(&log, 2)
        log.insert(5, [3])
        log.xid()
        var reading = Reading(gtids: .mysql(MySQLGTIDSet()))
        try reading.consume(log)
        reading.take()
        #expect(try reading.rows().map(\.text) == [row(1), row(3)])
        guard case .rows(let chunk) = reading.items[0] else { return }
        #expect(chunk.transactions.count == 2 && chunk.events.count == 2)
        #expect(reading.committed.gtids.description == "11112222-3333-4444-5555-666677778888:1-2")
    }

    @Test func crashAfterSlice() throws {
        var log = log()
        open(&log, 1)
        log.insert(5, [1])
        var reading = Reading()
        try reading.consume(log)
        reading.take()
        let resume = reading.items[0].resume
        log.nextFile("binlog.000002")
        let rotate = log.events[log.events.count - 3].bytes
        #expect(code { try reading.consume(rotate) } == "source-undone")
        // The same after a restart.
        var again = Reading(resume: resume)
        #expect(code { try again.consume(log) } == "source-undone")
    }

    /// Who shows a transaction only with its end is told to drop what went on; a statement cannot be dropped.
    @Test(arguments: [false, true]) func slicesAreTakenBack(isRolledBack: Bool) throws {
        var log = log()
        open(&log, 1)
        log.insert(5, [1])
        var reading = Reading(takesBack: true)
        try reading.consume(log)
        reading.take()
        log.insert(5, [2])
        let before = log.events.count - 2
        if isRolledBack { log.query("ROLLBACK") } else { log.nextFile("binlog.000002") }
        open(&log, 2)
        log.insert(5, [3])
        log.query("COMMIT")
        for event in log.events[before...] { try reading.consume(event.bytes) }
        reading.take()
        #expect(try reading.story() == [row(1), "undone", row(3)])
        #expect(reading.items[0].resume.isInsideTransaction && !reading.items[1].resume.isInsideTransaction)
        #expect(reading.items[1].resume.position == reading.items[0].resume.position)
        // A restart in the middle of it: a part of it may be seen.
        var again = Reading(resume: reading.items[0].resume)
        #expect(code { try again.consume(log) } == "source-undone")
    }

    @Test func streamBeginsAnewInsideTransaction() throws {
        var log = log()
        open(&log, 1)
        log.addArtificial(.rotate, LogBuilder.rotateBody(log.file, 4))
        #expect(code { _ = try Reading.of(log) } == "binlog-corrupt")
    }

    @Test func rollback() throws {
        var log = log()
        open(&log, 1)
        log.insert(5, [1])
        log.query("ROLLBACK")
        open(&log, 2)
        log.insert(5, [2])
        log.query("COMMIT")
        let reading = try Reading.of(log)
        #expect(try reading.story() == [row(2)])
        #expect(reading.committed.position.offset == log.offset)
    }

    /// MariaDB logs this when the transaction changed a MyISAM table after the savepoint; that change stands in a
    /// transaction of its own before.
    @Test func rollbackToSavepoint() throws {
        var log = log()
        open(&log, 1)
        log.insert(5, [1])
        log.query("SAVEPOINT `s`")
        log.insert(5, [2])
        log.query("SAVEPOINT `t`")
        log.insert(5, [3])
        log.query("ROLLBACK TO `s`")
        log.insert(5, [4])
        log.query("RELEASE SAVEPOINT `s`")
        log.xid()
        #expect(try Reading.of(log).story() == [row(1), row(4)])

        // In slices: what went on before the savepoint stays, what went on after it cannot be taken back.
        for (cut, expected) in [(4, nil), (5, nil), (6, "source-undone"), (8, "source-undone")] as [(Int, String?)] {
            var sliced = Reading()
            let result = code {
                for (index, event) in log.events.enumerated() {
                    try sliced.consume(event.bytes)
                    if index == cut { sliced.take() }
                }
                sliced.take()
            }
            #expect(result == expected, "cut after event \(cut)")
            if expected == nil { #expect(try sliced.story() == [row(1), row(4)]) }
        }
    }

    @Test func unknownSavepoint() throws {
        var log = log()
        open(&log, 1)
        log.insert(5, [1])
        log.query("ROLLBACK TO `s`")
        #expect(code { _ = try Reading.of(log) } == "binlog-corrupt")
    }

    /// Before 5.3 rows of non-transactional tables stood among the others.
    @Test func rollbackOnOldServer() throws {
        var log = LogBuilder()
        log.serverVersion = "5.1.73-log"
        log.hasChecksums = false
        log.addOldFormat()
        log.query("BEGIN")
        log.tableMap(5, "a")
        log.insert(5, [1], version: 1)
        log.query("ROLLBACK")
        #expect(code { _ = try Reading.of(log) } == "binlog-unsupported")
    }

    @Test(arguments: [EventType.heartbeat, .heartbeatV2]) func heartbeatMovesOn(type: EventType) throws {
        var log = log()
        var reading = try Reading.of(log)
        func beat(_ file: String, _ position: UInt64) throws {
            var body = Array(file.utf8)
            if type == .heartbeatV2 {
                body = [1, UInt8(file.utf8.count)] + Array(file.utf8) + [2, 9, 254] + little(position, 8) + [0]
            }
            try reading.consume(log.event(type, body, end: position, checksum: true))
        }
        try beat(log.file, 5_000)
        #expect(reading.committed.position.offset == 5_000 && reading.selector.position.offset == 5_000)
        #expect(reading.selector.hasItems)
        try beat(log.file, 4_999)
        try beat("binlog.000002", 9_000)
        #expect(reading.selector.position.offset == 5_000)
        log.offset = 5_000
        log.gtid(1)
        try reading.consume(log.events[log.events.count - 1].bytes)
        try beat(log.file, 9_000)
        #expect(reading.committed.position.offset == 5_000)
    }

    /// Headers have 32 bits of a position.
    @Test func beyondFourGigabytes() throws {
        var log = LogBuilder()
        log.hasChecksums = false
        log.offset = 0xffff_fff0
        log.gtid(1)
        log.query("BEGIN")
        log.xid()
        var reading = Reading(offset: 0xffff_fff0)
        for event in log.events { try reading.consume(event.bytes) }
        #expect(reading.committed.position.offset == log.offset && log.offset > 1 << 32)
        // Old ones and new ones.
        for (position, expected) in [(UInt64(0xffff_ff00), log.offset), ((1 << 32) + 900, (1 << 32) + 900)] {
            try reading.consume(log.event(.heartbeat, Array(log.file.utf8), end: position, checksum: false))
            #expect(reading.selector.position.offset == expected)
        }
    }
}
