/// Which columns an image has: a bit for each column, in the event's body.
struct PresentColumns {
    let count: Int
    let isAll: Bool
    private let place: Int

    @inline(__always)
    init(_ cursor: inout ByteCursor, count columns: Int) throws(EventFault) {
        place = cursor.offset
        try cursor.skip((columns + 7) / 8)
        var count = 0
        for index in 0..<columns >> 3 { count &+= cursor.byte(at: place &+ index).nonzeroBitCount }
        if columns & 7 != 0 {
            // Bits behind the last column mean nothing.
            let last = cursor.byte(at: place &+ columns >> 3) & (1 << UInt8(columns & 7) &- 1)
            count &+= last.nonzeroBitCount
        }
        self.count = count
        isAll = count == columns
    }

    @inline(__always)
    func has(_ column: Int, in body: ByteCursor) -> Bool {
        body.byte(at: place &+ column >> 3) & 1 << UInt8(column & 7) != 0
    }
}
