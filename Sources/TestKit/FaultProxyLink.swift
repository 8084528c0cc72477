import Foundation

/// One connection through a `FaultProxy`: two sockets and a thread for each direction.
final class FaultProxyLink: @unchecked Sendable {
    // @unchecked: the sockets do not change; what the threads share is behind a lock.
    private struct State {
        var isDump = false
        /// Threads that still use the sockets.
        var threads = 2
    }

    private let client: Int32
    private let server: Int32
    private let proxy: FaultProxy
    private let state = NSLockedValue(State())

    /// Nil when the server does not answer; the client is closed then.
    init?(client: Int32, serverPort: UInt16, proxy: FaultProxy) {
        self.client = client
        self.proxy = proxy
        server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = FaultProxy.address(serverPort)
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            close(server)
            close(client)
            return nil
        }
        var on: Int32 = 1
        for socket in [client, server] {
            setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        }
    }

    func start() {
        startThread { [self] in
            forwardRequests()
            finish()
        }
        startThread { [self] in
            forwardAnswers()
            finish()
        }
    }

    /// Ends both sides at once; the client sees a reset.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(client, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        shutdown(server, Int32(SHUT_RDWR))
        shutdown(client, Int32(SHUT_RDWR))
    }

    private func finish() {
        shutdown(server, Int32(SHUT_RDWR))
        shutdown(client, Int32(SHUT_RDWR))
        let threads = state.with { state in
            state.threads -= 1
            return state.threads
        }
        guard threads == 0 else { return }
        proxy.ended(self)
        close(server)
        close(client)
    }

    /// From the client to the server.
    private func forwardRequests() {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while let count = receive(client, &buffer) {
            // A command starts a packet numbered 0; COM_BINLOG_DUMP is 0x12, COM_BINLOG_DUMP_GTID 0x1e.
            if count > 4, buffer[3] == 0, buffer[4] == 0x12 || buffer[4] == 0x1e { state.with { $0.isDump = true } }
            guard waitWhileSilent(), send(server, buffer[..<count]) else { return }
        }
    }

    /// From the server to the client, where faults happen.
    private func forwardAnswers() {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        var sent = 0
        var wasDump = false
        var pending: [UInt8] = []
        var random = UInt64(20_26)
        var spoiling: FaultProxy.Fault?
        while let count = receive(server, &buffer) {
            let isDump = state.with { $0.isDump }
            if isDump != wasDump, proxy.current(isDump: isDump).scope == .dumps { sent = 0 }
            wasDump = isDump
            guard waitWhileSilent() else { return }
            var piece = Array(buffer[..<count])
            let plan = proxy.current(isDump: isDump)
            if let rewrite = plan.rewrite {
                pending += piece
                piece = Self.rewritten(&pending, rewrite)
            }
            switch spoiling ?? plan.fault {
            case .pass, .silent: break
            case .refuse: return
            case .delay(let milliseconds): usleep(UInt32(milliseconds) * 1_000)
            case .cut(let limit):
                if sent + piece.count > limit {
                    _ = send(client, piece[..<max(0, limit - sent)])
                    proxy.spent()
                    return reset()
                }
            case .halfClose(let limit):
                if sent + piece.count > limit {
                    _ = send(client, piece[..<max(0, limit - sent)])
                    proxy.spent()
                    shutdown(client, Int32(SHUT_WR))
                    while receive(server, &buffer) != nil {}
                    return
                }
            case .garbage(let limit):
                // The rest of this connection stays garbage, also when the fault was to hit one only.
                if sent + piece.count > limit, spoiling == nil {
                    spoiling = plan.fault
                    proxy.spent()
                }
                for index in piece.indices where sent + index >= limit {
                    random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    piece[index] = UInt8(truncatingIfNeeded: random >> 33)
                }
            }
            guard send(client, piece[...]) else { return }
            sent += piece.count
        }
    }

    /// The whole packets of the buffer, each changed; what is left waits for more.
    private static func rewritten(_ pending: inout [UInt8], _ body: (inout [UInt8]) -> Void) -> [UInt8] {
        var result: [UInt8] = []
        var start = 0
        while pending.count - start >= 4 {
            let length = Int(pending[start]) | Int(pending[start + 1]) << 8 | Int(pending[start + 2]) << 16
            guard pending.count - start - 4 >= length else { break }
            var payload = Array(pending[(start + 4)..<(start + 4 + length)])
            body(&payload)
            let size = payload.count
            result += [UInt8(size & 255), UInt8(size >> 8 & 255), UInt8(size >> 16 & 255), pending[start + 3]]
            result += payload
            start += 4 + length
        }
        pending.removeSubrange(..<start)
        return result
    }

    /// False when the client went away meanwhile.
    private func waitWhileSilent() -> Bool {
        while proxy.current(isDump: state.with { $0.isDump }).fault == .silent {
            if clientIsGone(withinMilliseconds: 20) || proxy.current(isDump: false).isClosed { return false }
        }
        return !clientIsGone(withinMilliseconds: 0)
    }

    private func clientIsGone(withinMilliseconds time: Int32) -> Bool {
        // POLLRDHUP, which the compiler's view of the header lacks: the client closed its side.
        let ended: Int32 = 0x2000
        var look = pollfd(fd: client, events: Int16(ended), revents: 0)
        return poll(&look, 1, time) > 0 && Int32(look.revents) & (POLLERR | POLLHUP | ended) != 0
    }

    /// The bytes that came; nil at the end.
    private func receive(_ socket: Int32, _ buffer: inout [UInt8]) -> Int? {
        while true {
            let count = recv(socket, &buffer, buffer.count, 0)
            if count > 0 { return count }
            guard count < 0, errno == EINTR else { return nil }
        }
    }

    private func send(_ socket: Int32, _ bytes: ArraySlice<UInt8>) -> Bool {
        var start = bytes.startIndex
        while start < bytes.endIndex {
            let count = bytes[start...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            start += count
        }
        return true
    }
}
