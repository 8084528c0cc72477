/// Which lanes got the rows of a batch that reference a key's value, by its hash.
struct ReferenceLanes {
    private var index: KeyIndex
    /// Bits of lanes, by what the index holds.
    private var lanes: [UInt64] = []

    init(_ references: [(hash: UInt64, row: UInt32)], laneOfRow: [UInt8]) {
        index = KeyIndex(expecting: references.count)
        for (hash, row) in references where laneOfRow[Int(row)] != LanePartitioner.Step.noLane {
            let place = index.claim(hash, UInt32(lanes.count)) ?? UInt32(lanes.count)
            if Int(place) == lanes.count { lanes.append(0) }
            lanes[Int(place)] |= 1 << UInt64(laneOfRow[Int(row)])
        }
    }

    /// Bits of lanes.
    subscript(hash: UInt64) -> UInt64 { index.row(hash).map { lanes[Int($0)] } ?? 0 }
}
