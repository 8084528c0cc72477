import Capture
import Model
import MySQLClient
import TestKit
import Testing

/// Every form of `--start` against each kind of server.
@Suite(.serialized) struct CaptureStartTests {
    private func code(_ resolver: StartResolver, _ start: StartPoint) -> ErrorCode? {
        errorCode { _ = try resolver.resolve(start) }
    }

    private func microseconds(_ connection: Connection) throws -> Int64 {
        let text = try connection.value("SELECT CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED)")
        return try #require(text.flatMap { Int64($0) })
    }

    @Test(arguments: Flavor.available) func everyFormBecomesACheckpoint(_ flavor: Flavor) throws {
        let connection = try Connection.open(flavor.options)
        let resolver = StartResolver(connection)
        try connection.execute(
            """
            CREATE DATABASE IF NOT EXISTS capture_start; \
            CREATE TABLE IF NOT EXISTS capture_start.t (a INT PRIMARY KEY); \
            REPLACE INTO capture_start.t VALUES (1)
            """)
        let before = try resolver.end()
        // Binlogs know whole seconds.
        try connection.execute("DO SLEEP(1.1)")
        let time = try microseconds(connection)
        try connection.execute("REPLACE INTO capture_start.t VALUES (2); FLUSH BINARY LOGS; DO 0")
        #expect(try resolver.resolve(.position(before.position)) == before)
        #expect(try resolver.resolve(.gtids(before.gtids)).gtids == before.gtids)
        let found = try resolver.resolve(.time(microseconds: time))
        #expect(found.position >= before.position)
        #expect(try resolver.resolve(.now).position > before.position)
        let earliest = try resolver.resolve(.earliest)
        #expect(earliest.position.offset == 4)
        for checkpoint in [before, found, earliest] { try resolver.verify(checkpoint) }
    }

    @Test(arguments: Flavor.available) func whatIsNotAStartIsRefused(_ flavor: Flavor) throws {
        let connection = try Connection.open(flavor.options)
        let resolver = StartResolver(connection)
        try connection.execute(
            """
            CREATE DATABASE IF NOT EXISTS capture_start; \
            CREATE TABLE IF NOT EXISTS capture_start.u (a INT PRIMARY KEY); \
            REPLACE INTO capture_start.u VALUES (1)
            """)
        let end = try resolver.end().position
        func position(_ offset: UInt64) -> StartPoint { .position(BinlogPosition(file: end.file, offset: offset)) }
        #expect(code(resolver, position(end.offset - 3)) == .positionInvalid)
        // The commit of the transaction: 31 bytes, an event, but no place to start.
        #expect(code(resolver, position(end.offset - 31)) == .positionInvalid)
        #expect(code(resolver, position(1 << 40)) == .positionInvalid)
        #expect(code(resolver, .position(BinlogPosition(file: "other.000001", offset: 4))) == .positionInvalid)
        #expect(code(resolver, .time(microseconds: .max)) == .usage)
        let foreign = try #require(GTIDState(connection.server.flavor == .mysql ? "0-1-1" : "\(uuid):1"))
        #expect(code(resolver, .gtids(foreign)) == .positionInvalid)
        if connection.server.flavor == .mariadb {
            #expect(code(resolver, .gtids(try #require(GTIDState("77-1-1")))) == .positionInvalid)
        }
    }

    @Test(arguments: Flavor.available) func whatWasPurgedIsNamed(_ flavor: Flavor) throws {
        let server = try Server(flavor, name: "capture-purge-\(flavor)")
        defer { try? server.remove() }
        let connection = try server.connect()
        let resolver = StartResolver(connection)
        let start = try resolver.end()
        try connection.execute(
            """
            CREATE DATABASE capture_purge; CREATE TABLE capture_purge.t (a INT PRIMARY KEY); FLUSH BINARY LOGS; \
            INSERT INTO capture_purge.t VALUES (1); FLUSH BINARY LOGS; INSERT INTO capture_purge.t VALUES (2)
            """)
        let newest = try resolver.end().position.file
        // MariaDB keeps a file until its engines have no unfinished commit in it.
        let isPurged = try waitUntil(seconds: 20) {
            try connection.execute("PURGE BINARY LOGS TO '\(newest)'")
            return try connection.binlogFiles().count == 1
        }
        try #require(isPurged)
        for point in [StartPoint.gtids(start.gtids), .position(start.position), .time(microseconds: 1_000_000)] {
            #expect(code(resolver, point) == .positionPurged, "\(point)")
        }
        #expect(errorCode { try resolver.verify(start) } == .positionPurged)
        #expect(try resolver.resolve(.earliest).position == BinlogPosition(file: newest, offset: 4))
    }

    private let uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562"
}
