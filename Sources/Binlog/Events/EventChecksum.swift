import CISAL

/// CRC32 of the bytes that are left.
@inline(__always)
package func crc32(_ cursor: ByteCursor) -> UInt32 {
    // It reads exactly that many bytes. With a start of 0 it is the CRC32 of zlib (IEEE 802.3, reflected).
    unsafe cursor.withRest { bytes in unsafe crc32_gzip_refl(0, bytes.baseAddress, UInt64(bytes.count)) }
}

/// Whether the event's last four bytes are the CRC32 of those before. `event` stands at its first byte.
@inline(__always)
func hasValidChecksum(_ event: ByteCursor) -> Bool {
    guard event.remaining >= 4 else { return false }
    return crc32(event.dropLast(4)) == event.load(at: event.end - 4, as: UInt32.self)
}

/// The same for a FORMAT_DESCRIPTION event, whose CRC is computed with the in-use flag cleared.
func hasValidFormatChecksum(_ event: ByteCursor) -> Bool {
    if hasValidChecksum(event) { return true }
    var copy = event
    var bytes = copy.rest()
    guard bytes.count > EventHeader.size else { return false }
    bytes[17] &= ~UInt8(EventHeader.inUse)
    return unsafe bytes.withUnsafeBytes { unsafe hasValidChecksum(ByteCursor($0)) }
}
