import Model

/// How the row loop passes over one column. Built once per table map.
struct ColumnStep: Sendable {
    /// Bytes of the length in front of the value; 0 where the width is fixed.
    var prefixBytes: UInt8
    /// Bytes of a value of fixed width.
    var width: UInt8
    var isJSON: Bool
    /// Which bits of the four bytes at a value's start are its length: none where the width is fixed.
    var lengthMask: UInt32 = 0

    init(_ type: ColumnType) {
        prefixBytes = 0
        width = 0
        isJSON = false
        switch type {
        case .tiny, .year: width = 1
        case .short: width = 2
        case .int24, .date, .oldTime: width = 3
        case .long, .float, .oldTimestamp: width = 4
        case .longlong, .double, .oldDatetime: width = 8
        case .decimal(let precision, let scale): width = Self.decimalBytes(precision, scale)
        case .bit(let bits): width = (bits + 7) / 8
        case .time(let digits): width = 3 + (digits + 1) / 2
        case .datetime(let digits): width = 5 + (digits + 1) / 2
        case .timestamp(let digits): width = 4 + (digits + 1) / 2
        case .enumeration(let bytes), .set(let bytes): width = bytes
        case .char(let bytes), .varchar(let bytes), .compressedVarchar(let bytes): prefixBytes = bytes > 255 ? 2 : 1
        case .blob(let bytes), .geometry(let bytes), .vector(let bytes), .compressedBlob(let bytes):
            prefixBytes = bytes
        case .json(let bytes):
            prefixBytes = bytes
            isJSON = true
        }
        lengthMask = UInt32(truncatingIfNeeded: UInt64(1) << (8 * UInt64(min(prefixBytes, 4))) - 1)
    }

    /// 4 bytes for each 9 digits, and for the digits left over on either side of the point what they need.
    static func decimalBytes(_ precision: UInt8, _ scale: UInt8) -> UInt8 {
        func bytes(_ digits: Int) -> Int { digits / 9 * 4 + (digits % 9 + 1) / 2 }
        return UInt8(bytes(max(0, Int(precision) - Int(scale))) + bytes(Int(scale)))
    }
}
