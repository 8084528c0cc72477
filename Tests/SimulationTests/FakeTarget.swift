import Load
import Model
import Plan

/// What the simulation finds against the promises.
struct BrokenPromise: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// A small model of a target: tables and checkpoint rows, changed by whole transactions. After each one it checks that
/// what the checkpoint rows say is applied is exactly what is there.
struct FakeTarget {
    private let log: SourceLog
    private let load: LoadSpecification
    private var content = Content()
    private var hash: UInt64 = 0
    /// By lane.
    private(set) var lanes: [CheckpointTable.Entry] = []
    private var intent: String?
    /// How often each table was emptied: what a DDL note calls its look.
    private var looks: [Table: Int] = [:]
    private var reached: (UInt64, UInt64, UInt64) = (0, 0, 0)

    init(_ log: SourceLog, _ load: LoadSpecification) {
        self.log = log
        self.load = load
    }

    /// What the lanes' rows say, with the DDL note.
    var entries: [CheckpointTable.Entry] {
        lanes.enumerated().map { lane, entry in
            var entry = entry
            entry.ddlIntent = lane == 0 ? intent : nil
            return entry
        }
    }

    /// A process takes the pipeline over: `CheckpointTable.takeOver` in one transaction.
    mutating func takeOver(from start: Checkpoint, lanes count: Int) throws -> CheckpointTable.Entry {
        guard let takeover = Takeover(entries, from: start, lanes: count, mapping: 0) else {
            throw BrokenPromise("the take-over is refused")
        }
        lanes = takeover.marks.map { Self.entry($0, fence: takeover.entry.fence) }
        try check("a take-over")
        return takeover.entry
    }

    private static func entry(_ mark: LaneMark, fence: UInt64) -> CheckpointTable.Entry {
        CheckpointTable.Entry(
            checkpoint: mark.checkpoint, fence: fence, ddlIntent: nil, rowsBefore: mark.rowsBefore, done: mark.done,
            mapping: 0)
    }

    /// Whether the changes could be made now: a transaction that waits for its turn has made them already.
    func canApply(_ changes: [SourceLog.Change]) -> Bool {
        var content = content
        return changes.allSatisfy { content.apply($0.table, before: $0.before, after: $0.after) != nil }
    }

    /// One transaction: the lane's row, then the changes.
    ///
    /// - Returns: false when the lane is fenced off.
    mutating func commit(lane: Int, fence: UInt64, _ mark: LaneMark, _ changes: [SourceLog.Change]) throws -> Bool {
        guard lanes[lane].fence == fence else { return false }
        for change in changes {
            guard let delta = content.apply(change.table, before: change.before, after: change.after) else {
                throw BrokenPromise("lane \(lane) applies \(change) to a table where it does not fit")
            }
            hash &+= delta
        }
        lanes[lane] = Self.entry(mark, fence: fence)
        try check("a commit of lane \(lane)")
        return true
    }

    /// - Returns: false when the process is fenced off.
    mutating func note(_ text: String, fence: UInt64) -> Bool {
        guard lanes[0].fence == fence else { return false }
        intent = text
        return true
    }

    func look(_ table: Table) -> String { "\(looks[table] ?? 0)" }

    mutating func truncate(_ table: Table) throws {
        looks[table, default: 0] += 1
        hash &+= content.truncate(table)
        try check("a TRUNCATE")
    }

    /// The move of the checkpoint behind a DDL statement.
    mutating func commitDDL(fence: UInt64, _ mark: LaneMark) throws -> Bool {
        guard try commit(lane: 0, fence: fence, mark, []) else { return false }
        intent = nil
        return true
    }

    /// Promises 1 and 2: what the checkpoint says is there, once, and nothing else; it never goes back.
    private mutating func check(_ what: String) throws {
        guard let entry = CheckpointTable.Entry(lanes: lanes) else { return }
        let place = (
            entry.rowsBefore, entry.checkpoint.position.offset, entry.checkpoint.eventsIntoTransaction
        )
        guard place >= reached else { throw BrokenPromise("\(what) moves the checkpoint back to \(place)") }
        reached = place
        let before = Int(entry.rowsBefore)
        guard before < log.hashes.count else { throw BrokenPromise("\(what) counts more rows than there are") }
        let applied = (before..<log.deltas.count).filter { entry.done.contains(UInt64($0)) }
        var claimed = applied.reduce(log.hashes[before]) { $0 &+ log.deltas[$1] }
        let waiting = log.truncates.filter { $0.end > entry.checkpoint.position.offset }
        for statement in waiting where statement.rowsBefore == before { claimed &-= statement.delta }
        // A statement that was noted is done or not.
        if claimed != hash, intent != nil, let next = waiting.first { claimed &+= next.delta }
        guard claimed == hash else {
            throw BrokenPromise("\(what): the tables are not what checkpoint \(place) and rows \(applied) say")
        }
        guard load.mode == .transaction else { return }
        let isPrefix = applied == Array(before..<before + applied.count)
        guard load.commitOrder == .free || isPrefix, isWhole(entry) else {
            throw BrokenPromise("\(what) shows rows \(applied) behind \(before), which no moment of the source had")
        }
    }

    /// Whether each transaction that may not be cut is there whole or not at all.
    private func isWhole(_ entry: CheckpointTable.Entry) -> Bool {
        let before = Int(entry.rowsBefore)
        func isThere(_ row: Int) -> Bool { row < before || entry.done.contains(UInt64(row)) }
        return (max(before, 1)..<max(before, log.deltas.count, 1)).allSatisfy {
            log.isBoundary[$0] || isThere($0 - 1) == isThere($0)
        }
    }

    /// Whether all is there.
    func checkEnd() throws {
        let entry = CheckpointTable.Entry(lanes: lanes)
        guard hash == log.hashes.last, entry?.checkpoint.position.offset == log.end, entry?.done.isEmpty == true else {
            throw BrokenPromise("the end: \(String(describing: entry)) is not the end \(log.end) of the source")
        }
    }
}
