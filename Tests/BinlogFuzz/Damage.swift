import Binlog

/// Changes of one event's bytes.
enum Damage {
    private static let numbers: [UInt64] = [
        0, 1, 2, 3, 4, 7, 8, 9, 0x7f, 0x80, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff, 0x100, 0x7fff, 0x8000, 0xfffe, 0xffff,
        0xff_ffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff, 1 << 32, 1 << 55, 1 << 62, .max >> 1, 1 << 63,
        .max - 1, .max,
    ]

    static func apply(to event: inout [UInt8], _ random: inout SeededRandom) {
        guard event.count > EventHeader.size + 4 else {
            event += (0...random.below(40)).map { _ in UInt8(random.below(256)) }
            return
        }
        // Mostly the body; the header's flags and positions now and then.
        let head = random.once(in: 12) ? 0 : EventHeader.size
        let end = event.count - 4
        let at = head + random.below(end - head)
        let room = end - at
        switch random.below(9) {
        case 0, 1: event[at] ^= UInt8(1) << UInt8(random.below(8))
        case 2: event[at] = UInt8(random.below(256))
        case 3: event[at] = UInt8(truncatingIfNeeded: numbers[random.below(numbers.count)])
        case 4:
            let width = min([2, 3, 4, 6, 8][random.below(5)], room)
            let number = numbers[random.below(numbers.count)]
            for index in 0..<width { event[at + index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * index)) }
        case 5: event[at] &+= UInt8(truncatingIfNeeded: [1, 2, -1, -2, 16, -16][random.below(6)])
        case 6: event.removeSubrange(at..<at + 1 + random.below(min(room, random.once(in: 3) ? room : 4)))
        case 7:
            let from = head + random.below(end - head)
            let copy = event[from..<from + 1 + random.below(min(end - from, 24))]
            event.insert(contentsOf: copy, at: at)
        default:
            // The tail goes: what is left of the body ends anywhere.
            event.removeSubrange(at..<end)
        }
    }
}
