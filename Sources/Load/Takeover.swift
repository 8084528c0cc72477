package import Model
import Plan

/// What taking a pipeline over makes of its rows in the checkpoint table. A value: no server is asked.
package struct Takeover: Sendable {
    /// What the rows say together, with a new fence: no lane of an older process can commit any more.
    package let entry: CheckpointTable.Entry
    /// By lane. All that was done stands in the first lane's row, so that the number of lanes may change.
    package let marks: [LaneMark]

    /// - Parameters:
    ///   - found: the rows as they are, by lane; empty for a new pipeline, which begins at `start`.
    ///   - setsAside: begins at `start`, whatever the rows say.
    /// - Returns: nil where the rows are numbered by another mapping.
    package init?(
        _ found: [CheckpointTable.Entry], from start: Checkpoint, lanes: Int, mapping: UInt64, setsAside: Bool = false
    ) {
        let known = CheckpointTable.Entry(lanes: found)
        var entry =
            known
            ?? CheckpointTable.Entry(
                checkpoint: start, fence: 0, ddlIntent: nil, rowsBefore: 0, done: RowSet(from: 0), mapping: mapping)
        if setsAside {
            (entry.checkpoint, entry.ddlIntent) = (start, nil)
            (entry.rowsBefore, entry.done) = (0, RowSet(from: 0))
        }
        guard entry.done.isEmpty || entry.mapping == mapping else { return nil }
        entry.fence += 1
        self.entry = entry
        marks = (0..<max(lanes, found.count)).map { lane in
            var mark = entry.mark
            if lane > 0 { mark.done = RowSet(from: mark.rowsBefore) }
            return mark
        }
    }
}

extension CheckpointTable.Entry {
    /// What the rows of all lanes say together; nil without rows. The furthest checkpoint counts: each was written when
    /// everything before it was durable.
    package init?(lanes: [CheckpointTable.Entry]) {
        let furthest = lanes.max {
            ($0.rowsBefore, $0.checkpoint.position) < ($1.rowsBefore, $1.checkpoint.position)
        }
        guard let furthest else { return nil }
        self = furthest
        done = RowSet(from: rowsBefore)
        for lane in lanes {
            done.formUnion(lane.done)
            fence = max(fence, lane.fence)
        }
        ddlIntent = lanes.compactMap(\.ddlIntent).first
        done.removeBelow(rowsBefore)
    }
}
