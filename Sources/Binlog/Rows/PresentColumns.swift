/// Which columns an image has: a bit for each column, in the event's body.
struct PresentColumns {
    let count: Int
    let isAll: Bool
    private let place: Int

    /// Those of a table without columns.
    init() {
        count = 0
        isAll = true
        place = 0
    }

    @inline(__always)
    init(_ cursor: inout ByteCursor, count columns: Int) throws(EventFault) {
        place = cursor.offset
        try cursor.skip((columns + 7) / 8)
        isAll = Self.hasAll(cursor, place, columns)
        count = isAll ? columns : (0..<columns).count { [place] in Self.bit(cursor, place, $0) }
    }

    @inline(__always)
    private static func hasAll(_ body: ByteCursor, _ place: Int, _ columns: Int) -> Bool {
        for index in 0..<columns >> 3 where body.byte(at: place &+ index) != 0xff { return false }
        // Bits behind the last column mean nothing.
        let last: UInt8 = 1 << UInt8(columns & 7) &- 1
        return last == 0 || body.byte(at: place &+ columns >> 3) & last == last
    }

    @inline(__always)
    func has(_ column: Int, in body: ByteCursor) -> Bool { Self.bit(body, place, column) }

    @inline(__always)
    private static func bit(_ body: ByteCursor, _ place: Int, _ column: Int) -> Bool {
        body.byte(at: place &+ column >> 3) & 1 << UInt8(column & 7) != 0
    }
}
