private import CDeflate

/// Values of MariaDB's COMPRESSED columns.
///
/// First byte: 0 for plain bytes that follow; else 8 in the high four bits for zlib, bit 3 set where the stream is
/// raw deflate without zlib's header, and in the low three bits the number of bytes of the unpacked length, which
/// follow, highest first. No bytes at all are the empty string. (Found by trying with both values of
/// `column_compression_zlib_wrap` on MariaDB 10.11.)
package enum CompressedColumn {
    /// Appends the plain bytes.
    ///
    /// - Parameter limit: bytes that one value may unpack to.
    package static func append(
        _ bytes: [UInt8], in range: Range<Int>, limit: Int, to text: inout [UInt8]
    ) throws(ValueError) {
        guard let header = range.first.map({ bytes[$0] }) else { return }
        if header == 0 { return text.append(contentsOf: bytes[range.dropFirst()]) }
        let lengthBytes = Int(header & 7)
        guard header >> 4 == 8, (1...4).contains(lengthBytes), range.count > 1 + lengthBytes else {
            throw .badCompression
        }
        var length = 0
        for at in range.dropFirst().prefix(lengthBytes) { length = length << 8 | Int(bytes[at]) }
        guard length <= limit else { throw .tooLong }
        // Deflate makes at most 1032 bytes of one: a greater length is damage, and not worth the memory.
        guard length <= range.count * 1_032 else { throw .badCompression }
        let start = text.count
        text.append(contentsOf: repeatElement(0, count: length))
        let isWhole = unpack(
            bytes, range.dropFirst(1 + lengthBytes), isRaw: header & 8 != 0, into: &text, from: start)
        guard isWhole else { throw .badCompression }
    }

    private static func unpack(
        _ bytes: [UInt8], _ range: Range<Int>, isRaw: Bool, into text: inout [UInt8], from start: Int
    ) -> Bool {
        guard let decompressor = unsafe libdeflate_alloc_decompressor() else { return false }
        defer { unsafe libdeflate_free_decompressor(decompressor) }
        let length = text.count - start
        // Unsafe: the C library takes pointers; both buffers are arrays whose ranges were checked above.
        let result = unsafe bytes.withUnsafeBytes { source in
            unsafe text.withUnsafeMutableBytes { target in
                let from = unsafe UnsafeRawBufferPointer(rebasing: source[range])
                let to = unsafe UnsafeMutableRawBufferPointer(rebasing: target[start...])
                return isRaw
                    ? unsafe libdeflate_deflate_decompress(
                        decompressor, from.baseAddress, from.count, to.baseAddress, length, nil)
                    : unsafe libdeflate_zlib_decompress(
                        decompressor, from.baseAddress, from.count, to.baseAddress, length, nil)
            }
        }
        return result == LIBDEFLATE_SUCCESS
    }
}
