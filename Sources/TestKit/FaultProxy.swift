import Foundation
import MySQLClient

/// A TCP proxy on 127.0.0.1 between Lutra and a server that breaks connections in the ways that networks do.
///
/// A fault is set at any moment and works on the connections that are open and on those that come. With
/// `Scope.dumps` it works only on connections that asked for a binlog, from the answer to that request on; for that,
/// and for `rewrite`, the connection must not use TLS, which `url(of:)` sees to. Calls never block.
package final class FaultProxy: Sendable {
    /// What goes wrong. Bytes are counted from the server to the client, on each connection by itself.
    package enum Fault: Equatable, Sendable {
        /// Nothing.
        case pass
        /// New connections are closed at once, open ones too.
        case refuse
        /// Nothing is forwarded any more and nothing is closed: what a cable looks like that was pulled.
        case silent
        /// Each piece of at most 64 KiB waits so long before it goes on.
        case delay(milliseconds: Int)
        /// The connection is reset after so many bytes.
        case cut(afterBytes: Int)
        /// The client is told after so many bytes that no more will come, but can still write.
        case halfClose(afterBytes: Int)
        /// After so many bytes come random ones (of a fixed seed), as many as the server sends.
        case garbage(afterBytes: Int)
    }

    package enum Scope: Equatable, Sendable { case all, dumps }

    struct Plan {
        var fault = Fault.pass
        var scope = Scope.all
        /// How many connections the fault may still hit.
        var remaining = Int.max
        var rewrite: (@Sendable (inout [UInt8]) -> Void)?
        var isClosed = false
    }

    /// The port to connect to.
    package let port: UInt16
    let serverPort: UInt16
    private let listener: Int32
    private let plan = NSLockedValue(Plan())
    private let links = NSLockedValue<[ObjectIdentifier: FaultProxyLink]>([:])

    /// Listens on a free port and forwards to a port of this machine.
    package init(to serverPort: UInt16) throws {
        self.serverPort = serverPort
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = Self.address(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, length) + listen(listener, 64) + getsockname(listener, pointer, &length)
            }
        }
        guard listener >= 0, status == 0 else { throw TestFailure("the proxy cannot listen") }
        port = UInt16(bigEndian: address.sin_port)
        startThread { [self] in accept() }
    }

    package convenience init(to server: Server) throws { try self.init(to: server.port) }

    static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }

    /// The proxy's address, as `--from` and `--to` take it, without TLS.
    package var url: String { "mysql://lutra:lutra@127.0.0.1:\(port)/?tls=off" }

    /// Sets what goes wrong from now on.
    ///
    /// - Parameter times: how many connections it hits at most; then everything passes.
    package func set(_ fault: Fault, on scope: Scope = .all, times: Int = .max) {
        plan.with {
            $0.fault = fault
            $0.scope = scope
            $0.remaining = times
        }
        if fault == .refuse, scope == .all { dropConnections() }
    }

    /// Hands each packet of a dump (status byte 0, then the event) to a closure that may change it; nil ends that.
    package func rewriteDumps(_ body: (@Sendable (inout [UInt8]) -> Void)?) { plan.with { $0.rewrite = body } }

    /// Resets every open connection.
    package func dropConnections() {
        for link in links.with({ Array($0.values) }) { link.reset() }
    }

    /// Connections that are open now.
    package var connectionCount: Int { links.with { $0.count } }

    /// Ends the proxy and its connections.
    package func close() {
        plan.with { $0.isClosed = true }
        shutdown(listener, Int32(SHUT_RDWR))
        dropConnections()
    }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else {
                if errno == EINTR || errno == ECONNABORTED { continue }
                break
            }
            let now = plan.with { $0 }
            if now.isClosed { break }
            if now.fault == .refuse, now.scope == .all {
                Glibc.close(client)
                continue
            }
            guard let link = FaultProxyLink(client: client, serverPort: serverPort, proxy: self) else { continue }
            links.with { $0[ObjectIdentifier(link)] = link }
            link.start()
        }
        Glibc.close(listener)
    }

    func ended(_ link: FaultProxyLink) { links.with { $0[ObjectIdentifier(link)] = nil } }

    /// What holds for a connection at this moment.
    func current(isDump: Bool) -> Plan {
        var now = plan.with { $0 }
        if now.scope == .dumps, !isDump { now.fault = .pass }
        if now.remaining <= 0 { now.fault = .pass }
        if !isDump { now.rewrite = nil }
        return now
    }

    /// A connection was hit.
    func spent() {
        plan.with { if $0.remaining != .max { $0.remaining -= 1 } }
    }
}

/// A thread of its own, as calls on sockets block.
func startThread(_ body: @escaping @Sendable () -> Void) {
    let thread = Thread(block: body)
    thread.stackSize = 1 << 20
    thread.start()
}
