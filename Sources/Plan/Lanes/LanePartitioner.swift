package import Model

/// Divides batches among lanes, so that rows which share the value of a unique key, before or after their change, or
/// depend on each other in another way, meet on the target in the order of the source.
///
/// Within a batch such rows form a group, and a group goes to one lane. Against batches that may still be on their way
/// a part says which of their lanes it must wait for.
package struct LanePartitioner {
    package let lanes: Int
    private let unit: LaneUnit
    /// Batches that may be on their way together.
    package static let window = 4
    /// Rows that make it worth to use several lanes, for each of them.
    private let rowsPerLane: Int

    /// What rows share (`ConflictKeys.shared`) that keep their order among each other from now on: a table of them has
    /// values whose order is not known.
    private var serial: Set<UInt64> = []
    /// How the values of each key are laid out, by its seed.
    private var layouts: [UInt64: Int] = [:]
    /// Tables that were told of as keeping the order of their rows, and those that were not yet, with the reason.
    private var told: Set<TableName> = []
    private var untold: [(table: TableName, reason: String)] = []
    /// The batches before, latest first.
    var earlier: [Step] = []
    /// Batches so far.
    private var count = 0

    /// One batch, for those behind it.
    struct Step {
        var index: KeyIndex
        var references: ReferenceLanes
        /// By row; `noLane` for those that were left out.
        var laneOfRow: [UInt8]
        /// Nothing behind it may overtake it.
        var isBarrier: Bool
        static let noLane = UInt8.max
    }

    /// - Parameter lanes: 1 to 64.
    package init(lanes: Int, unit: LaneUnit, rowsPerLane: Int = 64) {
        precondition((1...64).contains(lanes), "lanes are numbered in a word's bits")
        self.lanes = lanes
        self.unit = unit
        self.rowsPerLane = rowsPerLane
    }

    /// Everything before is durable, and tables may look different.
    package mutating func reset() {
        earlier = []
        serial = []
        layouts = [:]
    }

    /// Targets whose rows keep their order, in one lane at a time, since the last call; each is told once.
    package mutating func takeSerialTables() -> [(table: TableName, reason: String)] {
        defer { untold = [] }
        return untold
    }

    private mutating func tell(_ table: TableName, _ reason: String) {
        if told.insert(table).inserted { untold.append((table, reason)) }
    }

    /// Divides the rows of a batch.
    ///
    /// - Parameters:
    ///   - rows: indices into the batch's rows, in order.
    ///   - isBarrier: all that came before must be durable first.
    ///   - used: the lanes that get something, the first ones; all when nil.
    /// - Returns: at most one part for each lane; with `LaneUnit.runs` in the order of their commits.
    package mutating func divide(
        _ rows: [UInt32], of batch: RowBatch, plans: [TablePlan?], isBarrier: Bool, used: Int? = nil
    ) -> [LanePart] {
        guard lanes > 1 else { return rows.isEmpty ? [] : [LanePart(lane: 0, rows: rows, waits: [])] }
        defer { count += 1 }
        var isBarrier = noteLayouts(plans) || isBarrier
        var groups = RowGroups(batch: batch, plans: plans, serial: serial)
        while let unclear = groups.form(rows, unit: unit) {
            serial.formUnion(unclear.conflicts.shared)
            tell(unclear.target.name, "a value of one of its keys cannot be compared here")
            // Batches before were divided by values that cannot be compared with what comes.
            isBarrier = true
            groups = RowGroups(batch: batch, plans: plans, serial: serial)
        }
        let assigned = assign(rows, &groups, batch, used: min(max(used ?? lanes, 1), lanes))
        let wall = earlier.firstIndex(where: \.isBarrier)
        let all: UInt64 = lanes == 64 ? .max : (1 << UInt64(lanes)) - 1
        var parts = assigned.parts
        for place in parts.indices {
            if isBarrier { parts[place].waits = Array(repeating: all, count: Self.window - 1) }
            if let wall, wall < parts[place].waits.count { parts[place].waits[wall] = all }
        }
        let references = ReferenceLanes(groups.references, laneOfRow: assigned.laneOfRow)
        earlier.insert(
            Step(index: groups.index, references: references, laneOfRow: assigned.laneOfRow, isBarrier: isBarrier),
            at: 0)
        if earlier.count >= Self.window { earlier.removeLast() }
        return parts
    }

    /// Whether the rows of some target cannot be compared any more with those before: they come in another layout, or
    /// keep their order from now on as another table's do that foreign keys join with theirs.
    private mutating func noteLayouts(_ plans: [TablePlan?]) -> Bool {
        var isNew = false
        for case let plan? in plans where !serial.isSuperset(of: plan.conflicts.shared) {
            let isJoined = !serial.isDisjoint(with: plan.conflicts.shared)
            guard plan.conflicts.isSerial || isJoined || !hasKnownLayout(plan.conflicts) else { continue }
            let reason = isJoined ? "foreign keys join it with such a table" : "its rows come with other types"
            tell(plan.target.name, plan.conflicts.serialReason ?? reason)
            serial.formUnion(plan.conflicts.shared)
            isNew = true
        }
        return isNew
    }

    private mutating func hasKnownLayout(_ conflicts: ConflictKeys) -> Bool {
        for key in conflicts.keys + conflicts.references {
            let known = layouts.updateValue(key.layout, forKey: key.seed)
            if let known, known != key.layout { return false }
        }
        return true
    }

    private func assign(
        _ rows: [UInt32], _ groups: inout RowGroups, _ batch: RowBatch, used: Int
    ) -> (parts: [LanePart], laneOfRow: [UInt8]) {
        let assignment = LaneAssignment(
            lanes: lanes, used: used, first: count, earlier: earlier, rowsPerLane: rowsPerLane)
        return unit == .runs ? assignment.runs(rows, &groups, batch) : assignment.groups(rows, &groups)
    }
}
