import Capture
import Foundation
import Model
import MySQLClient
import TestKit
import Testing

/// Binlog files as a source: what a server wrote, read beside it.
@Suite(.serialized) struct BinlogFileTests {
    /// A copy of some bytes as a file of its own folder.
    private func file(_ bytes: some Collection<UInt8>, _ name: String = "binlog.000001") throws -> String {
        let path = try Places.newFolder("log") + "/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func events(_ paths: [String], from start: BinlogPosition? = nil) throws -> [[UInt8]] {
        try read(try BinlogFileReader(try LogFile.list(paths), from: start))
    }

    private func read(_ stream: any EventStream) throws -> [[UInt8]] {
        var events: [[UInt8]] = []
        while let event = try stream.next() { events.append(Array(event)) }
        return events
    }

    /// Copies of a server's closed logs that hold a few transactions, and its last, open one.
    private func logs(_ flavor: Flavor) throws -> (folder: String, names: [String]) {
        let server = try TestServers.shared(flavor, .binlogFiles)
        try server.execute(
            """
            CREATE DATABASE IF NOT EXISTS files; FLUSH BINARY LOGS; DROP TABLE IF EXISTS files.t; \
            CREATE TABLE files.t (a INT PRIMARY KEY, b LONGBLOB); INSERT INTO files.t VALUES (1, 'x'), (2, NULL); \
            FLUSH BINARY LOGS; INSERT INTO files.t VALUES (3, REPEAT('y', 3000000)); FLUSH BINARY LOGS; \
            DELETE FROM files.t WHERE a = 2
            """)
        let all = try server.connect().binlogFiles().map(\.name).suffix(3)
        let folder = try Places.newFolder("logs")
        for name in all {
            try FileManager.default.copyItem(atPath: server.dataFolder + "/" + name, toPath: folder + "/" + name)
        }
        return (folder, Array(all))
    }

    @Test(.enabled(if: Flavor.mariadb.isAvailable && Flavor.mysql.isAvailable)) func filesOfSeveralServers() throws {
        let (ours, theirs) = (try logs(.mariadb), try logs(.mysql))
        let folder = try Places.newFolder("mixed")
        let paths = [ours.folder + "/" + ours.names[0], theirs.folder + "/" + theirs.names[1]]
        for (name, path) in zip(["binlog.000001", "binlog.000002"], paths) {
            try FileManager.default.copyItem(atPath: path, toPath: folder + "/" + name)
        }
        // MariaDB's file ends with the name of its own next one, which is not there.
        #expect(errorCode { _ = try events([folder]) } == .binlogCorrupt)
    }

    @Test(arguments: Flavor.available) func filesHandOutWhatTheServerSends(_ flavor: Flavor) throws {
        let (folder, names) = try logs(flavor)
        let start = BinlogPosition(file: names[0], offset: 4)
        let server = try TestServers.shared(flavor, .binlogFiles)
        let stream = try DumpStream.open(try server.connect().options, from: .position(start), .look)
        defer { stream.close() }
        // Behind the server's own artificial ROTATE events, which have a checksum. The open log's FORMAT_DESCRIPTION
        // has the in-use flag. MariaDB sends the statements' texts only to who asks for them.
        func comparable(_ events: [[UInt8]]) -> [[UInt8]] {
            events.filter { !($0[4] == 4 && $0[13..<17] == [0, 0, 0, 0]) && ![15, 160].contains($0[4]) }
        }
        let sent = comparable(try read(stream))
        let read = comparable(try events([folder]))
        #expect(read.count >= 12)
        // Other tests may have written to the server meanwhile.
        let isEqual = Array(sent.prefix(read.count)) == read
        #expect(isEqual)
    }

