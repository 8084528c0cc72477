import Binlog
import Model
import Testing

/// Cut anywhere and go on: every row comes exactly once.
@Suite struct ResumeTests {
    /// Transactions with several rows events, some of unmapped tables, statements, and a change of file.
    private func log(isMariaDB: Bool) -> LogBuilder {
        var log = LogBuilder()
        log.serverVersion = isMariaDB ? "10.11.19-MariaDB" : "8.0.36"
        log.format()
        var next = 1
        for number in 1...6 {
            begin(&log, UInt64(number), isMariaDB)
            for part in 0..<number {
                log.tableMap(5 + part % 2, part % 3 == 1 ? "other" : "a\(part % 2)")
                log.insert(5 + part % 2, [next, next + 1], version: isMariaDB ? 1 : 2)
                next += 2
            }
            if number == 2 && !isMariaDB { log.query("CREATE TABLE z (i INT)") }
            log.xid()
            if number == 3 {
                log.nextFile("binlog.000002")
                if isMariaDB { log.mariadbGTID(100, flags: 1, domain: 1) } else { log.gtid(100) }
                log.query("DROP TABLE y")
            }
        }
        return log
    }

    private func begin(_ log: inout LogBuilder, _ number: UInt64, _ isMariaDB: Bool) {
        if isMariaDB { return log.mariadbGTID(number) }
        log.gtid(number)
        log.query("BEGIN")
    }

    /// What a dump from the checkpoint's position sends.
    private func dump(_ log: LogBuilder, from position: BinlogPosition) -> [[UInt8]] {
        var head = LogBuilder()
        head.serverVersion = log.serverVersion
        head.file = position.file
        head.addArtificial(.rotate, LogBuilder.rotateBody(position.file, position.offset))
        head.format()
        let rest = log.events.drop { $0.start < position || $0.type == 4 && $0.start.file < position.file }
        let bodies = rest.filter { $0.type != 15 || $0.start.offset >= position.offset }
        return (head.events + bodies).map(\.bytes)
    }

    @Test(arguments: [false, true], [1, 2, 3, 7]) func everyCut(isMariaDB: Bool, every: Int) throws {
        let log = log(isMariaDB: isMariaDB)
        let gtids: GTIDState = isMariaDB ? .mariadb(MariaDBGTIDPosition()) : .mysql(MySQLGTIDSet())
        var whole = Reading(gtids: gtids, isMariaDB: isMariaDB)
        try whole.consume(log)
        whole.take()
        let expected = try whole.story().filter { $0 != "progress" }
        #expect(expected.count > 20)

        var sliced = Reading(gtids: gtids, isMariaDB: isMariaDB)
        for (index, event) in log.events.enumerated() {
            try sliced.consume(event.bytes)
            if index % every == 0 { sliced.take() }
        }
        sliced.take()
        #expect(try sliced.story().filter { $0 != "progress" } == expected)

        for count in sliced.items.indices {
            var first = sliced
            first.items = Array(sliced.items[...count])
            var second = Reading(resume: sliced.items[count].resume, isMariaDB: isMariaDB)
            for bytes in dump(log, from: sliced.items[count].resume.position) { try second.consume(bytes) }
            second.take()
            let story = try first.story() + second.story()
            #expect(story.filter { $0 != "progress" } == expected, "cut after item \(count)")
            #expect(second.committed == whole.committed)
        }
    }

    @Test func checkpointsNeverGoBack() throws {
        let log = log(isMariaDB: false)
        var reading = Reading(gtids: .mysql(MySQLGTIDSet()))
        for event in log.events {
            try reading.consume(event.bytes)
            reading.take()
        }
        let points = reading.items.map(\.resume)
        for (before, after) in zip(points, points.dropFirst()) {
            #expect(
                before.position < after.position
                    || before.position == after.position && before.eventsIntoTransaction < after.eventsIntoTransaction)
        }
        #expect(points.contains { $0.eventsIntoTransaction > 1 })
    }

    /// A checkpoint that counts more events than its transaction has belongs to another log.
    @Test func foreignCheckpoint() throws {
        let log = log(isMariaDB: false)
        var point = Checkpoint(position: log.events[1].start, gtids: .none)
        point.eventsIntoTransaction = 50
        var reading = Reading(resume: point)
        let result = code { try reading.consume(log) }
        #expect(result == "checkpoint-invalid")
    }

    /// Progress before the transaction that is durable in part still counts that part.
    @Test func progressBeforeTheRest() throws {
        var log = LogBuilder()
        log.format()
        log.nextFile("binlog.000002")
        log.gtid(1)
        log.query("BEGIN")
        var start = Checkpoint(position: BinlogPosition(file: "binlog.000001", offset: 4), gtids: .none)
        start.eventsIntoTransaction = 1
        var reading = Reading(resume: start)
        for event in log.events {
            try reading.consume(event.bytes)
            reading.take()
        }
        // A heartbeat cannot pass it either.
        try reading.consume(log.event(.heartbeat, Array("binlog.000002".utf8), end: 9_000, checksum: true))
        reading.take()
        #expect(reading.items.map(\.resume.position.file) == ["binlog.000002"])
        #expect(reading.items.map(\.resume.eventsIntoTransaction) == [1])
    }

    /// Without rows that went on, nothing of a transaction is durable: the source may yet undo it.
    @Test func unmappedEventsDoNotCount() throws {
        var log = LogBuilder()
        log.format()
        log.gtid(1)
        log.query("BEGIN")
        log.tableMap(5, "a")
        log.insert(5, [1])
        log.xid()
        log.gtid(2)
        log.query("BEGIN")
        log.tableMap(6, "other")
        log.insert(6, [2])
        let reading = try Reading.of(log)
        #expect(reading.items[0].resume.eventsIntoTransaction == 0)
        #expect(reading.items[0].resume == reading.committed)
    }
}

extension StreamItem {
    var resume: Checkpoint {
        switch self {
        case .rows(let chunk): chunk.resume
        case .statement(let statement): statement.resume
        case .xa(let change): change.resume
        case .undone(let checkpoint), .progress(let checkpoint): checkpoint
        }
    }
}
