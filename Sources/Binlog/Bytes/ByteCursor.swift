import Model

/// Reads bytes from front to back; every read is checked against the end.
///
/// All unsafe loads of this target are in this file. The bytes must outlive the cursor: it is made from a pointer that
/// is valid for one call and never stored.
@safe
package struct ByteCursor {
    /// Of `end` bytes. Never read where there are none.
    private let base: UnsafeRawPointer
    /// Bytes read so far.
    package private(set) var offset = 0
    /// Where the bytes end.
    package let end: Int

    @inline(__always)
    package init(_ bytes: UnsafeRawBufferPointer) {
        // An empty buffer may have no address; with an end of 0 nothing of it is read.
        unsafe base = bytes.baseAddress ?? Self.nowhere
        end = bytes.count
    }

    private static var nowhere: UnsafeRawPointer { unsafe UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped }

    /// The bytes from one place to another, both of which were checked against the end.
    @inline(__always)
    private func bytes(_ start: Int, _ stop: Int) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: base + start, count: stop &- start)
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
        let value = unsafe base.load(fromByteOffset: offset, as: UInt8.self)
        offset &+= 1
        return value
    }

    /// A byte at an absolute place, which must lie before the end.
    @inline(__always)
    package func byte(at place: Int) -> UInt8 {
        precondition(place >= 0 && place < end, "read past the end of the bytes")
        // Checked right above.
        return unsafe base.load(fromByteOffset: place, as: UInt8.self)
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
        if remaining >= 8, count > 0 {
            // Checked right above: eight bytes are there.
            let word = unsafe UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset &+= count
            return word & (UInt64.max >> UInt64(64 &- 8 &* count))
        }
        var value: UInt64 = 0
        for index in 0..<count { value |= UInt64(byte(at: offset &+ index)) << UInt64(8 &* index) }
        offset &+= count
        return value
    }

    /// The bits that start in the byte at `place`, the lowest one first: of `count` bytes, which must be there, or of
    /// the first eight of them.
    @inline(__always)
    func bits(at place: Int, bytes count: Int) -> UInt64 {
        // As unsigned numbers those below zero are large: one comparison for both ends.
        precondition(UInt(bitPattern: place) < UInt(bitPattern: end), "read past the end of the bytes")
        guard end &- place >= 8 else { return lastBits(at: place, bytes: count) }
        // Checked right above.
        return unsafe UInt64(littleEndian: base.loadUnaligned(fromByteOffset: place, as: UInt64.self))
    }

    @inline(never)
    private func lastBits(at place: Int, bytes count: Int) -> UInt64 {
        (0..<count).reduce(0) { $0 | UInt64(byte(at: place + $1)) << UInt64(8 * $1) }
    }

    /// A table id of 4 or 6 bytes. Further bytes must follow, as they do in each event that has one.
    @inline(__always)
    mutating func tableID(bytes count: Int) throws(EventFault) -> UInt64 {
        var ahead = self
        let id = try ahead.tableIDAndFlags(idBytes: count).id
        offset &+= count
        return id
    }

    /// A table id of 4 or 6 bytes and flags of 2. At least 8 bytes must be there, as in each event that has them.
    @inline(__always)
    mutating func tableIDAndFlags(idBytes: Int) throws(EventFault) -> (id: UInt64, flags: UInt16) {
        guard remaining >= 8 else { throw .truncated }
        // Checked right above.
        let word = unsafe UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        offset &+= idBytes &+ 2
        if idBytes == 4 { return (word & 0xffff_ffff, UInt16(truncatingIfNeeded: word >> 32)) }
        return (word & 0xffff_ffff_ffff, UInt16(truncatingIfNeeded: word >> 48))
    }

    /// An unsigned number of 0 to 8 bytes, big endian.
    package mutating func unsignedBigEndian(bytes count: Int) throws(EventFault) -> UInt64 {
        guard count >= 0, count <= 8, count <= remaining else { throw .truncated }
        var value: UInt64 = 0
        for _ in 0..<count { value = try value << 8 | UInt64(byte()) }
        return value
    }

    /// The same of 8 bytes.
    @inline(__always)
    package mutating func uint64BigEndian() throws(EventFault) -> UInt64 { try uint64().byteSwapped }

    /// A column's value that starts at `place`, which moves behind it; nil where it reaches past `stop`. `place` is at
    /// most `stop`, which is at most the end. Offsets are from `origin` on.
    @inline(__always)
    func slice(_ step: ColumnStep, at place: inout Int, end stop: Int, _ origin: Int) -> ColumnSlice? {
        var start = place
        var length = Int(step.width)
        // A branch, as it is foreseen: the next value need not wait for a load.
        if step.prefixBytes > 0 {
            if place <= end &- 4 {
                // Checked right above: four bytes are there, and the prefix is not longer. Its size is a mask.
                let word = unsafe UInt32(littleEndian: base.loadUnaligned(fromByteOffset: place, as: UInt32.self))
                length = Int(word & step.lengthMask)
            } else {
                length = lastLength(step, at: place, end: stop)
            }
            start &+= Int(step.prefixBytes)
        }
        guard length <= stop &- start else { return nil }
        place = start &+ length
        // Within an event of at most 1 GiB and a batch of less than 4 GiB: both fit.
        return ColumnSlice(
            offset: UInt32(truncatingIfNeeded: origin &+ start), length: UInt32(truncatingIfNeeded: length))
    }

    /// The length of one of the few values that start in the last three bytes; more than there is where it is cut. It
    /// gets no `inout`: what has an address is in memory each time.
    @inline(never)
    private func lastLength(_ step: ColumnStep, at place: Int, end stop: Int) -> Int {
        guard Int(step.prefixBytes) <= stop - place else { return .max }
        return (0..<Int(step.prefixBytes)).reduce(0) { $0 | Int(byte(at: place + $1)) << (8 * $1) }
    }

    /// Goes to a place that was reached by reading.
    @inline(__always)
    mutating func go(to place: Int) {
        precondition(place >= offset && place <= end, "not within the bytes")
        offset = place
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
        let part = unsafe ByteCursor(bytes(offset, offset &+ count))
        offset &+= count
        return part
    }

    /// A cursor over some of the bytes, which must lie before the end.
    @inline(__always)
    func part(_ start: Int, _ count: Int) -> ByteCursor {
        precondition(start >= 0 && count >= 0 && start <= end && count <= end &- start, "not within the bytes")
        return unsafe ByteCursor(bytes(start, start &+ count))
    }

    /// The next bytes, copied.
    package mutating func array(_ count: Int) throws(EventFault) -> [UInt8] {
        var part = try slice(count)
        return part.rest()
    }

    /// All bytes that are left, copied.
    package mutating func rest() -> [UInt8] {
        let copy = unsafe [UInt8](bytes(offset, end))
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
        let count = remaining
        if buffer.capacity &- buffer.count < count {
            buffer.reserveCapacity(max(buffer.count + count, 2 * buffer.capacity))
        }
        buffer.append(addingCapacity: count) { output in
            unsafe output.withUnsafeMutableBufferPointer { room, made in
                precondition(room.count &- made >= count, "no room for the bytes")
                // There are as many bytes here, and room for them there, as checked above.
                unsafe UnsafeMutableRawBufferPointer(room).baseAddress?.advanced(by: made)
                    .copyMemory(from: base + offset, byteCount: count)
                made &+= count
            }
        }
        offset = end
    }

    /// Whether the bytes that are left are exactly these.
    @inline(__always)
    package func restEquals(_ other: [UInt8]) -> Bool {
        guard remaining == other.count else { return false }
        return unsafe other.withUnsafeBytes { other in
            var index = 0
            func differ(_ place: Int) -> UInt64 {
                unsafe base.loadUnaligned(fromByteOffset: offset &+ place, as: UInt64.self)
                    ^ other.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            }
            // Both have `count` bytes; 16 at a time, the last ones once more where they overlap, or one by one.
            while index < other.count, other.count >= 16 {
                index = min(index, other.count &- 16)
                if differ(index) | differ(index &+ 8) != 0 { return false }
                index &+= 16
            }
            while index < other.count {
                if unsafe base.load(fromByteOffset: offset &+ index, as: UInt8.self) != other[index] { return false }
                index &+= 1
            }
            return true
        }
    }

    /// Calls the body with the bytes that are left, for the C libraries.
    @inline(__always)
    package func withRest<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        unsafe body(bytes(offset, end))
    }

    /// The same bytes without the last ones.
    @inline(__always)
    package func dropLast(_ count: Int) -> ByteCursor {
        precondition(count >= 0 && count <= remaining, "cannot drop more than is left")
        var copy = unsafe ByteCursor(bytes(0, end &- count))
        copy.offset = offset
        return copy
    }
}
