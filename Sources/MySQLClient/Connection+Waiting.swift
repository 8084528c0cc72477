import CMariaDB
import Glibc

extension Connection {
    /// Whether bytes of the server wait to be read right now. With TLS, bytes that are decrypted but not yet handed
    /// out may be missed: false means "perhaps not".
    package var hasWaitingBytes: Bool {
        if lutra_cached_bytes(handle) > 0 { return true }
        var request = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, 0) > 0 && request.revents & Int16(POLLIN) != 0
    }
}
