import Foundation
import TestKit
import Testing

/// Lutra goes from host to host while rows are written: none is lost, none comes twice.
@Suite("Fail-over of the source under load")
struct FailoverLoadTests {
    private enum Event { case lineToPrimaryBreaks, lineToStandbyBreaks, command, primaryIsKilled }

    @Test("there and back", .timeLimit(.minutes(30)), arguments: FailoverSite.Kind.available)
    func thereAndBack(_ kind: FailoverSite.Kind) throws {
        let site = try FailoverSite(kind, hasLines: true)
        defer { site.remove() }
        let program = try site.sync()
        let writer = RandomWriter(site.primary, schema: FailoverSite.loadSchema, seed: 26)
        defer { writer.stop() }
        let rows = "SELECT COUNT(*) FROM \(FailoverSite.loadSchema).keyed"
        try #require(waitUntil(seconds: 180) { try site.target.value(rows) != "0" || program.poll() != nil })
        let events: [(Event, to: Server?)] = [
            (.lineToPrimaryBreaks, site.standby), (.lineToStandbyBreaks, site.primary), (.command, site.standby),
            (.command, site.primary), (.primaryIsKilled, nil),
        ]
        for (event, server) in events {
            let before = writer.committed
            try bring(event, to: server, site, program)
            // Transactions go on behind it.
            #expect(waitUntil(seconds: 180) { writer.committed > before + 20 || program.poll() != nil })
            #expect(program.poll() == nil, "\(event): \(program.tail)")
        }
        #expect(writer.pause())
        try site.expectEqualLoad(site.primary, program)
        program.signal(SIGTERM)
        try #expect(program.wait() == .exit(0), "\(program.tail)")
    }

    /// Makes it happen, and waits until rows come from that server.
    private func bring(_ event: Event, to server: Server?, _ site: FailoverSite, _ program: Program) throws {
        switch event {
        case .lineToPrimaryBreaks, .lineToStandbyBreaks:
            let line = site.lines[event == .lineToPrimaryBreaks ? 0 : 1]
            line.set(.refuse)
            line.dropConnections()
            defer { line.set(.pass) }
            try waitForRows(from: server, site, program)
        case .command:
            // A stand-by that lacks what the target has just got is passed over, and who asks while hosts are tried
            // asks in vain: then it is asked for again, once it tells of that or of its progress.
            var lines = -1
            try waitForRows(from: server, site, program) {
                let told = ["source-behind", "\"message\":\"streaming\""].reduce(0) {
                    $0 + program.errors.components(separatedBy: $1).count
                }
                if told > lines { program.signal(SIGUSR1) }
                lines = told
            }
        case .primaryIsKilled:
            // The stand-by may lack what the target has: then Lutra waits for the primary, else it may go over.
            try site.restartPrimary()
        }
    }

    private func waitForRows(
        from server: Server?, _ site: FailoverSite, _ program: Program, meanwhile: () -> Void = {}
    ) throws {
        let wanted = try server.map(site.identity)
        let isThere = try waitUntil(seconds: 180) {
            let isDone = try site.checkpointServer == wanted || program.poll() != nil
            if !isDone { meanwhile() }
            return isDone
        }
        #expect(isThere && program.poll() == nil, "\(program.tail)")
    }

    @Test("a promotion", .timeLimit(.minutes(30)), arguments: FailoverSite.Kind.available)
    func promotion(_ kind: FailoverSite.Kind) throws {
        let site = try FailoverSite(kind)
        defer { site.remove() }
        try site.standby.execute("SET GLOBAL read_only = ON")
        let program = try site.sync()
        let writer = RandomWriter(site.primary, schema: FailoverSite.loadSchema, seed: 27)
        defer { writer.stop() }
        #expect(waitUntil(seconds: 180) { program.errors.contains("a stand-by is read-only") || program.poll() != nil })
        #expect(waitUntil(seconds: 180) { writer.committed > 200 })
        // As it is done: writing ends, the stand-by gets the rest, then writing begins there.
        #expect(writer.pause())
        try site.waitForStandby()
        try site.standby.endReplication()
        try site.standby.execute("SET GLOBAL read_only = OFF")
        let second = RandomWriter(site.standby, schema: FailoverSite.loadSchema, seed: 28)
        defer { second.stop() }
        try waitForRows(from: site.standby, site, program)
        #expect(second.pause())
        try site.expectEqualLoad(site.standby, program)
        program.signal(SIGTERM)
        try #expect(program.wait() == .exit(0), "\(program.tail)")
    }
}
