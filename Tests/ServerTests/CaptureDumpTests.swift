import Capture
import Dispatch
import Model
import MySQLClient
import TestKit
import Testing

/// The dump stream against each kind of server.
@Suite struct CaptureDumpTests {
    private func typesOfEvents(_ options: ConnectionOptions, from start: DumpStart) throws -> [UInt8] {
        let stream = try DumpStream.open(options, from: start, .look)
        defer { stream.close() }
        var types: [UInt8] = []
        while let event = try stream.next() { types.append(event[4]) }
        return types
    }

    @Test(arguments: Flavor.available) func byPositionAndByGTIDTheSameEventsArrive(_ flavor: Flavor) throws {
        let options = try flavor.options
        let connection = try Connection.open(options)
        let start = try #require(try connection.binlogEnd())
        try connection.execute(
            """
            CREATE DATABASE IF NOT EXISTS capture_dump; DROP TABLE IF EXISTS capture_dump.t; \
            CREATE TABLE capture_dump.t (a INT PRIMARY KEY); INSERT INTO capture_dump.t VALUES (1), (2)
            """)
        let rows: Set<UInt8> = [23, 30]
        #expect(try typesOfEvents(options, from: .position(start.position)).contains { rows.contains($0) })
        #expect(try typesOfEvents(options, from: .gtids(start.gtids)).contains { rows.contains($0) })
        let end = try #require(try connection.binlogEnd())
        #expect(end.position > start.position)
    }

    @Test(arguments: Flavor.available) func whatIsNotThereIsRefused(_ flavor: Flavor) throws {
        let options = try flavor.options
        let end = try #require(try Connection.open(options).binlogEnd())
        func start(_ file: String, _ offset: UInt64) -> DumpStart {
            .position(BinlogPosition(file: file, offset: offset))
        }
        let name = end.position.file.prefix { $0 != "." }
        let cases: [(DumpStart, ErrorCode)] = [
            (start("\(name).000000", 4), .positionPurged),
            (start("\(name).900000", 4), .positionInvalid),
            (start("other.000001", 4), .positionInvalid),
            (start(end.position.file, end.position.offset + 100_000_000), .positionInvalid),
            (start(end.position.file, 1 << 33), .positionInvalid),
            (start(end.position.file, 17), .positionInvalid),
        ]
        for (start, expected) in cases {
            #expect(errorCode { _ = try typesOfEvents(options, from: start) } == expected, "\(start)")
        }
    }

    @Test(arguments: Flavor.available) func interruptionFreesABlockedReader(_ flavor: Flavor) throws {
        let options = try flavor.options
        let end = try #require(try Connection.open(options).binlogEnd())
        let stream = try DumpStream.open(options, from: DumpStart(end))
        DispatchQueue.global().async { stream.interrupt() }
        #expect(errorCode { while try stream.next() != nil {} } == .stopped)
        #expect(errorCode { _ = try stream.next() } == .stopped)
    }

    @Test(arguments: Flavor.available) func anIdleSourceSendsHeartbeats(_ flavor: Flavor) throws {
        let options = try flavor.options
        let end = try #require(try Connection.open(options).binlogEnd())
        var dump = DumpOptions()
        dump.heartbeatSeconds = 1
        dump.readSeconds = 3
        let stream = try DumpStream.open(options, from: DumpStart(end), dump)
        while let event = try stream.next() {
            // MySQL since 8.0.26 sends HEARTBEAT_V2, as it is asked to: its position has 64 bits.
            if event[4] == 27 || event[4] == 41 {
                #expect(event[4] == (flavor.isMySQL ? 41 : 27))
                break
            }
        }
    }

    @Test(arguments: Flavor.available) func aKilledDumpIsALostConnection(_ flavor: Flavor) throws {
        let options = try flavor.options
        let connection = try Connection.open(options)
        let end = try #require(try connection.binlogEnd())
        let stream = try DumpStream.open(options, from: DumpStart(end))
        _ = try stream.next()
        try connection.execute("KILL \(stream.threadID)")
        do {
            while try stream.next() != nil {}
            Issue.record("the stream ended without an error")
        } catch {
            #expect((error as? StatementFailure)?.isConnectionLost == true, "\(error)")
        }
    }

    @Test(arguments: Flavor.available) func aMissingRightIsNamed(_ flavor: Flavor) throws {
        let options = try flavor.options
        let connection = try Connection.open(options)
        try connection.execute(
            """
            CREATE USER IF NOT EXISTS capture_poor IDENTIFIED BY 'poor'; \
            GRANT SELECT ON capture_dump.* TO capture_poor
            """)
        let end = try #require(try connection.binlogEnd())
        var poor = options
        poor.url.user = "capture_poor"
        poor.url.password = "poor"
        #expect(errorCode { _ = try typesOfEvents(poor, from: DumpStart(end)) } == .accessDenied)
    }

    @Test(arguments: Flavor.available) func theSecondOfTwoWithOneNumberWins(_ flavor: Flavor) throws {
        guard flavor == .mariadb else { return }  // MySQL tells replicas apart by uuid, and each of ours has its own.
        let options = try flavor.options
        let end = try #require(try Connection.open(options).binlogEnd())
        var dump = DumpOptions()
        dump.serverID = 0xEFFF_0001
        let first = try DumpStream.open(options, from: DumpStart(end), dump)
        _ = try first.next()
        let second = try DumpStream.open(options, from: DumpStart(end), dump)
        _ = try second.next()
        do {
            while try first.next() != nil {}
            Issue.record("the first stream ended without an error")
        } catch {
            #expect((error as? StatementFailure)?.isConnectionLost == true, "\(error)")
        }
    }
}
