import Foundation
import MySQLClient
import TestKit
import Testing

/// Two servers that may be killed, a line to each that may break, a writer, and `lutra sync` between them.
final class CrashBench {
    struct Way: Sendable, CustomTestStringConvertible, CustomStringConvertible {
        let source: Flavor
        let target: Flavor
        let mode: String
        var description: String { "\(source) to \(target), \(mode)" }
        var testDescription: String { description }
    }

    enum Fault: CaseIterable {
        case killLutra, killTarget, killSource, cutSource, cutTarget, halfClose, silence, delay, killTwo
    }

    private static let schema = "crash"
    /// What a server that is killed has committed must be in its files, in the order of commits.
    private static let options = ["--innodb-flush-log-at-trx-commit=1", "--sync-binlog=1"]

    private let way: Way
    private let source: Server
    private let target: Server
    private let toSource: FaultProxy
    private let toTarget: FaultProxy
    private let writer: RandomWriter
    private let watch: CheckpointWatch
    private let specification: String
    private let arguments: [String]
    private var lutra: Program

    init(_ way: Way, seed: UInt64) throws {
        self.way = way
        source = try Server(way.source, name: "crash-source", options: Self.options)
        target = try Server(way.target, name: "crash-target", options: Self.options)
        for server in [source, target] {
            try server.freshSchema(Self.schema)
            try server.execute(RandomWriter.tables(Self.schema))
        }
        toSource = try FaultProxy(to: source)
        toTarget = try FaultProxy(to: target)
        let folder = try Places.newFolder("crash")
        specification = folder + "/crash.yaml"
        arguments = [
            "sync", specification, "--state", folder + "/state", "--start", try source.binlogEnd(),
            "--log-format", "json",
        ]
        lutra = try Self.start(arguments, specification, way, toSource, toTarget, lanes: 4)
        writer = RandomWriter(source, schema: Self.schema, seed: seed, largeEvery: 100)
        watch = CheckpointWatch(target)
    }

    private static func start(
        _ arguments: [String], _ specification: String, _ way: Way, _ source: FaultProxy, _ target: FaultProxy,
        lanes: UInt64
    ) throws -> Program {
        try """
        channel: crash
        sites:
          a: { url: "\(source.url)" }
          b: { url: "\(target.url)" }
        pipelines:
          - { from: a, to: b, mode: \(way.mode), load: { lanes: \(lanes) } }
        tables: ["\(schema).*"]
        limits: { read-seconds: 3, batch-rows: 200 }
        """.write(toFile: specification, atomically: true, encoding: .utf8)
        return try Program.lutra(arguments)
    }

    func remove() {
        writer.stop()
        watch.stop()
        lutra.signal(SIGKILL)
        for proxy in [toSource, toTarget] { proxy.close() }
        for server in [source, target] { try? server.remove() }
    }

    /// One fault at a random moment under load, and the way back to equal sides.
    ///
    /// - Returns: what is wrong; nil when all is well.
    func run(_ fault: Fault, _ random: inout SeededRandom) throws -> String? {
        writer.resume()
        let before = watch.highest
        guard waitUntil(seconds: 180, { watch.highest > before || lutra.poll() != nil }), lutra.poll() == nil else {
            return "nothing arrives: \(lutra.tail)"
        }
        wait(upTo: 800, &random)
        try strike(fault, &random)
        if lutra.poll() != nil { return "lutra ended by itself: \(lutra.tail)" }
        guard writer.pause() else { return "the writer does not rest" }
        var difference: String? = "not compared"
        _ = try waitUntil(seconds: 180) {
            difference = try self.difference()
            return difference == nil || lutra.poll() != nil
        }
        if let difference { return "\(difference)\n\(lutra.tail)" }
        return watch.wentBack
    }

    private func strike(_ fault: Fault, _ random: inout SeededRandom) throws {
        switch fault {
        case .killLutra: try restartLutra(&random)
        case .killTarget: try restart(target)
        case .killSource: try restart(source)
        case .killTwo:
            lutra.signal(SIGKILL)
            try restart(random.next() % 2 == 0 ? source : target)
            try restartLutra(&random)
        case .cutSource: toSource.dropConnections()
        case .cutTarget: toTarget.dropConnections()
        case .halfClose:
            let proxy = random.next() % 2 == 0 ? toSource : toTarget
            proxy.set(.halfClose(afterBytes: Int(random.next() % 2_000)), times: 1)
            proxy.dropConnections()
        case .silence:
            let proxy = random.next() % 2 == 0 ? toSource : toTarget
            proxy.set(.silent)
            wait(upTo: 2_000, &random)
            proxy.set(.pass)
            if random.next() % 2 == 0 { proxy.dropConnections() }
        case .delay:
            for proxy in [toSource, toTarget] { proxy.set(.delay(milliseconds: Int(1 + random.next() % 20))) }
            wait(upTo: 1_000, &random)
            toTarget.dropConnections()
            for proxy in [toSource, toTarget] { proxy.set(.pass) }
        }
    }

    /// A random moment, sooner when lutra ends by itself.
    private func wait(upTo milliseconds: UInt64, _ random: inout SeededRandom) {
        _ = waitUntil(seconds: Double(random.next() % milliseconds) / 1_000) { lutra.poll() != nil }
    }

    private func restart(_ server: Server) throws {
        try server.kill()
        try server.restart(options: Self.options)
    }

    /// With another number of lanes than before.
    private func restartLutra(_ random: inout SeededRandom) throws {
        lutra.signal(SIGKILL)
        try lutra.wait(seconds: 180)
        lutra = try Self.start(arguments, specification, way, toSource, toTarget, lanes: 1 + random.next() % 8)
    }

    private func difference() throws -> String? {
        let (from, to) = (try source.connect(), try target.connect())
        defer {
            from.close()
            to.close()
        }
        for table in RandomWriter.tableNames {
            let tables = TableComparison(source: (Self.schema, table), target: (Self.schema, table))
            if let difference = try tables.difference(from, to) { return difference }
        }
        return nil
    }
}
