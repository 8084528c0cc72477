import Capture
import Foundation
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
        for checkpoint in [before, found, earliest] { #expect(try resolver.continuing(checkpoint) == checkpoint) }
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

    @Test func taggedGTIDsStart() throws {
        let connection = try Connection.open(Flavor.mysql.options)
        let resolver = StartResolver(connection)
        try connection.execute(
            """
            CREATE DATABASE IF NOT EXISTS capture_start; CREATE TABLE IF NOT EXISTS capture_start.v (a INT PRIMARY KEY);
            SET GTID_NEXT = 'AUTOMATIC:blue'; REPLACE INTO capture_start.v VALUES (1); SET GTID_NEXT = 'AUTOMATIC'
            """)
        let state = try resolver.end().gtids
        #expect(state.description.contains(":blue:"))
        #expect(try resolver.resolve(.gtids(state)).gtids == state)
        let beyond = try #require(GTIDState("\(try connection.identity()):blue:1-1000000"))
        #expect(code(resolver, .gtids(beyond)) == .positionInvalid)
    }

    /// A server that has lost, or never had, what we have.
    @Test(arguments: Flavor.available) func anotherHistoryIsNoticed(_ flavor: Flavor) throws {
        let connection = try Connection.open(flavor.options)
        let resolver = StartResolver(connection)
        try connection.execute("CREATE DATABASE IF NOT EXISTS capture_start")
        func continuing(_ gtids: String, server: String? = nil, into events: UInt64 = 0) throws -> ErrorCode? {
            var checkpoint = try resolver.end()
            checkpoint.gtids = try #require(GTIDState(gtids))
            checkpoint.server = server ?? checkpoint.server
            checkpoint.eventsIntoTransaction = events
            return errorCode { _ = try resolver.continuing(checkpoint) }
        }
        let end = try resolver.end().gtids.description
        if flavor == .mariadb {
            let id = try #require(try connection.value("SELECT @@GLOBAL.server_id"))
            // Later ones may come; earlier ones of another server had to be before what is there.
            #expect(try continuing("0-\(id)-1000000") == .sourceBehind)
            #expect(try continuing("0-7-1") == .sourceChanged)
            #expect(try continuing("\(end),77-1-1") == .sourceBehind)
        } else {
            let own = try connection.identity()
            #expect(try continuing("\(own):1-1000000") == .sourceChanged)
            #expect(try continuing("\(end),\(uuid):1") == .sourceBehind)
        }
        #expect(try continuing(end, server: "another") == nil)
        #expect(try continuing(end, server: "another", into: 3) == .sourceChanged)
        // Without GTIDs an offset of another server is never used as it is.
        var byFile = try resolver.end()
        byFile.gtids = .none
        #expect(try resolver.continuing(byFile) == byFile)
        byFile.server = "another"
        #expect(errorCode { _ = try resolver.continuing(byFile) } == .sourceChanged)
    }

    /// Listing the events of a log whose last one is half written fails in MySQL, wherever one begins.
    @Test(arguments: Flavor.available) func aLargeEventThatIsBeingWrittenDoesNoHarm(_ flavor: Flavor) throws {
        let server = try Server(flavor, name: "capture-large-\(flavor)")
        defer { try? server.remove() }
        let (reader, writer) = (try server.connect(), try server.connect())
        try writer.execute("CREATE DATABASE capture_large; CREATE TABLE capture_large.t (b LONGBLOB)")
        let resolver = StartResolver(reader)
        let start = try resolver.end()
        let isWritten = NSLockedValue(false)
        let thread = Thread {
            for _ in 0..<15 { _ = try? writer.execute("INSERT INTO capture_large.t VALUES (REPEAT('x', 16000000))") }
            isWritten.with { $0 = true }
        }
        thread.start()
        repeat {
            let found = try resolver.resolve(.position(start.position))
            #expect(found.gtids == start.gtids)
        } while !isWritten.with { $0 }
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
        let isPurged = try waitUntil(seconds: 180) {
            try connection.execute("PURGE BINARY LOGS TO '\(newest)'")
            return try connection.binlogFiles().count == 1
        }
        try #require(isPurged)
        for point in [StartPoint.gtids(start.gtids), .position(start.position), .time(microseconds: 1_000_000)] {
            #expect(code(resolver, point) == .positionPurged, "\(point)")
        }
        #expect(errorCode { _ = try resolver.continuing(start) } == .positionPurged)
        // What is missing is named exactly.
        do { _ = try resolver.continuing(start) } catch let error as LutraError {
            let missing = try #require(error.place.first { $0.name == "missing" }?.value)
            let wanted =
                flavor == .mariadb
                ? "after '\(start.gtids)' to '\(try resolver.resolve(.earliest).gtids)'"
                : try connection.value("SELECT GTID_SUBTRACT(@@GLOBAL.gtid_purged, '\(start.gtids)')")
            #expect(missing == wanted?.replacing("\n", with: ""))
        }
        var byFile = start
        byFile.gtids = .none
        do { _ = try resolver.continuing(byFile) } catch let error as LutraError {
            #expect(error.code == .positionPurged)
            #expect(error.place.contains { $0.value == "\(start.position) to the start of \(newest)" }, "\(error)")
        }
        #expect(try resolver.resolve(.earliest).position == BinlogPosition(file: newest, offset: 4))
    }

    private let uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562"
}