    @Test(arguments: Flavor.available) func aStartInTheMiddleGetsTheFormatFirst(_ flavor: Flavor) throws {
        let (folder, names) = try logs(flavor)
        let search = try LogFileSearch(try LogFile.list([folder]))
        #expect(search.server == (try TestServers.shared(flavor, .binlogFiles).connect().server))
        let all = try events([folder])
        let first = try #require(all.first { [2, 33, 162].contains($0[4]) })
        let offset = UInt64(first[13..<17].enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) })
        let begin = offset - UInt64(first.count)
        let checkpoint = try search.resolve(.position(BinlogPosition(file: names[0], offset: begin)))
        let part = try events([folder], from: checkpoint.position)
        #expect(part.prefix(3).map { $0[4] } == [4, 15, first[4]])
        #expect(part[2] == first)
        let inside = BinlogPosition(file: names[0], offset: begin + 5)
        #expect(errorCode { _ = try search.resolve(.position(inside)) } == .positionInvalid)
        #expect(errorCode { _ = try search.resolve(.now) } == .usage)
        let unknown = BinlogPosition(file: "binlog.999999", offset: 4)
        #expect(errorCode { _ = try search.resolve(.position(unknown)) } == .positionPurged)
    }

    @Test(arguments: Flavor.available) func transactionsOfASetArePassedOver(_ flavor: Flavor) throws {
        let (folder, names) = try logs(flavor)
        let list = try LogFile.list([folder])
        let search = try LogFileSearch(list)
        let second = try search.resolve(.position(BinlogPosition(file: names[1], offset: 4)))
        let found = try search.resolve(.gtids(second.gtids))
        #expect(found.position.file == names[1])
        // From the first file on, all that the second begins after is left out.
        let rows: Set<UInt8> = [23, 25, 30, 32]
        let reader = try BinlogFileReader(list, skipping: second.gtids)
        #expect(try read(reader).count { rows.contains($0[4]) } == 2)
        #expect(try events([folder]).count { rows.contains($0[4]) } == 3)
    }

    @Test(arguments: Flavor.available) func whatIsCutOrForeignIsToldApart(_ flavor: Flavor) throws {
        let (folder, names) = try logs(flavor)
        let whole = try #require(FileManager.default.contents(atPath: folder + "/" + names[0]))
        let open = try #require(FileManager.default.contents(atPath: folder + "/" + names[2]))
        func code(_ bytes: some Collection<UInt8>, _ name: String = "binlog.000001") throws -> ErrorCode? {
            let path = try file(bytes, name)
            return errorCode { _ = try events([path]) }
        }
        #expect(try code(whole) == nil)
        #expect(try code(whole.dropLast(3)) == .binlogCorrupt)
        #expect(try code(open.dropLast(3)) == nil)
        #expect(try events([try file(open.dropLast(3))]).count == events([try file(open)]).count - 1)
        #expect(try code([]) == .binlogCorrupt)
        #expect(try code(Array("SELECT 1;".utf8)) == .fileUnreadable)
        #expect(try code([0xfd, 0x62, 0x69, 0x6e] + Array(repeating: 7, count: 600)) == .binlogUnsupported)
        #expect(try code(whole.prefix(4)) == nil)
        #expect(try code(whole.prefix(4) + whole.dropFirst(200)) == .binlogCorrupt)
        #expect(errorCode { _ = try events(["/nowhere/binlog.000001"]) } == .fileUnreadable)
        // A cut file is fine only where it is the last one.
        let between = try file(open.dropLast(3), names[0])
        #expect(errorCode { _ = try events([between, folder + "/" + names[1]]) } == .binlogCorrupt)
    }

    @Test(arguments: Flavor.available) func filesMustFollowOneAnother(_ flavor: Flavor) throws {
        let (folder, names) = try logs(flavor)
        let paths = names.map { folder + "/" + $0 }
        #expect(try LogFile.list(paths.reversed()).map(\.name) == names)
        #expect(errorCode { _ = try events([paths[0], paths[2]]) } == .positionPurged)
        let other = try file(try #require(FileManager.default.contents(atPath: paths[1])), "relay.000001")
        #expect(errorCode { _ = try events([paths[0], other]) } == .usage)
        // An index file is looked up beside itself, whatever paths it holds.
        let index = folder + "/binlog.index"
        try names.map { "./elsewhere/\($0)\n" }.joined().write(toFile: index, atomically: true, encoding: .utf8)
        #expect(try LogFile.list([index]).map(\.path) == paths)
        #expect(try LogFile.list([folder + "/binlog.index"] + paths).map(\.path) == paths)
        try "binlog.777777\n".write(toFile: index, atomically: true, encoding: .utf8)
        #expect(errorCode { _ = try LogFile.list([index]) } == .fileUnreadable)
    }

    @Test func numbersOverAMillionComeLast() throws {
        let folder = try Places.newFolder("numbers")
        let magic = Data([0xfe, 0x62, 0x69, 0x6e])
        for name in ["b.999999", "b.1000000", "b.1000001", "b.index", "note.1"] {
            try (name == "note.1" ? Data("x".utf8) : magic).write(to: URL(fileURLWithPath: folder + "/" + name))
        }
        #expect(try LogFile.list([folder]).map(\.name) == ["b.999999", "b.1000000", "b.1000001"])
        try magic.write(to: URL(fileURLWithPath: folder + "/relay.000007"))
        #expect(try LogFile.list([folder]).count == 3)
        try magic.write(to: URL(fileURLWithPath: folder + "/relay.index"))
        #expect(errorCode { _ = try LogFile.list([folder]) } == .usage)
    }

    @Test(arguments: Flavor.available) func aTimeIsFound(_ flavor: Flavor) throws {
        let (folder, names) = try logs(flavor)
        let search = try LogFileSearch(try LogFile.list([folder]))
        #expect(try search.resolve(.time(microseconds: 0)).position.file == names[0])
        let future = try search.resolve(.time(microseconds: 4_000_000_000_000_000)).position
        #expect(future.file == names[2])
        #expect(future.offset > 200)
    }
}
