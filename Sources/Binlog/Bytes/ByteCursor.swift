import Model

/// Reads bytes from front to back; every read is checked against the end.
///
/// All unsafe loads of this target are in this file. The bytes must outlive the cursor: it is made from a pointer that
/// is valid for one call and never stored.
@safe
package struct ByteCursor {
    private let base: UnsafeRawBufferPointer
    /// Bytes read so far.
    package private(set) var offset = 0
    /// Where the bytes end.
    package let end: Int

    package init(_ bytes: UnsafeRawBufferPointer) {
        unsafe base = bytes
        end = bytes.count
    }

    package var remaining: Int { end &- offset }
    package var isAtEnd: Bool { offset == end }

    @inline(__always)
    package mutating func skip(_ count: Int) throws(EventFault) {
        guard count >= 0, count <= remaining else { throw .truncated }
        offset &+= count
    }

    /// Skips bytes that are known to be there.
    @inline(__always)
    mutating func pass(_ count: Int) {
        precondition(count >= 0 && count <= remaining, "read past the end of the bytes")
        offset &+= count
    }

    @inline(__always)
    package mutating func byte() throws(EventFault) -> UInt8 {
        guard remaining >= 1 else { throw .truncated }
        let value = unsafe base[offset]
        offset &+= 1
        return value
    }

    /// A byte at an absolute place, which must lie before the end.
    @inline(__always)
    package func byte(at place: Int) -> UInt8 {
        precondition(place >= 0 && place < end, "read past the end of the bytes")
        // Checked right above.
        return unsafe base[place]
    }

    @inline(__always)
    private mutating func load<Number: FixedWidthInteger>(_ type: Number.Type) throws(EventFault) -> Number {
        guard remaining >= MemoryLayout<Number>.size else { throw .truncated }
        // Checked right above; unaligned loads are allowed for integers.
        let value = unsafe base.loadUnaligned(fromByteOffset: offset, as: Number.self)
        offset &+= MemoryLayout<Number>.size
        return Number(littleEndian: value)
    }

    /// A number at an absolute place, which must lie before the end.
    @inline(__always)
    func load<Number: FixedWidthInteger>(at place: Int, as type: Number.Type) -> Number {
        precondition(place >= 0 && place &+ MemoryLayout<Number>.size <= end, "read past the end of the bytes")
        return unsafe Number(littleEndian: base.loadUnaligned(fromByteOffset: place, as: Number.self))
    }

    @inline(__always) package mutating func uint16() throws(EventFault) -> UInt16 { try load(UInt16.self) }
    @inline(__always) package mutating func uint32() throws(EventFault) -> UInt32 { try load(UInt32.self) }
    @inline(__always) package mutating func uint64() throws(EventFault) -> UInt64 { try load(UInt64.self) }

    /// An unsigned number of 0 to 8 bytes, little endian.
    @inline(__always)
    package mutating func unsigned(bytes count: Int) throws(EventFault) -> UInt64 {
        guard count >= 0, count <= 8, count <= remaining else { throw .truncated }
        var value: UInt64 = 0
        for index in 0..<count { value |= UInt64(byte(at: offset &+ index)) << UInt64(8 &* index) }
        offset &+= count
        return value
    }

    /// A table id of 4 or 6 bytes. Further bytes must follow, as they do in each event that has one.
    @inline(__always)
    mutating func tableID(bytes count: Int) throws(EventFault) -> UInt64 {
        guard remaining >= 8 else { throw .truncated }
        let word = load(at: offset, as: UInt64.self)
        offset &+= count
        return count == 4 ? word & 0xffff_ffff : word & 0xffff_ffff_ffff
    }

    /// An unsigned number of 0 to 8 bytes, big endian.
    package mutating func unsignedBigEndian(bytes count: Int) throws(EventFault) -> UInt64 {
        guard count >= 0, count <= 8, count <= remaining else { throw .truncated }
        var value: UInt64 = 0
        for _ in 0..<count { value = try value << 8 | UInt64(byte()) }
        return value
    }

    /// Passes over a value whose length comes first, in `prefix` bytes, or is `width` where `prefix` is 0.
    /// Returns the value's length, or -1 where it reaches past the end.
    @inline(__always)
    mutating func passValue(prefix: UInt8, width: UInt8) -> Int {
        let count = Int(prefix)
        guard count <= remaining else { return -1 }
        var length: Int
        switch count {
        // Checked right above: that many bytes are there.
        case 0: length = Int(width)
        case 1: length = unsafe Int(base[offset])
        case 2: length = Int(load(at: offset, as: UInt16.self))
        default:
            length = 0
            for index in 0..<min(count, 4) { length |= Int(byte(at: offset &+ index)) << (8 &* index) }
        }
        offset &+= count
        guard length <= remaining else { return -1 }
        offset &+= length
        return length
    }

    /// A length-encoded integer: one byte below 251, else 252, 253 or 254 and 2, 3 or 8 bytes.
    @inline(__always)
    package mutating func packed() throws(EventFault) -> UInt64 {
        let first = try byte()
        switch first {
        case 0..<251: return UInt64(first)
        case 252: return try unsigned(bytes: 2)
        case 253: return try unsigned(bytes: 3)
        case 254: return try unsigned(bytes: 8)
        default: throw EventFault(.binlogCorrupt, "a length is neither a number nor one of its marks")
        }
    }

    /// A length-encoded integer that counts bytes or items of what follows.
    @inline(__always)
    package mutating func packedCount() throws(EventFault) -> Int {
        let count = try packed()
        guard count <= UInt64(remaining) else { throw .truncated }
        return Int(count)
    }

    /// A cursor over the next bytes alone, which this one skips. Its offset starts at 0.
    package mutating func slice(_ count: Int) throws(EventFault) -> ByteCursor {
        guard count >= 0, count <= remaining else { throw .truncated }
        // Checked right above.
        let part = unsafe ByteCursor(UnsafeRawBufferPointer(rebasing: base[offset..<offset + count]))
        offset &+= count
        return part
    }

    /// A cursor over some of the bytes, which must lie before the end.
    @inline(__always)
    func part(_ start: Int, _ count: Int) -> ByteCursor {
        precondition(start >= 0 && count >= 0 && start <= end && count <= end &- start, "not within the bytes")
        return unsafe ByteCursor(UnsafeRawBufferPointer(rebasing: base[start..<start &+ count]))
    }

    /// The next bytes, copied.
    package mutating func array(_ count: Int) throws(EventFault) -> [UInt8] {
        var part = try slice(count)
        return part.rest()
    }

    /// All bytes that are left, copied.
    package mutating func rest() -> [UInt8] {
        let copy = unsafe [UInt8](base[offset..<end])
        offset = end
        return copy
    }

    /// The next bytes as text; bytes that are not UTF-8 become replacement characters.
    package mutating func text(_ count: Int) throws(EventFault) -> String {
        String(decoding: try array(count), as: UTF8.self)
    }

    /// Appends the bytes that are left to a buffer.
    @inline(__always)
    package mutating func append(to buffer: inout [UInt8]) {
        unsafe buffer.append(contentsOf: UnsafeRawBufferPointer(rebasing: base[offset..<end]))
        offset = end
    }

    /// Whether the bytes that are left are exactly these.
    @inline(__always)
    package func restEquals(_ other: [UInt8]) -> Bool {
        guard remaining == other.count else { return false }
        return unsafe other.withUnsafeBytes { other in
            var index = 0
            // Both have `count` bytes; eight at a time, then the rest.
            while index &+ 8 <= other.count {
                let left = unsafe base.loadUnaligned(fromByteOffset: offset &+ index, as: UInt64.self)
                let right = unsafe other.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                if left != right { return false }
                index &+= 8
            }
            while index < other.count {
                if unsafe base[offset &+ index] != other[index] { return false }
                index &+= 1
            }
            return true
        }
    }

    /// Calls the body with the bytes that are left, for the C libraries.
    @inline(__always)
    package func withRest<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        unsafe body(UnsafeRawBufferPointer(rebasing: base[offset..<end]))
    }

    /// The same bytes without the last ones.
    @inline(__always)
    package func dropLast(_ count: Int) -> ByteCursor {
        precondition(count >= 0 && count <= remaining, "cannot drop more than is left")
        var copy = unsafe ByteCursor(UnsafeRawBufferPointer(rebasing: base[0..<end - count]))
        copy.offset = offset
        return copy
    }
}
