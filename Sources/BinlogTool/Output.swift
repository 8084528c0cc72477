import Glibc
package import Model

/// Standard output, or another descriptor, written in large pieces.
package final class Output {
    private let descriptor: Int32
    package var text: [UInt8] = []
    /// The reader has gone: there is nobody to write for, and nothing to complain about.
    package private(set) var isClosed = false
    private static let pieceBytes = 64 << 10

    package init(descriptor: Int32 = STDOUT_FILENO) { self.descriptor = descriptor }

    package func append(_ string: String) { text.append(contentsOf: string.utf8) }

    /// Writes what has gathered once it is much.
    ///
    /// - Throws: `LutraError` with `stopped` when the reader has gone (`isClosed`), or `file-unreadable`.
    func flushIfFull() throws(LutraError) {
        if text.count >= Self.pieceBytes { try flush() }
    }

    /// Writes all that has gathered.
    package func flush() throws(LutraError) {
        var start = 0
        while start < text.count {
            let written = text.withUnsafeBytes {
                write(descriptor, $0.baseAddress.map { $0 + start }, $0.count - start)
            }
            if written >= 0 {
                start += written
            } else if errno == EPIPE {
                isClosed = true
                throw LutraError(.stopped, "the reader of the output has gone")
            } else if errno != EINTR {
                throw LutraError(
                    .fileUnreadable, "the output cannot be written", cause: String(cString: strerror(errno)))
            }
        }
        text.removeAll(keepingCapacity: true)
    }
}
