import Model
import Plan
import TestKit

/// The tables of the simulation.
enum Table: Int, CaseIterable {
    /// `a INT PRIMARY KEY, b INT UNIQUE, c INT`
    case keyed
    /// `a INT, b INT`, without a key
    case bare
    /// `a INT PRIMARY KEY, b INT`, of a higher weight
    case late
    /// Not mapped.
    case other

    var columns: Int { self == .keyed ? 3 : 2 }
    var name: TableName { TableName("t", "\(self)") }
    var hasKey: Bool { self != .bare }

    init?(_ name: TableName) {
        guard let table = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = table
    }
}

/// What the tables hold: the source's, or the target's.
struct Content {
    /// A value that the target refuses.
    static let refused: Int32 = 666

    private var keyed: [Int32: [Int32?]] = [:]
    private var late: [Int32: [Int32?]] = [:]
    /// Rows and how often each is there.
    private var bare: [[Int32?]: Int] = [:]

    /// A number for the content: the sum over its rows, so that each change adds the same whenever it comes.
    static func hash(_ table: Table, _ row: [Int32?]) -> UInt64 {
        var hash = UInt64(table.rawValue + 1) &* 0x9e37_79b9_7f4a_7c15
        for value in row {
            hash ^= value.map { UInt64(UInt32(bitPattern: $0)) + 1 } ?? 0
            hash = (hash ^ (hash >> 31)) &* 0xbf58_476d_1ce4_e5b9
            hash ^= hash >> 29
        }
        return hash
    }

    /// What a refused row adds, which goes to the ledger.
    static func ledgerHash(_ row: [Int32?]) -> UInt64 { hash(.other, row) }

    /// A random change of that kind that is possible now.
    func change(
        _ table: Table, _ operation: RowOperation, _ random: inout SeededRandom
    ) -> SourceLog.Change? {
        let fresh = Int32.random(in: 0..<1_000, using: &random)
        let small = Int32.random(in: 0..<6, using: &random)
        switch (table, operation) {
        case (.other, _): return SourceLog.Change(table: table, before: nil, after: [small, fresh])
        case (.bare, .insert):
            let isRefused = Int.random(in: 0..<8, using: &random) == 0
            return SourceLog.Change(table: table, before: nil, after: [small, isRefused ? Self.refused : small])
        case (.bare, _):
            guard let row = bare.keys.sorted(by: { ($0[0] ?? 0) < ($1[0] ?? 0) }).randomElement(using: &random) else {
                return nil
            }
            return SourceLog.Change(table: table, before: row, after: operation == .update ? [small, small] : nil)
        case (_, .insert):
            guard rows(table)[small] == nil else { return nil }
            return keyedChange(table, nil, small, fresh, &random)
        case (_, .update), (_, .delete):
            let rows = rows(table)
            guard let key = rows.keys.sorted().randomElement(using: &random), let old = rows[key] else { return nil }
            if operation == .delete { return SourceLog.Change(table: table, before: old, after: nil) }
            let moves = Bool.random(using: &random) && rows[small] == nil
            return keyedChange(table, old, moves ? small : key, fresh, &random)
        }
    }

    private func keyedChange(
        _ table: Table, _ old: [Int32?]?, _ key: Int32, _ fresh: Int32, _ random: inout SeededRandom
    ) -> SourceLog.Change? {
        guard table == .keyed else { return SourceLog.Change(table: table, before: old, after: [key, fresh]) }
        var unique = Bool.random(using: &random) ? Int32.random(in: 0..<8, using: &random) : nil
        if let value = unique, keyed.values.contains(where: { $0[1] == value && $0[0] != old?[0] }) { unique = nil }
        return SourceLog.Change(table: table, before: old, after: [key, unique, fresh])
    }

    private func rows(_ table: Table) -> [Int32: [Int32?]] { table == .keyed ? keyed : late }

    /// Makes a change that is known to be possible; returns what it adds to the content's number.
    mutating func apply(_ change: SourceLog.Change) -> UInt64 {
        apply(change.table, before: change.before, after: change.after) ?? 0
    }

    /// Makes a change as a strict server does; nil where a row is missing or a unique value is there already.
    mutating func apply(_ table: Table, before: [Int32?]?, after: [Int32?]?) -> UInt64? {
        if let after, table == .bare, after[1] == Self.refused { return Self.ledgerHash(after) }
        var delta: UInt64 = 0
        if let before {
            guard remove(table, before) else { return nil }
            delta &-= Self.hash(table, before)
        }
        if let after {
            guard insert(table, after) else { return nil }
            delta &+= Self.hash(table, after)
        }
        return delta
    }

    private mutating func remove(_ table: Table, _ row: [Int32?]) -> Bool {
        if table == .bare {
            guard let count = bare[row] else { return false }
            bare[row] = count > 1 ? count - 1 : nil
            return true
        }
        guard let key = row[0], rows(table)[key] == row else { return false }
        if table == .keyed { keyed[key] = nil } else { late[key] = nil }
        return true
    }

    private mutating func insert(_ table: Table, _ row: [Int32?]) -> Bool {
        if table == .bare {
            bare[row, default: 0] += 1
            return true
        }
        guard let key = row[0], rows(table)[key] == nil else { return false }
        if table == .late {
            late[key] = row
            return true
        }
        if let unique = row[1], keyed.values.contains(where: { $0[1] == unique }) { return false }
        keyed[key] = row
        return true
    }

    /// Empties a table; returns what that adds to the content's number.
    mutating func truncate(_ table: Table) -> UInt64 {
        var delta: UInt64 = 0
        if table == .bare {
            for (row, count) in bare { delta &-= Self.hash(table, row) &* UInt64(count) }
            bare = [:]
        } else {
            for row in rows(table).values { delta &-= Self.hash(table, row) }
            if table == .keyed { keyed = [:] } else { late = [:] }
        }
        return delta
    }
}
