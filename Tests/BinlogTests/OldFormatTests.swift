import Binlog
import Model
import Testing

/// Formats of old servers, and what no server of today writes: read, or refused with a reason.
@Suite struct OldFormatTests {
    private func log(_ version: String = "8.0.36") -> LogBuilder {
        var log = LogBuilder()
        log.serverVersion = version
        log.format()
        log.gtid(1)
        log.query("BEGIN")
        log.tableMap(5, "a")
        log.tableMap(6, "other")
        return log
    }

    /// MySQL 5.1 before 5.1.16.
    @Test(arguments: [20, 21, 22] as [UInt8]) func rowsBeforeRelease(type: UInt8) {
        var log = log()
        log.add(EventType(rawValue: type), LogBuilder.rowsBody(6, [LogBuilder.image(1, "a")], version: 1))
        #expect(code { _ = try Reading.of(log) } == nil)
        log.add(EventType(rawValue: type), LogBuilder.rowsBody(5, [LogBuilder.image(1, "a")], version: 1))
        #expect(code { _ = try Reading.of(log) } == "binlog-unsupported")
    }

    /// What follows in a file is encrypted; a server that sends its log sets the flag to ignore it.
    @Test(arguments: [(UInt16(0), "binlog-unsupported"), (0x80, nil)] as [(UInt16, String?)])
    func encryptedFile(flags: UInt16, expected: String?) {
        var log = LogBuilder()
        log.serverVersion = "10.11.19-MariaDB"
        log.format()
        log.add(.startEncryption, [1] + little(1, 4) + little(7, 12), flags: flags)
        #expect(code { _ = try Reading.of(log, isMariaDB: true) } == expected)
    }

    @Test(arguments: [(UInt8(0), nil), (2, "binlog-unsupported")] as [(UInt8, String?)])
    func valueOptions(options: UInt8, expected: String?) throws {
        var log = log()
        let images = [LogBuilder.image(1, "a"), [options] + LogBuilder.image(1, "b")]
        log.add(.partialUpdateRows, LogBuilder.rowsBody(5, images, isUpdate: true))
        let reading = try Reading.of(log)
        #expect(code { _ = try reading.rows() } == expected)
    }

    /// Before 8.0.1 there is no optional metadata, but there may be other bytes.
    @Test(arguments: [("5.5.27-log", nil), ("8.0.36", "binlog-corrupt")] as [(String, String?)])
    func bytesInPlaceOfMetadata(version: String, expected: String?) {
        var log = LogBuilder()
        log.serverVersion = version
        log.hasChecksums = false
        if expected == nil { log.addOldFormat() } else { log.format() }
        log.query("BEGIN")
        log.add(.tableMap, LogBuilder.tableMapBody(5, "a") + [4, 1, 9])
        log.insert(5, [1], version: 1)
        #expect(code { _ = try Reading.of(log) } == expected)
    }

    @Test func tagThatIsNoName() {
        var log = log()
        log.xid()
        log.addReal(RealEvents.taggedGTID)
        #expect(code { _ = try Reading.of(log) } == nil)
        var bytes = RealEvents.taggedGTID
        guard let place = bytes.indices.first(where: { bytes[$0...].starts(with: Array("tag1".utf8)) }) else {
            Issue.record("no tag in the event")
            return
        }
        bytes[place] = UInt8(ascii: "-")
        log.events.removeLast()
        log.offset -= UInt64(bytes.count)
        log.addReal(bytes)
        #expect(code { _ = try Reading.of(log) } == "binlog-corrupt")
    }

    /// An event that ends at 4 GiB has the end position 0, like one that is made up.
    @Test func endAtFourGigabytes() throws {
        func log(_ start: UInt64) -> LogBuilder {
            var log = LogBuilder()
            log.hasChecksums = false
            log.offset = start
            log.gtid(1)
            log.query("BEGIN")
            log.xid()
            return log
        }
        let start = (1 << 32) - (log(1_000).offset - 1_000)
        var reading = Reading(offset: start)
        for event in log(start).events { try reading.consume(event.bytes) }
        #expect(reading.committed.position.offset == 1 << 32)
    }

    /// MariaDB with mysql56_temporal_format=OFF logs TIME(3) as TIME, with four bytes in place of three.
    @Test(arguments: [("time /* mariadb-5.3 */", nil), ("time(3) /* mariadb-5.3 */", "binlog-unsupported")])
    func oldFractions(fullType: String, expected: String?) throws {
        var log = log("10.11.19-MariaDB")
        let body = Array(LogBuilder.tableMapBody(7, "t").dropLast(7)) + [2, 3, 11, 0, 3]
        log.add(.tableMap, body)
        log.add(.writeRowsV1, little(7, 6) + little(1, 2) + [2, 3, 0] + little(1, 4) + little(101_112, 3))
        let reading = try Reading.of(log, isMariaDB: true)
        guard case .rows(let chunk)? = reading.items.first else {
            Issue.record("no rows")
            return
        }
        var batch = RowBatch(resume: chunk.resume)
        let result = code {
            try RowsDecoder().decode(
                chunk,
                resolve: { map throws(LutraError) in
                    LoggedTable(
                        name: map.name,
                        columns: map.columns.map {
                            let time = ColumnDefinition(name: "x", dataType: "time", fullType: fullType)
                            return LoggedColumn(type: $0, definition: time)
                        })
                }, into: &batch)
        }
        #expect(result == expected && batch.rows.count == (expected == nil ? 1 : 0))
    }
}
