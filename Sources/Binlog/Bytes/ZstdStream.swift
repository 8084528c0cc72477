import CZstd
import Model

/// Unpacks zstd streams piece by piece, one after the other: to make one costs more than to unpack a small transaction.
/// Safe to use: the stream is made once, freed once and never handed out.
@safe
final class ZstdStream {
    private let stream: OpaquePointer
    private var scratch = [UInt8](repeating: 0, count: 128 << 10)

    init() throws(EventFault) {
        guard let made = unsafe ZSTD_createDStream() else {
            throw EventFault(.internalFault, "no memory to unpack an event")
        }
        unsafe stream = made
    }

    deinit { unsafe ZSTD_freeDStream(stream) }

    /// Forgets what was read, for another stream.
    func reset() { _ = unsafe ZSTD_DCtx_reset(stream, ZSTD_reset_session_only) }

    /// Appends the next piece, at most 128 KiB, and skips what it used of the input. Returns whether bytes came or
    /// were used.
    func next(_ input: inout ByteCursor, into buffer: inout [UInt8]) throws(EventFault) -> Bool {
        var used = 0
        var made = 0
        let result = unsafe scratch.withUnsafeMutableBytes { target in
            // zstd writes within `size` and reads within the cursor's bytes.
            unsafe input.withRest { source in
                var output = unsafe ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
                var inputBuffer = unsafe ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
                let code = unsafe ZSTD_decompressStream(stream, &output, &inputBuffer)
                unsafe used = inputBuffer.pos
                unsafe made = output.pos
                return code
            }
        }
        guard ZSTD_isError(result) == 0 else {
            throw EventFault(.binlogCorrupt, "the event's compressed content is damaged")
        }
        try input.skip(used)
        buffer.append(contentsOf: scratch[..<made])
        return used > 0 || made > 0
    }
}
