import Binlog
import Model
import Testing

@Suite struct CompressionTests {
    @Test func realPayload() throws {
        var log = LogBuilder()
        log.serverVersion = "9.7.4"
        log.format()
        log.gtid(1)
        log.addReal(RealEvents.payload)
        var reading = Reading(gtids: .mysql(MySQLGTIDSet()))
        try reading.consume(log)
        reading.take()
        let value = String(repeating: "6162", count: 50)
        #expect(try reading.rows().map(\.text) == ["insert t.inn 02000000|\(value)", "insert t.inn 03000000|\(value)"])
        #expect(reading.committed.position.offset == log.offset && reading.committed.gtids.description.hasSuffix(":1"))
    }

    @Test func taggedGTID() throws {
        var log = LogBuilder()
        log.serverVersion = "9.7.4"
        log.format()
        log.addReal(RealEvents.taggedGTID)
        log.query("DROP TABLE x")
        var reading = Reading(gtids: .mysql(MySQLGTIDSet()))
        try reading.consume(log)
        #expect(reading.committed.gtids.description == "4d10bc6b-e56a-11f1-82b6-02fc00000001:tag1:1")
        #expect(reading.committed.commitMicroseconds / 60_000_000 == 1_795_238_304_995_271 / 60_000_000)
    }

    @Test func mariadbEvents() throws {
        var log = LogBuilder()
        log.serverVersion = "10.11.19-MariaDB"
        log.format()
        log.mariadbGTID(1)
        for event in [RealEvents.compressedMap, RealEvents.compressedInsert, RealEvents.compressedUpdate] {
            log.addReal(event)
        }
        log.xid()
        log.mariadbGTID(2, flags: 1)
        log.addReal(RealEvents.compressedQuery)
        let story = try Reading.of(log, isMariaDB: true).story()
        let value = String(repeating: "6162", count: 50)
        #expect(
            story == [
                "insert t.cc 02000000|\(value)", "insert t.cc 03000000|\(value)",
                "update t.cc 02000000|\(value) 02000000|" + String(repeating: "78", count: 60),
                "statement create table if not exists cc2 (aaaaaaaaaaaaaaaaaaaaaaaaaaaaa int, "
                    + "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb int)",
            ])
    }

    /// Events of one transaction, as TRANSACTION_PAYLOAD has them: without checksums.
    private func inner(rows: Int, hasEnd: Bool = true) -> [UInt8] {
        var log = LogBuilder()
        log.hasChecksums = false
        log.query("BEGIN")
        for number in 0..<rows {
            log.tableMap(5, number % 3 == 2 ? "other" : "a")
            log.insert(5, [number])
        }
        if hasEnd { log.xid() }
        return log.events.flatMap(\.bytes)
    }

    /// A frame of zstd whose blocks are stored as they are.
    private func stored(_ bytes: [UInt8]) -> [UInt8] {
        var frame = hex("28b52ffd 00 50")
        for start in stride(from: 0, to: bytes.count, by: 1_000) {
            let block = bytes[start..<min(start + 1_000, bytes.count)]
            frame += little(block.count << 3 | (block.endIndex == bytes.count ? 1 : 0), 3) + block
        }
        return frame
    }

    private func log(_ payload: [UInt8], compression: UInt8) -> LogBuilder {
        var log = LogBuilder()
        log.format()
        log.gtid(1)
        let body: [UInt8] = [2, compression == 255 ? 3 : 1] + (compression == 255 ? [252, 255, 0] : [compression])
        log.add(.transactionPayload, body + [3, 1, 200, 0] + payload)
        log.gtid(2)
        log.query("DROP TABLE x")
        return log
    }

    @Test(arguments: [UInt8(0), 255]) func largerThanAChunk(compression: UInt8) throws {
        let events = inner(rows: 5_000)
        let log = log(compression == 0 ? stored(events) : events, compression: compression)
        var limits = Limits()
        limits.chunkBytes = 600
        var reading = Reading(limits: limits)
        try reading.consume(log)
        // zstd unpacks 128 KiB at a time.
        #expect(reading.items.count > 2)
        reading.take()
        let expected = (0..<5_000).filter { $0 % 3 != 2 }.map { row($0) } + ["statement DROP TABLE x"]
        #expect(try reading.story() == expected)
        // Each part can be resumed from.
        for count in reading.items.indices {
            var first = reading
            first.items = Array(reading.items[...count])
            var second = Reading(resume: reading.items[count].resume)
            let point = reading.items[count].resume.position
            for event in log.events where event.type == 15 || event.start >= point { try second.consume(event.bytes) }
            second.take()
            #expect(try first.story() + second.story() == expected)
        }
    }

    @Test func damagedPayloads() {
        let events = inner(rows: 3)
        let cases: [([UInt8], UInt8, String)] = [
            (inner(rows: 3, hasEnd: false), 255, "binlog-corrupt"),
            (Array(events.dropLast()), 255, "binlog-corrupt"),
            (Array(stored(events).dropLast(40)), 0, "binlog-corrupt"),
            (Array(stored(events).dropFirst()), 0, "binlog-corrupt"),
            ([], 0, "binlog-corrupt"), (events, 7, "binlog-unsupported"),
        ]
        for (index, (payload, compression, expected)) in cases.enumerated() {
            #expect(code { _ = try Reading.of(log(payload, compression: compression)) } == expected, "case \(index)")
        }
    }
}
