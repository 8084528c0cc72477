import Load
import Logging
import Model
import MySQLClient
import Plan
import TestKit
import Testing

/// The lanes' rows on the target: what they say together, and who may write them.
@Suite(.serialized) struct LaneCheckpointTests {
    private let start = Checkpoint(position: BinlogPosition(file: "b.1", offset: 4), gtids: .none)
    private let later = Checkpoint(position: BinlogPosition(file: "b.1", offset: 99), gtids: .none)

    private func lanes(_ table: CheckpointTable, _ count: Int, _ flavor: Flavor) throws -> [Lane] {
        let options = try TestServers.shared(flavor, .target).connect().options
        let lanes = try (0..<count).map {
            try Lane(options, table: table, number: $0, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        }
        let entry = try lanes[0].takeOver(from: start, lanes: count)
        for lane in lanes { lane.fence = entry.fence }
        return lanes
    }

    private func rows(_ from: UInt64, _ numbers: [UInt64]) -> RowSet {
        var set = RowSet(from: from)
        for number in numbers { set.insert(number) }
        return set
    }

    @Test(arguments: [Flavor.mariadb, .mysql])
    func aTakeOverKeepsWhatEveryLaneDid(_ flavor: Flavor) throws {
        guard flavor.isAvailable else { return }
        let table = CheckpointTable(channel: "lanes-\(flavor)", pipeline: "a-b", origin: "a", mapping: 7)
        let first = try lanes(table, 4, flavor)
        let connection = first[0].connection
        _ = try table.takeOver(connection, from: start, lanes: 4, setsAside: true)
        let owners = try lanes(table, 4, flavor)
        try owners[1].apply(ApplyScript(), mark: LaneMark(checkpoint: start, rowsBefore: 0, done: rows(0, [3, 50])))
        try owners[2].apply(ApplyScript(), mark: LaneMark(checkpoint: later, rowsBefore: 21, done: rows(21, [40])))
        let entry = try #require(try table.read(connection))
        #expect(entry.checkpoint == later)
        #expect(entry.rowsBefore == 21)
        #expect((0..<100).filter { entry.done.contains($0) } == [40, 50])

        // With fewer lanes it is all still there, and the lanes of before can write nothing, whatever their number.
        let single = try lanes(table, 1, flavor)
        #expect(try table.read(connection)?.done == entry.done)
        for old in owners + first {
            #expect(fails(old, LaneMark(checkpoint: start, rowsBefore: 500)) == true, "lane \(old.number)")
        }
        #expect(try table.read(connection)?.checkpoint == later)
        #expect(fails(single[0], LaneMark(checkpoint: later, rowsBefore: 60)) == false)
        #expect(try table.read(connection)?.done.isEmpty == true)
    }

    /// Whether the lane is fenced off; nil for another failure.
    private func fails(_ lane: Lane, _ mark: LaneMark) -> Bool? {
        do throws(Lane.Failure) {
            try lane.apply(ApplyScript(), mark: mark)
            return false
        } catch {
            if case .fenced = error { return true }
            return nil
        }
    }

    @Test func otherTablesAreRefusedInTheMiddleOfABatch() throws {
        let table = CheckpointTable(channel: "mapping", pipeline: "a-b", origin: "a", mapping: 1)
        let other = CheckpointTable(channel: "mapping", pipeline: "a-b", origin: "a", mapping: 2)
        let lane = try lanes(table, 2, .mariadb)[1]
        try lane.apply(ApplyScript(), mark: LaneMark(checkpoint: start, rowsBefore: 0, done: rows(0, [3])))
        #expect(errorCode { _ = try other.takeOver(lane.connection, from: start, lanes: 2) } == .checkpointInvalid)
        try lane.apply(ApplyScript(), mark: LaneMark(checkpoint: later, rowsBefore: 9))
        #expect(errorCode { _ = try other.takeOver(lane.connection, from: start, lanes: 2) } == nil)
    }

    /// Between slices the target drops a silent connection soon, and afterwards as late as before.
    @Test(arguments: [Flavor.mariadb, .mysql])
    func silenceIsLimitedWhileSlicesAreOpen(_ flavor: Flavor) throws {
        guard flavor.isAvailable else { return }
        let table = CheckpointTable(channel: "silence-\(flavor)", pipeline: "a-b", origin: "a", mapping: 1)
        let lane = try lanes(table, 1, flavor)[0]
        let usual = try lane.connection.value("SELECT @@GLOBAL.wait_timeout")
        func silence() throws -> String? { try lane.connection.value("SELECT @@SESSION.wait_timeout") }
        func slice(_ checkpoint: Checkpoint, isFirst: Bool, isLast: Bool) throws {
            let mark = LaneMark(checkpoint: checkpoint, rowsBefore: 0)
            try lane.apply(ApplyScript(), mark: mark, span: .slice(isFirst: isFirst, isLast: isLast))
        }
        for isTakenBack in [true, false] {
            try slice(later, isFirst: true, isLast: false)
            #expect(try silence() == "600")
            if isTakenBack { lane.abandonSlices() } else { try slice(later, isFirst: false, isLast: true) }
            #expect(try silence() == usual)
            let reader = try TestServers.shared(flavor, .target).connect()
            defer { reader.close() }
            #expect(try table.read(reader)?.checkpoint == (isTakenBack ? start : later))
        }
    }
}
