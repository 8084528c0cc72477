import Binlog
import Model
import TestKit

/// A random history of a small source, as the bytes of its binlog and as what it means.
struct SourceLog {
    /// A row of the log, by its table; values are INT.
    struct Change {
        let table: Table
        let before: [Int32?]?
        let after: [Int32?]?
    }

    private(set) var events: [(start: UInt64, bytes: [UInt8])] = []
    private(set) var end: UInt64 = 4
    /// What the target is to hold, as `contentHash`, when so many rows are applied: one element more than rows.
    private(set) var hashes: [UInt64] = [0]
    /// What each row changes of it.
    private(set) var deltas: [UInt64] = []
    /// Whether a whole transaction of mapped tables ends before the row, or slices may be visible there.
    private(set) var isBoundary: [Bool] = [true]
    /// TRUNCATE statements: where they end, the rows before them, and what they take away.
    private(set) var truncates: [(end: UInt64, rowsBefore: Int, delta: UInt64)] = []

    private var state = Content()
    /// A transaction of fewer rows is never cut.
    private let wholeRows: Int
    private let hasDDL: Bool
    /// Whether some transactions were rolled back and are in the log.
    private let undoes: Bool
    static let file = "binlog.000001"

    init(_ random: inout SeededRandom, wholeRows: Int, undoes: Bool) {
        self.wholeRows = wholeRows
        self.undoes = undoes
        hasDDL = Int.random(in: 0..<3, using: &random) == 0
        // The format, with neither checksums nor further fields.
        var format = little(4, 2) + Array("8.0.36".utf8)
        format += Array(repeating: 0, count: 52 - format.count) + little(0, 4) + [19]
        var lengths = Array(repeating: UInt8(0), count: 42)
        for type in [19] { lengths[type - 1] = 8 }
        for type in [30, 31, 32] { lengths[type - 1] = 10 }
        add(.formatDescription, format + lengths + [0, 0, 0, 0, 0])
        for _ in 0..<Int.random(in: 4...16, using: &random) { transaction(&random) }
    }

    /// What a dump from that position sends ahead: the format, as an event without a place in the file.
    var formatBytes: [UInt8] {
        var bytes = events[0].bytes
        bytes.replaceSubrange(13..<17, with: [0, 0, 0, 0])
        return bytes
    }

    /// The number of the event that starts there.
    func event(at offset: UInt64) -> Int { events.firstIndex { $0.start >= offset } ?? events.count }

    private mutating func add(_ type: EventType, _ body: [UInt8]) {
        let length = EventHeader.size + body.count
        var bytes = little(1_700_000_000, 4) + [type.rawValue] + little(7, 4)
        bytes += little(length, 4) + little(Int(end) + length, 4) + little(0, 2) + body
        events.append((end, bytes))
        end += UInt64(length)
    }

    private mutating func query(_ sql: String) {
        add(.query, little(1, 4) + little(0, 4) + [1] + little(0, 2) + little(0, 2) + Array("t".utf8) + [0] + sql.utf8)
    }

    private mutating func transaction(_ random: inout SeededRandom) {
        if hasDDL, Int.random(in: 0..<6, using: &random) == 0 {
            return truncate(Bool.random(using: &random) ? .keyed : .bare)
        }
        query("BEGIN")
        if undoes, Int.random(in: 0..<6, using: &random) == 0 { return undone(&random) }
        var rows = 0
        for _ in 0..<Int.random(in: 1...(Int.random(in: 0..<4, using: &random) == 0 ? 6 : 2), using: &random) {
            rows += statement(&random)
        }
        add(.xid, little(1, 8))
        // A transaction below the limit must not be seen in parts.
        let first = deltas.count - rows
        for row in first..<deltas.count { isBoundary.append(row == deltas.count - 1 || rows >= wholeRows) }
    }

    /// Changes that the source logged and took back.
    private mutating func undone(_ random: inout SeededRandom) {
        let (before, hashesBefore, deltasBefore) = (state, hashes, deltas)
        for _ in 0..<Int.random(in: 1...8, using: &random) { _ = statement(&random) }
        (state, hashes, deltas) = (before, hashesBefore, deltasBefore)
        query("ROLLBACK")
    }

    private mutating func truncate(_ table: Table) {
        let delta = state.truncate(table)
        query("TRUNCATE TABLE \(table.name.table)")
        hashes[hashes.count - 1] &+= delta
        truncates.append((end, deltas.count, delta))
    }

    /// One rows event with its table map; returns its rows of mapped tables.
    private mutating func statement(_ random: inout SeededRandom) -> Int {
        let table = Table.allCases.randomElement(using: &random) ?? .keyed
        var changes: [Change] = []
        let operation = RowOperation(rawValue: UInt8.random(in: 0..<3, using: &random)) ?? .insert
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            guard let change = state.change(table, operation, &random) else { continue }
            changes.append(change)
            guard table != .other else { continue }
            deltas.append(state.apply(change))
            hashes.append(hashes[hashes.count - 1] &+ deltas[deltas.count - 1])
        }
        guard !changes.isEmpty else { return 0 }
        write(table, operation, changes)
        return table == .other ? 0 : changes.count
    }

    private mutating func write(_ table: Table, _ operation: RowOperation, _ changes: [Change]) {
        let (id, columns) = (table.rawValue + 1, table.columns)
        var map = little(id, 6) + little(1, 2) + [1] + Array("t".utf8) + [0]
        map += [UInt8(table.name.table.utf8.count)] + Array(table.name.table.utf8) + [0, UInt8(columns)]
        add(.tableMap, map + Array(repeating: 3, count: columns) + [0, 0xff])
        let present = [UInt8(1 << columns - 1)]
        var body = little(id, 6) + little(1, 2) + little(2, 2) + [UInt8(columns)] + present
        if operation == .update { body += present }
        for change in changes {
            for image in [change.before, change.after] {
                guard let image else { continue }
                body.append(image.enumerated().reduce(0) { $0 | ($1.element == nil ? 1 << UInt8($1.offset) : 0) })
                for value in image { if let value { body += little(Int(UInt32(bitPattern: value)), 4) } }
            }
        }
        add([.writeRows, .updateRows, .deleteRows][Int(operation.rawValue)], body)
    }
}

private func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
