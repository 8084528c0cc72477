import Foundation
import MySQLClient
import TestKit
import Testing

/// A minute at full rate, or as many seconds as LUTRA_SOAK_SECONDS says (`make soak`: half an hour): what Lutra holds
/// stays the same, it stays near the source, and both sides are equal at the end.
@Suite("Soak", .serialized)
struct SoakTests {
    private static let schema = "soak"
    private static let seconds = Double(ProcessInfo.processInfo.environment["LUTRA_SOAK_SECONDS"] ?? "") ?? 60

    @Test("nothing grows", .timeLimit(.minutes(240)), arguments: ["merge", "transaction"])
    func nothingGrows(_ mode: String) throws {
        let source = try Server(.mariadb, name: "soak-source", options: ["--max-binlog-size=64M"])
        let target = try Server(.mariadb, name: "soak-target")
        defer { for server in [source, target] { try? server.remove() } }
        for server in [source, target] {
            try server.freshSchema(Self.schema)
            try server.execute(RandomWriter.tables(Self.schema))
        }
        let program = try Program.lutra([
            "sync", "--from", source.url, "--to", target.url, "--tables", "\(Self.schema).*", "--mode", mode,
            "--start", source.binlogEnd(), "--state", Places.newFolder("state"), "--log-format", "json",
        ])
        let writer = RandomWriter(source, schema: Self.schema, seed: 4, restMicroseconds: 0)
        defer { writer.stop() }
        let samples = try sample(program, source, target)
        #expect(program.poll() == nil, "\(program.tail)")
        #expect(writer.pause())
        try expectEqual(source, target, program)
        program.signal(SIGTERM)
        try #expect(program.wait() == .exit(0), "\(program.tail)")

        let (first, second, last) = Sample.thirds(samples)
        let figures =
            "soak, \(mode), \(Int(Self.seconds)) s: \(writer.committed) transactions; by thirds: resident MiB "
            + "\(first.resident >> 10), \(second.resident >> 10), \(last.resident >> 10); descriptors at most "
            + "\(first.descriptors), \(second.descriptors), \(last.descriptors); threads \(first.threads), "
            + "\(second.threads), \(last.threads); KiB of the log behind at most \(first.behind >> 10), "
            + "\(second.behind >> 10), \(last.behind >> 10)\n"
        FileHandle.standardError.write(Data(figures.utf8))
        // On a busy machine it falls behind, and queues fill to their bounds: what counts is that there is one. A
        // leak of ten bytes a row would be more within half an hour.
        #expect(last.resident < 256 << 10, "\(figures)")
        #expect(last.descriptors <= max(first.descriptors, second.descriptors) + 1, "\(figures)")
        #expect(last.threads <= max(first.threads, second.threads) + 1, "\(figures)")
    }

    /// Looks at the process once a second, or less often in a long run.
    private func sample(_ program: Program, _ source: Server, _ target: Server) throws -> [Sample] {
        let end = ContinuousClock.now + .seconds(Self.seconds)
        var samples: [Sample] = []
        let place = "SELECT MAX(CONCAT(binlog_file, ':', LPAD(binlog_offset, 12, '0'))) FROM retl.lutra_checkpoint"
        while ContinuousClock.now < end, program.poll() == nil {
            _ = waitUntil(seconds: max(1, Self.seconds / 600)) { program.poll() != nil }
            let reached = (try? target.value(place)) ?? nil
            if let now = Sample(program.id, reached: reached, end: try source.binlogEnd()) { samples.append(now) }
        }
        return samples
    }

    private func expectEqual(_ source: Server, _ target: Server, _ program: Program) throws {
        let (from, to) = (try source.connect(), try target.connect())
        defer {
            from.close()
            to.close()
        }
        var difference: String?
        _ = try waitUntil(seconds: 300) {
            difference = nil
            for table in RandomWriter.tableNames where difference == nil {
                difference = try TableComparison(source: (Self.schema, table), target: (Self.schema, table))
                    .difference(from, to)
            }
            return difference == nil || program.poll() != nil
        }
        #expect(difference == nil, "\(difference ?? "")\n\(program.tail)")
    }
}

/// What a process holds at a moment.
private struct Sample {
    /// KiB of memory.
    var resident: Int
    var descriptors: Int
    var threads: Int
    /// Bytes of the log from the checkpoint to its end; a file that lies between counts as none.
    var behind: Int

    init?(_ id: pid_t, reached: String?, end: String) {
        guard let status = try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8),
            let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/fd")
        else { return nil }
        func number(_ name: String) -> Int {
            let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") } ?? ""
            return Int(line.filter(\.isNumber)) ?? 0
        }
        resident = number("VmRSS")
        threads = number("Threads")
        descriptors = files.count
        let (from, to) = (Self.place(reached ?? end), Self.place(end))
        behind = from.file == to.file ? max(0, to.offset - from.offset) : to.offset
    }

    private static func place(_ text: String) -> (file: Substring, offset: Int) {
        let parts = text.split(separator: ":")
        return (parts.first ?? "", Int(parts.last ?? "") ?? 0)
    }

    /// The median memory of each third, and the most of all else.
    static func thirds(_ samples: [Sample]) -> (Sample, Sample, Sample) {
        func summary(_ part: ArraySlice<Sample>) -> Sample {
            guard var result = part.first else { return samples.first ?? Sample() }
            for sample in part {
                result.descriptors = max(result.descriptors, sample.descriptors)
                result.threads = max(result.threads, sample.threads)
                result.behind = max(result.behind, sample.behind)
            }
            result.resident = part.map(\.resident).sorted()[part.count / 2]
            return result
        }
        let third = samples.count / 3
        return (
            summary(samples[..<third]), summary(samples[third..<(2 * third)]), summary(samples[(2 * third)...])
        )
    }

    private init() { (resident, descriptors, threads, behind) = (0, 0, 0, 0) }
}
