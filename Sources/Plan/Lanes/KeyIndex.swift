/// Which row of a batch had a key's value first, by the value's hash. Open addressing; rows are never taken out.
struct KeyIndex {
    /// 0 where there is no entry; a power of two in number.
    private var hashes: [UInt64]
    private var rows: [UInt32]
    private var count = 0

    init(expecting entries: Int) {
        var size = 64
        while size < entries * 2 { size <<= 1 }
        hashes = Array(repeating: 0, count: size)
        rows = Array(repeating: 0, count: size)
    }

    /// Notes the row for the value unless another row has it already, which is returned then.
    mutating func claim(_ hash: UInt64, _ row: UInt32) -> UInt32? {
        if count * 2 > hashes.count { grow() }
        var place = Int(truncatingIfNeeded: hash) & (hashes.count - 1)
        while hashes[place] != 0 {
            if hashes[place] == hash { return rows[place] }
            place = (place + 1) & (hashes.count - 1)
        }
        hashes[place] = hash
        rows[place] = row
        count += 1
        return nil
    }

    /// The row that has the value.
    func row(_ hash: UInt64) -> UInt32? {
        var place = Int(truncatingIfNeeded: hash) & (hashes.count - 1)
        while hashes[place] != 0 {
            if hashes[place] == hash { return rows[place] }
            place = (place + 1) & (hashes.count - 1)
        }
        return nil
    }

    /// Hands out all entries.
    func forEach(_ body: (_ hash: UInt64, _ row: UInt32) -> Void) {
        for place in hashes.indices where hashes[place] != 0 { body(hashes[place], rows[place]) }
    }

    private mutating func grow() {
        let (oldHashes, oldRows) = (hashes, rows)
        hashes = Array(repeating: 0, count: oldHashes.count * 2)
        rows = Array(repeating: 0, count: oldRows.count * 2)
        count = 0
        for place in oldHashes.indices where oldHashes[place] != 0 {
            _ = claim(oldHashes[place], oldRows[place])
        }
    }
}
