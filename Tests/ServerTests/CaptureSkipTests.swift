import Capture
import Model
import MySQLClient
import TestKit
import Testing

/// Starts behind what the protocol can carry.
@Suite struct CaptureSkipTests {
    private let file = "binlog.000001"

    private func event(_ type: UInt8, length: UInt32, end: UInt64) -> [UInt8] {
        func bytes(_ value: UInt64) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) } }
        // An event's end wraps at 32 bits; 0 makes it artificial.
        return bytes(1) + [type] + bytes(1) + bytes(UInt64(length)) + bytes(end) + [end == 0 ? 0x20 : 0, 0]
    }

    /// Which of the events are passed over; nil where it throws.
    private func passed(to offset: UInt64, _ events: [[UInt8]]) -> [Bool]? {
        var skip = DumpSkip(to: BinlogPosition(file: file, offset: offset))
        return try? events.map { event in try event.withUnsafeBytes { try skip.passesOver($0) } }
    }

    @Test func lengthsAreCountedBeyond32Bits() throws {
        let gigabyte: UInt64 = 1 << 30
        let head = [event(4, length: 44, end: 0), event(15, length: 122, end: 126)]
        let big = (1...5).map { event(30, length: 1 << 30, end: 126 + UInt64($0) * gigabyte) }
        let offset = 126 + 5 * gigabyte
        // MariaDB leaves out events: one more may stand before.
        let ends = (1...2).map { event(33, length: 79, end: offset + UInt64($0) * 79) }
        let events = head + big + ends
        #expect(passed(to: offset, events) == [false, false, true, true, true, true, true, false, false])
        #expect(passed(to: offset + 79, events) == [false, false, true, true, true, true, true, true, false])
        // Inside of an event, behind a ROTATE, at a heartbeat before it: no event starts there.
        #expect(passed(to: offset - 1, events) == nil)
        #expect(passed(to: offset, head + [big[0], event(4, length: 44, end: 126 + gigabyte + 44)]) == nil)
        #expect(passed(to: offset, head + [big[0], event(27, length: 40, end: 126 + gigabyte)]) == nil)
        // The source waits where we want to begin.
        let waiting = event(27, length: 40, end: 126)
        #expect(passed(to: 126, head + [waiting, event(33, length: 79, end: 205)]) == [false, false, true, false])
    }

    /// With a small limit in place of 4 GiB: the same events as the server sends from there.
    @Test(arguments: Flavor.available) func theSameEventsArrive(_ flavor: Flavor) throws {
        let options = try flavor.options
        let connection = try Connection.open(options)
        try connection.execute(
            """
            CREATE DATABASE IF NOT EXISTS capture_skip; DROP TABLE IF EXISTS capture_skip.t; \
            CREATE TABLE capture_skip.t (a INT PRIMARY KEY)
            """)
        let start = try #require(try connection.binlogEnd()).position
        try connection.execute("INSERT INTO capture_skip.t VALUES (1), (2); FLUSH BINARY LOGS; DO 0")
        func events(_ offsetMax: UInt64) throws -> [[UInt8]] {
            var look = DumpOptions.look
            look.offsetMax = offsetMax
            let stream = try DumpStream.open(options, from: .position(start), look)
            defer { stream.close() }
            var events: [[UInt8]] = []
            while let event = try stream.next() { events.append(Array(event)) }
            return events
        }
        // The start of a dump differs: where it begins, and how the file is written.
        func rest(_ events: [[UInt8]]) -> [[UInt8]] { Array(events.drop { ![33, 34, 42, 162].contains($0[4]) }) }
        let (whole, skipped) = (rest(try events(UInt64(UInt32.max))), rest(try events(3)))
        #expect(whole.contains { [23, 30].contains($0[4]) })
        // Other tests write to the same server.
        #expect(Array(skipped.prefix(4)) == Array(whole.prefix(4)))
    }
}
