/// The tag of a MySQL GTID: at most 32 lower-case letters, digits and underscores; empty without one.
///
/// In words rather than a `String`: each transaction's GTID is copied several times, which costs nothing without
/// references. The first letter is the highest byte, zeros fill up: the words' order is that of the texts.
struct GTIDTag: Hashable, Sendable, Comparable {
    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private var third: UInt64 = 0
    private var fourth: UInt64 = 0

    static var none: GTIDTag { GTIDTag() }

    private init() {}

    /// Whoever reads a tag from outside has checked its length.
    init(_ text: String) {
        precondition(text.utf8.count <= 32, "a GTID's tag has at most 32 bytes")
        for (index, byte) in text.utf8.enumerated() {
            let part = UInt64(byte) << UInt64(56 - index % 8 * 8)
            switch index / 8 {
            case 0: first |= part
            case 1: second |= part
            case 2: third |= part
            default: fourth |= part
            }
        }
    }

    var text: String {
        let bytes = [first, second, third, fourth].flatMap { word in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
        }
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    static func < (left: Self, right: Self) -> Bool {
        if left.first != right.first { return left.first < right.first }
        if left.second != right.second { return left.second < right.second }
        if left.third != right.third { return left.third < right.third }
        return left.fourth < right.fourth
    }
}
