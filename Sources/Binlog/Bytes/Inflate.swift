import CDeflate
import Model

/// Appends what MariaDB's `log_bin_compress` packed: 1 byte (0x80, algorithm in bits 4–6, 0 is zlib; length of the
/// length in bits 0–2), that many bytes of the unpacked length (big endian), and a zlib stream.
func inflateMariaDB(_ packed: ByteCursor, into buffer: inout [UInt8], limit: Int) throws(EventFault) {
    var cursor = packed
    let head = try cursor.byte()
    guard head & 0xf0 == 0x80 else {
        throw EventFault(.binlogUnsupported, "the event is compressed with an unknown algorithm")
    }
    let length = try cursor.unsignedBigEndian(bytes: Int(head & 7))
    guard length <= UInt64(limit) else {
        throw EventFault(.binlogCorrupt, "the event unpacks to \(length) bytes, more than the limit of \(limit)")
    }
    // Deflate makes at most 1032 bytes of one: a greater length is damage, and not worth the memory.
    guard length <= UInt64(cursor.remaining) * 1_032 else {
        throw EventFault(.binlogCorrupt, "the event's compressed content is shorter than it says")
    }
    guard let decompressor = unsafe libdeflate_alloc_decompressor() else {
        throw EventFault(.internalFault, "no memory to unpack an event")
    }
    defer { unsafe libdeflate_free_decompressor(decompressor) }
    let start = buffer.count
    buffer.append(contentsOf: repeatElement(0, count: Int(length)))
    let result = unsafe buffer.withUnsafeMutableBytes { target in
        // Writes exactly `length` bytes from `start`, which were made above.
        unsafe cursor.withRest { source in
            unsafe libdeflate_zlib_decompress(
                decompressor, source.baseAddress, source.count, target.baseAddress.map { unsafe $0 + start },
                Int(length), nil)
        }
    }
    guard result == LIBDEFLATE_SUCCESS else {
        throw EventFault(.binlogCorrupt, "the event's compressed content is damaged")
    }
}
