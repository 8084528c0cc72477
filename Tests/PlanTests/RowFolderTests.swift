import Model
import Plan
import Testing

/// Random histories over a small table with a key and a unique column, folded and then applied as deletes first,
/// inserts afterwards: the table must end as the history left it, without any unique value met twice.
@Suite struct RowFolderTests {
    /// A row: key, unique value, payload.
    struct Values: Hashable {
        var key: UInt8
        var unique: UInt8
        var payload: UInt8
    }

    @Test(arguments: 0..<300)
    func foldedHistoryEndsAsTheHistory(seed: Int) {
        var random = SplitMix(seed: UInt64(seed))
        var table: [UInt8: Values] = [:]
        for key in 0..<4 as Range<UInt8> where Bool.random(using: &random) {
            table[key] = Values(key: key, unique: key &+ 100, payload: 0)
        }
        let before = table
        var batch = RowBatch(resume: Checkpoint(position: BinlogPosition(file: "b.1", offset: 4), gtids: .none))
        for step in 0..<40 { randomChange(&table, &batch, &random, payload: UInt8(step)) }
        var folder = RowFolder(keys: [[0]], expectedRows: 1)
        for (index, row) in batch.rows.enumerated() { folder.add(row, index: UInt32(index), plan: 0, in: batch) }
        #expect(apply(folder.effects, to: before, batch) == table, "seed \(seed)")
    }

    /// Inserts, deletes, changes the payload, moves the key or the unique value where the place is free.
    private func randomChange(
        _ table: inout [UInt8: Values], _ batch: inout RowBatch, _ random: inout SplitMix, payload: UInt8
    ) {
        let key = UInt8.random(in: 0..<6, using: &random)
        let unique = UInt8.random(in: 100..<106, using: &random)
        guard let old = table[key] else {
            guard !table.values.contains(where: { $0.unique == unique }) else { return }
            table[key] = Values(key: key, unique: unique, payload: payload)
            append(.insert, nil, table[key], &batch)
            return
        }
        if Int.random(in: 0..<3, using: &random) == 0 {
            table[key] = nil
            append(.delete, old, nil, &batch)
            return
        }
        var new = Values(key: key, unique: old.unique, payload: payload)
        let other = UInt8.random(in: 0..<6, using: &random)
        if Bool.random(using: &random), table[other] == nil { new.key = other }
        if Bool.random(using: &random), !table.values.contains(where: { $0.unique == unique }) { new.unique = unique }
        table[key] = nil
        table[new.key] = new
        append(.update, old, new, &batch)
    }

    private func append(_ operation: RowOperation, _ before: Values?, _ after: Values?, _ batch: inout RowBatch) {
        func image(_ values: Values?) -> UInt32 {
            guard let values else { return Row.noImage }
            let place = UInt32(batch.slices.count)
            for byte in [values.key, values.unique, values.payload] {
                batch.slices.append(ColumnSlice(offset: UInt32(batch.bytes.count), length: 1))
                batch.bytes.append(byte)
            }
            return place
        }
        let (old, new) = (image(before), image(after))
        batch.rows.append(Row(operation: operation, flags: [], table: 0, transaction: 0, before: old, after: new))
    }

    /// Deletes what is gone or moves, then writes all images; nil when a unique value was met.
    private func apply(
        _ effects: [RowFolder.Effect], to start: [UInt8: Values], _ batch: RowBatch
    ) -> [UInt8: Values]? {
        func values(_ image: UInt32) -> Values {
            let bytes = (0..<3).map { batch.bytes[Int(batch.slices[Int(image) + $0].offset)] }
            return Values(key: bytes[0], unique: bytes[1], payload: bytes[2])
        }
        var table = start
        for effect in effects where effect.initial != Row.noImage {
            guard table.removeValue(forKey: values(effect.initial).key) == values(effect.initial) else { return nil }
        }
        for effect in effects where effect.final != Row.noImage {
            let row = values(effect.final)
            guard table[row.key] == nil, !table.values.contains(where: { $0.unique == row.unique }) else { return nil }
            table[row.key] = row
        }
        return table
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): a seed gives the same history everywhere.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
