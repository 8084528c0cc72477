import Foundation
import Model

/// Blocks of bytes in a temporary file, written forwards and read backwards. The file has no name and goes with the
/// process.
final class BackwardSpool {
    private let descriptor: Int32
    private var end: off_t = 0

    init() throws(LutraError) {
        let folder = ProcessInfo.processInfo.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        var name = Array((folder + "/lutra-undo-" + String(repeating: "X", count: 6)).utf8CString)
        descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw Self.failure("a temporary file cannot be made", folder) }
        unlink(name)
    }

    deinit { close(descriptor) }

    private static func failure(_ message: String, _ folder: String) -> LutraError {
        LutraError(
            .fileUnreadable, message, place: ["folder": folder], hint: "set TMPDIR to a folder with room",
            cause: String(cString: strerror(errno)))
    }

    /// Bytes that it holds.
    var size: Int64 { Int64(end) }

    /// Forgets what came since it was that large.
    func truncate(to size: Int64) { end = off_t(size) }

    /// A block, followed by its length.
    func append(_ block: [UInt8]) throws(LutraError) {
        var bytes = block
        for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: block.count >> shift)) }
        var start = 0
        while start < bytes.count {
            let written = bytes.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress.map { $0 + start }, $0.count - start, end)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw Self.failure("a temporary file cannot be written", "TMPDIR") }
            start += written
            end += off_t(written)
        }
    }

    func forEachBackward(_ body: ([UInt8]) throws(LutraError) -> Void) throws(LutraError) {
        var place = end
        while place > 0 {
            let length = try read(8, at: place - 8).reversed().reduce(0) { $0 << 8 | Int($1) }
            place -= off_t(8 + length)
            try body(try read(length, at: place))
        }
    }

    private func read(_ count: Int, at place: off_t) throws(LutraError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress.map { $0 + filled }, count - filled, place + off_t(filled))
            }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { throw Self.failure("a temporary file cannot be read", "TMPDIR") }
            filled += got
        }
        return bytes
    }
}
