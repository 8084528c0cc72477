/// A set of row numbers from a base on, as a bitmap. Rows are numbered through all of a pipeline's life.
package struct RowSet: Equatable, Sendable {
    /// The number of the first bit: a multiple of 8.
    package private(set) var base: UInt64
    /// Bit `n % 8` of byte `n / 8` stands for `base + n`.
    package private(set) var bits: [UInt8]

    /// - Parameters:
    ///   - from: no row before it is asked for.
    ///   - bits: as `bits` of an earlier set had them that began at the same row.
    package init(from: UInt64, bits: [UInt8] = []) {
        base = from & ~7
        self.bits = bits
    }

    package var isEmpty: Bool { bits.allSatisfy { $0 == 0 } }

    /// One more than the last row that it may hold.
    package var end: UInt64 { base + UInt64(bits.count) * 8 }

    package func contains(_ row: UInt64) -> Bool {
        guard row >= base, row < end else { return false }
        let place = row - base
        return bits[Int(place >> 3)] & (1 << UInt8(place & 7)) != 0
    }

    package mutating func insert(_ row: UInt64) {
        guard row >= base else { return }
        let place = row - base
        while bits.count <= Int(place >> 3) { bits.append(0) }
        bits[Int(place >> 3)] |= 1 << UInt8(place & 7)
    }

    /// Adds the other set's rows that are not before the base.
    package mutating func formUnion(_ other: RowSet) {
        for (place, byte) in other.bits.enumerated() where byte != 0 {
            let at = other.base + UInt64(place) * 8
            guard at >= base else { continue }
            let index = Int((at - base) >> 3)
            while bits.count <= index { bits.append(0) }
            bits[index] |= byte
        }
    }

    /// Forgets the rows before `row`.
    package mutating func removeBelow(_ row: UInt64) {
        guard row > base else { return }
        let bytes = Int(min((row - base) >> 3, UInt64(bits.count)))
        bits.removeFirst(bytes)
        base = row & ~7
        if !bits.isEmpty { bits[0] &= ~((1 << UInt8(row & 7)) - 1) }
    }
}
