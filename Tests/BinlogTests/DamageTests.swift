import Binlog
import BinlogFuzz
import Model
import Testing

/// Damaged and unknown events: a typed error, never a trap.
@Suite struct DamageTests {
    private func log() -> LogBuilder {
        var log = LogBuilder()
        log.format()
        log.gtid(1)
        log.query("BEGIN")
        log.tableMap(5, "a")
        log.insert(5, [1])
        return log
    }

    @Test func wrongChecksum() {
        var log = log()
        log.xid()
        for index in log.events.indices {
            for place in [30, log.events[index].bytes.count - 1] {
                var damaged = log
                damaged.events[index].bytes[place] ^= 0x10
                #expect(code { _ = try Reading.of(damaged) } == "binlog-corrupt")
            }
        }
    }

    @Test func placeOfAnError() throws {
        var log = log()
        log.events[4].bytes[30] ^= 1
        do {
            _ = try Reading.of(log)
            Issue.record("no error")
        } catch let error as LutraError {
            #expect(
                error.place.map { "\($0.name)=\($0.value)" } == [
                    "file=binlog.000001", "offset=\(log.events[4].start.offset)", "event=WRITE_ROWS",
                ])
        }
    }

    @Test func noChecksums() throws {
        var log = LogBuilder()
        log.hasChecksums = false
        log.format()
        log.gtid(1)
        log.query("BEGIN")
        log.tableMap(5, "a")
        log.insert(5, [1])
        log.xid()
        let reading = try Reading.of(log)
        #expect(try reading.story() == [row(1)])
        #expect(reading.selector.format.checksum == .none && reading.committed.position.offset == log.offset)
    }

    /// No server makes such a table; a chunk that holds nothing else must still come to its end.
    @Test func tableWithoutColumns() throws {
        for bytes: [UInt8] in [[], [0], Array(repeating: 0, count: 20)] {
            var log = LogBuilder()
            log.format()
            log.gtid(1)
            log.query("BEGIN")
            log.add(.tableMap, LogBuilder.tableMapBody(5, "a").dropLast(7) + [0, 0])
            log.add(.writeRows, little(5, 6) + little(1, 2) + little(2, 2) + [0] + bytes)
            log.xid()
            let reading = try Reading.of(log)
            #expect(throws: LutraError.self) { _ = try reading.rows() }
        }
    }

    /// The in-use flag is set while a log is open, and its CRC was made before.
    @Test func formatInUse() throws {
        var log = log()
        log.events[0].bytes[17] |= 1
        #expect(try Reading.of(log).selector.hasTransactionBoundary == false)
    }

    @Test(arguments: [(UInt16(0), "binlog-unsupported"), (0x80, nil)] as [(UInt16, String?)])
    func unknownEvent(flags: UInt16, expected: String?) {
        var log = log()
        log.add(EventType(rawValue: 99), [1, 2, 3], flags: flags)
        log.xid()
        #expect(code { _ = try Reading.of(log) } == expected)
    }

    @Test func rowsOfUnknownTable() {
        var log = log()
        log.insert(6, [1])
        #expect(code { _ = try Reading.of(log) } == "binlog-corrupt")
    }

    @Test func rowsWithOtherColumns() throws {
        var log = log()
        log.add(.writeRows, little(5, 6) + little(1, 2) + little(2, 2) + [3, 7, 0] + little(0, 12))
        let reading = try Reading.of(log)
        #expect(code { _ = try reading.rows() } == "binlog-corrupt")
    }

    /// `INSERT INTO m VALUES ()` with binlog_row_image=MINIMAL on MySQL 9.7, where m has no key: no bytes at all.
    @Test func rowsWithoutColumns() throws {
        var log = log()
        log.add(.writeRows, little(5, 6) + little(1, 2) + little(2, 2) + [2, 0])
        let reading = try Reading.of(log)
        #expect(code { _ = try reading.rows() } == "binlog-unsupported")
        log = self.log()
        log.add(.writeRows, little(5, 6) + little(1, 2) + little(2, 2) + [2, 3])
        #expect(code { _ = try Reading.of(log).rows() } == "binlog-corrupt")
    }

    @Test func tooLong() throws {
        var limits = Limits()
        limits.eventBytes = 60
        var reading = Reading(limits: limits)
        let result = code { try reading.consume(log()) }
        #expect(result == "binlog-corrupt")
    }

    @Test(arguments: RichLog.all) func untouched(rich: RichLog) throws {
        let reading = try Reading.of(rich.log, isMariaDB: rich.isMariaDB)
        #expect(try reading.rows().count > 2 && reading.selector.hasTransactionBoundary)
    }

    /// Each event of a rich log, cut at each byte: with a length and a CRC that fit.
    @Test(arguments: RichLog.all) func truncation(rich: RichLog) throws {
        for (index, event) in rich.log.events.enumerated() {
            for count in 0..<event.bytes.count - 4 {
                try rich.read(replacing: index, with: rich.resized(Array(event.bytes[..<count]), hasTail: true))
            }
        }
    }

    /// Random bits flipped, with a CRC that fits: rows or a typed error.
    @Test(arguments: RichLog.all) func flips(rich: RichLog) throws {
        var random = SeededRandom(seed: 20_261_121)
        for _ in 0..<1_500 {
            let index = Int.random(in: rich.log.events.indices, using: &random)
            var bytes = rich.log.events[index].bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 4..<bytes.count - 4, using: &random)
                // Lengths that say something else than the packet are found at once: leave them.
                guard !(9..<13).contains(place) else { continue }
                let bit = UInt8(1) << UInt8.random(in: 0..<8, using: &random)
                bytes[place] = Bool.random(using: &random) ? bytes[place] ^ bit : .random(in: 0...255, using: &random)
            }
            try rich.read(replacing: index, with: rich.resized(bytes, hasTail: false))
        }
    }
}

