import Binlog
import CDeflate
import CZstd

/// Compression as the servers do it, so that damage is met behind it too.
enum Packing {
    /// TRANSACTION_PAYLOAD around events without checksums, with four bytes for its own.
    static func payload(_ events: [UInt8], isCompressed: Bool) -> [UInt8] {
        let packed = isCompressed ? zstd(events) : events
        var event = [UInt8](repeating: 0, count: EventHeader.size)
        event[4] = EventType.transactionPayload.rawValue
        event += [2, 1, isCompressed ? 0 : 255, 3, 4, 253] + fourBytes(events.count).prefix(3)
        event += [1, 4, 253] + fourBytes(packed.count).prefix(3) + [0]
        return event + packed + [0, 0, 0, 0]
    }

    /// A rows or query event of MariaDB as `log_bin_compress` writes it; nil for other events.
    static func mariadb(_ event: [UInt8]) -> [UInt8]? {
        let type = event.count > 31 ? event[4] : 0
        guard (23...25).contains(type) else { return nil }
        // Column count and bitmaps of a table of up to 8 columns stay plain; wider ones come out damaged, also good.
        let plain = EventHeader.size + 8 + (type == 24 ? 3 : 2)
        guard event.count > plain + 4 else { return nil }
        let rows = Array(event[plain..<event.count - 4])
        var packed = Array(event[..<plain]) + [0x82, UInt8(truncatingIfNeeded: rows.count >> 8)]
        packed += [UInt8(truncatingIfNeeded: rows.count)] + zlib(rows) + [0, 0, 0, 0]
        packed[4] = type - 23 + 166
        return packed
    }

    private static func zstd(_ bytes: [UInt8]) -> [UInt8] {
        var packed = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
        let count = ZSTD_compress(&packed, packed.count, bytes, bytes.count, 1)
        return Array(packed.prefix(count))
    }

    private static func zlib(_ bytes: [UInt8]) -> [UInt8] {
        guard let compressor = libdeflate_alloc_compressor(1) else { return [] }
        defer { libdeflate_free_compressor(compressor) }
        var packed = [UInt8](repeating: 0, count: libdeflate_zlib_compress_bound(compressor, bytes.count))
        let count = libdeflate_zlib_compress(compressor, bytes, bytes.count, &packed, packed.count)
        return Array(packed.prefix(count))
    }
}
