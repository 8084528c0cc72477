import CMariaDB
import Glibc

extension Connection {
    /// Whether bytes of the server wait to be read right now.
    package var hasWaitingBytes: Bool {
        if lutra_cached_bytes(handle) > 0 { return true }
        var request = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, 0) > 0 && request.revents & Int16(POLLIN) != 0
    }

    /// Bytes that came in on a socket so far; nil where the kernel does not say (a Unix socket).
    package static func receivedBytes(on socket: Int32) -> UInt64? {
        // `tcpi_bytes_received` of Linux's `struct tcp_info`, since 4.1.
        let offset = 128
        var info = [UInt8](repeating: 0, count: 256)
        var length = socklen_t(info.count)
        guard getsockopt(socket, Int32(IPPROTO_TCP), TCP_INFO, &info, &length) == 0, Int(length) >= offset + 8 else {
            return nil
        }
        return info.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
    }

    /// Waits until bytes of the server can be read, the other descriptor can, or the time is over.
    package func waitForBytes(or descriptor: Int32, milliseconds: Int32) {
        if lutra_cached_bytes(handle) > 0 { return }
        var requests = [
            pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        ]
        _ = poll(&requests, 2, milliseconds)
    }
}
