import Capture
import Model
import MySQLClient
import TestKit
import Testing

/// A source behind a line that breaks: every kind of damage ends in an error of a known kind, never in a wrong event.
@Suite struct FaultProxyTests {
    /// How reading a dump through the proxy ended, and the bytes of the events before.
    ///
    /// Returns when the proxy has let go of the connection: a fault that hits one connection must not hit an old one.
    private func read(_ proxy: FaultProxy, from start: BinlogPosition) -> (events: [[UInt8]], failure: (any Error)?) {
        defer { #expect(waitUntil(seconds: 180) { proxy.connectionCount == 0 }) }
        var events: [[UInt8]] = []
        do {
            let host = ServerURL.Host(name: "127.0.0.1", port: proxy.port)
            var options = DumpOptions.look
            options.heartbeatSeconds = 1
            options.readSeconds = 3
            let url = ServerURL(user: "lutra", password: "lutra", hosts: [host], tls: .off)
            let stream = try DumpStream.open(ConnectionOptions(url: url), from: .position(start), options)
            defer { stream.close() }
            while let event = try stream.next() { events.append(Array(event)) }
            return (events, nil)
        } catch {
            return (events, error)
        }
    }

    private func isLost(_ failure: (any Error)?) -> Bool {
        (failure as? StatementFailure)?.isConnectionLost == true
    }

    @Test(arguments: Flavor.available) func everyFaultShows(_ flavor: Flavor) throws {
        let server = try TestServers.shared(flavor, .source)
        let connection = try server.connect()
        let start = try #require(try connection.binlogEnd()).position
        try connection.execute(
            """
            CREATE DATABASE IF NOT EXISTS fault_proxy; DROP TABLE IF EXISTS fault_proxy.t; \
            CREATE TABLE fault_proxy.t (a INT PRIMARY KEY, b TEXT); \
            INSERT INTO fault_proxy.t VALUES (1, REPEAT('x', 3000)), (2, REPEAT('y', 3000))
            """)
        let proxy = try FaultProxy(to: server)
        defer { proxy.close() }
        let whole = read(proxy, from: start)
        #expect(whole.failure == nil)
        try #require(whole.events.contains { $0.count > 3_000 })
        for bytes in [0, 3, 100, 2_000] {
            proxy.set(.cut(afterBytes: bytes), on: .dumps, times: 1)
            let cut = read(proxy, from: start)
            #expect(isLost(cut.failure), "cut after \(bytes): \(String(describing: cut.failure))")
            #expect(cut.events == Array(whole.events.prefix(cut.events.count)))
            proxy.set(.halfClose(afterBytes: bytes), on: .dumps, times: 1)
            #expect(isLost(read(proxy, from: start).failure), "half-closed after \(bytes)")
            #expect(read(proxy, from: start).events.count >= whole.events.count)
        }
        proxy.set(.silent, on: .dumps)
        #expect(isLost(read(proxy, from: start).failure))
        proxy.set(.garbage(afterBytes: 200), on: .dumps, times: 1)
        // A checksum is SELECT's to check: here bytes that differ are enough.
        let spoiled = read(proxy, from: start)
        #expect(spoiled.failure != nil || spoiled.events != whole.events, "\(spoiled.events.map(\.count))")
        proxy.set(.refuse)
        #expect((read(proxy, from: start).failure as? LutraError)?.code == .unreachable)
        proxy.set(.delay(milliseconds: 20))
        #expect(read(proxy, from: start).failure == nil)
    }
}