/// A log with one of nearly everything.
struct RichLog: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var log: LogBuilder
    var isMariaDB = false

    static let all = [mysql, mariadb, plain]

    private static var mysql: RichLog {
        var log = LogBuilder()
        log.addArtificial(.rotate, LogBuilder.rotateBody(log.file))
        log.format()
        log.add(.previousGTIDs, little(0, 8))
        log.gtid(1)
        log.query("BEGIN")
        for event in RealEvents.mysql { log.addReal(event) }
        log.query("SAVEPOINT `s`")
        log.query("CREATE TABLE z (i INT)")
        log.xid()
        log.addReal(RealEvents.taggedGTID)
        log.query("DROP TABLE z")
        log.gtid(2)
        log.addReal(RealEvents.payload)
        log.add(.heartbeatV2, [1, 13] + Array(log.file.utf8) + [2, 2, 200, 0, 0])
        return RichLog(testDescription: "MySQL", log: log)
    }

    private static var mariadb: RichLog {
        var log = LogBuilder()
        log.serverVersion = "10.11.19-MariaDB"
        log.format()
        log.add(.gtidList, little(1, 4) + little(0, 4) + little(1, 4) + little(9, 8))
        log.mariadbGTID(10, flags: 2)
        for event in RealEvents.mariadb { log.addReal(event) }
        log.xid()
        log.addReal(RealEvents.preparedXA)
        log.add(.xaPrepare, [0] + little(1, 4) + little(1, 4) + little(0, 4) + [0x78])
        log.mariadbGTID(11, flags: 1)
        log.addReal(RealEvents.compressedQuery)
        log.nextFile("binlog.000002")
        return RichLog(testDescription: "MariaDB", log: log, isMariaDB: true)
    }

    private static var plain: RichLog {
        var log = LogBuilder()
        log.hasChecksums = false
        log.format()
        log.query("BEGIN")
        log.tableMap(5, "a")
        log.insert(5, [1, 2], version: 1)
        let images = [LogBuilder.image(1, "a"), LogBuilder.image(1, "b")]
        log.add(.updateRows, LogBuilder.rowsBody(5, images, isUpdate: true))
        log.query("COMMIT")
        log.query("ALTER TABLE a ADD c INT")
        return RichLog(testDescription: "without checksums", log: log)
    }

    /// The event with the length of its bytes and a CRC that fits; `hasTail` puts a CRC behind.
    func resized(_ bytes: [UInt8], hasTail: Bool) -> [UInt8] {
        var copy = bytes + (hasTail && log.hasChecksums ? [0, 0, 0, 0] : [])
        if copy.count >= 13 { copy.replaceSubrange(9..<13, with: little(copy.count, 4)) }
        return log.hasChecksums ? copy.withChecksum : copy
    }

    /// Reads the log with one event replaced. Any `LutraError` is fine; all else fails the test.
    func read(replacing index: Int, with bytes: [UInt8]) throws {
        var reading = Reading(isMariaDB: isMariaDB)
        do {
            for (place, event) in log.events.enumerated() {
                try reading.consume(place == index ? bytes : event.bytes)
            }
        } catch is LutraError {}
        reading.take()
        do { _ = try reading.rows() } catch is LutraError {}
    }
}
