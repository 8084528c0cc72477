import Model

/// Gives the groups of a batch to lanes: where an earlier batch has rows that a group depends on, to that lane if it
/// can be, so that nothing must wait.
struct LaneAssignment {
    let lanes: Int
    /// Of them those that get groups, the first ones; the others may still be at work.
    let used: Int
    /// Turns the choice for small batches, so that they use all lanes.
    let first: Int
    let earlier: [LanePartitioner.Step]
    let rowsPerLane: Int

    /// Bits of lanes by group and earlier batch.
    private func dependencies(_ groups: inout RowGroups, rows: Int) -> [UInt64] {
        guard !earlier.isEmpty else { return [] }
        var masks = [UInt64](repeating: 0, count: rows * earlier.count)
        // The index is read while roots are looked up.
        let (index, references) = (groups.index, groups.references)
        index.forEach { hash, row in
            for (age, step) in earlier.enumerated() {
                let lanes = step.lane(changing: hash) | step.references[hash]
                if lanes != 0 { masks[Int(groups.root(row)) * earlier.count + age] |= lanes }
            }
        }
        for (hash, row) in references {
            for (age, step) in earlier.enumerated() {
                let lanes = step.lane(changing: hash)
                if lanes != 0 { masks[Int(groups.root(row)) * earlier.count + age] |= lanes }
            }
        }
        return masks
    }

    /// Each group to one lane; all to the same one unless the batch is large enough to spread.
    func groups(_ rows: [UInt32], _ groups: inout RowGroups) -> (parts: [LanePart], laneOfRow: [UInt8]) {
        let masks = dependencies(&groups, rows: groups.count)
        var laneOfRow = [UInt8](repeating: LanePartitioner.Step.noLane, count: groups.count)
        var parts = (0..<lanes).map {
            LanePart(lane: $0, rows: [], waits: Array(repeating: 0, count: earlier.count))
        }
        let spreads = rows.count >= used * rowsPerLane
        let single = spreads ? nil : rows.first.map { lane(of: Int(groups.root($0)), masks) ?? first % used }
        var sizes = [UInt32](repeating: 0, count: groups.count)
        for row in rows { sizes[Int(groups.root(row))] += 1 }
        // A lane may have a quarter more than its share before others are asked.
        let share = rows.count / used + rows.count / (4 * used) + 1
        var loads = [Int](repeating: 0, count: lanes)
        // Neighbours stay together: what was inserted in the order of a key is so by each lane, on pages of its own.
        var next = first % used
        for row in rows {
            let root = Int(groups.root(row))
            if laneOfRow[root] == LanePartitioner.Step.noLane {
                let size = Int(sizes[root])
                if loads[next] >= rows.count / used { next = (0..<used).min { loads[$0] < loads[$1] } ?? next }
                var lane = single ?? lane(of: root, masks) ?? next
                if single == nil, loads[lane] > 0, loads[lane] + size > share {
                    lane = (0..<used).min { loads[$0] < loads[$1] } ?? lane
                }
                loads[lane] += size
                laneOfRow[root] = UInt8(lane)
                for age in earlier.indices { parts[lane].waits[age] |= masks[root * earlier.count + age] }
            }
            laneOfRow[Int(row)] = laneOfRow[root]
            parts[Int(laneOfRow[root])].rows.append(row)
        }
        for place in parts.indices { withoutOwn(&parts[place]) }
        return (parts.filter { !$0.rows.isEmpty }, laneOfRow)
    }

    /// The lane that already has rows which the group depends on.
    private func lane(of root: Int, _ masks: [UInt64]) -> Int? {
        for age in earlier.indices where masks[root * earlier.count + age] != 0 {
            let lane = masks[root * earlier.count + age].trailingZeroBitCount
            return lane < used ? lane : nil
        }
        return nil
    }

    /// A lane takes its own parts in order.
    private func withoutOwn(_ part: inout LanePart) {
        for age in part.waits.indices { part.waits[age] &= ~(1 << UInt64(part.lane)) }
    }

    /// Runs of whole transactions of about the same size, none of which depends on another one of the batch.
    func runs(
        _ rows: [UInt32], _ groups: inout RowGroups, _ batch: RowBatch
    ) -> (parts: [LanePart], laneOfRow: [UInt8]) {
        let masks = dependencies(&groups, rows: groups.count)
        let ends = joined(cuts(rows, batch), rows, &groups)
        var laneOfRow = [UInt8](repeating: LanePartitioner.Step.noLane, count: groups.count)
        var parts: [LanePart] = []
        var start = 0
        for end in ends {
            let lane = (first + parts.count) % used
            var part = LanePart(
                lane: lane, rows: Array(rows[start..<end]), waits: Array(repeating: 0, count: earlier.count))
            for row in part.rows {
                laneOfRow[Int(row)] = UInt8(lane)
                let root = Int(groups.root(row))
                for age in earlier.indices { part.waits[age] |= masks[root * earlier.count + age] }
            }
            withoutOwn(&part)
            parts.append(part)
            start = end
        }
        return (parts, laneOfRow)
    }

    /// Where runs may end: after whole transactions, none much larger than the lanes' share.
    private func cuts(_ rows: [UInt32], _ batch: RowBatch) -> [Int] {
        let share = max(rowsPerLane, (rows.count + used - 1) / used)
        var ends: [Int] = []
        var start = 0
        for place in rows.indices.dropFirst() where place - start >= share && ends.count < used - 1 {
            let isBoundary =
                batch.rows[Int(rows[place])].transaction != batch.rows[Int(rows[place - 1])].transaction
            guard isBoundary else { continue }
            ends.append(place)
            start = place
        }
        return rows.isEmpty ? [] : ends + [rows.count]
    }

    /// Joins runs that share a group, and what lies between them.
    private func joined(_ ends: [Int], _ rows: [UInt32], _ groups: inout RowGroups) -> [Int] {
        guard ends.count > 1 else { return ends }
        var firstRun = [Int](repeating: -1, count: groups.count)
        var isKept = [Bool](repeating: true, count: ends.count)
        var run = 0
        for place in rows.indices {
            if place == ends[run] { run += 1 }
            let root = Int(groups.root(rows[place]))
            if firstRun[root] < 0 { firstRun[root] = run }
            var between = firstRun[root]
            while between < run {
                isKept[between] = false
                between += 1
            }
        }
        return ends.indices.filter { isKept[$0] }.map { ends[$0] }
    }
}

extension LanePartitioner.Step {
    /// The bit of the lane that has the rows with a key's value; 0 for none.
    fileprivate func lane(changing hash: UInt64) -> UInt64 {
        guard let row = index.row(hash) else { return 0 }
        let lane = laneOfRow[Int(row)]
        return lane == Self.noLane ? 0 : 1 << UInt64(lane)
    }
}
