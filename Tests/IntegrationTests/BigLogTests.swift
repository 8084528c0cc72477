import Foundation
import TestKit
import Testing

/// A transaction of more than 4 GiB, whose file's positions do not fit into an event's header. `make big-log`.
@Suite("Big logs", .serialized, .enabled(if: ProcessInfo.processInfo.environment["LUTRA_BIG"] != nil))
struct BigLogTests {
    /// Of 4 MB each.
    private static let rows = 1_100
    /// What it may take whatever is in the log: a batch, what waits for it, and one row in each place.
    private static let memoryMiB = 512

    @Test("read and replicated", .timeLimit(.minutes(60)), arguments: Flavor.available)
    func readAndReplicated(_ flavor: Flavor) throws {
        let mode = flavor == .mysql ? "transaction" : "merge"
        let source = try Server(flavor, name: "big-source", options: ["--max-allowed-packet=1G"])
        let target = try Server(.mariadb, name: "big-target", options: ["--max-allowed-packet=1G", "--skip-log-bin"])
        defer { for server in [source, target] { try? server.remove() } }
        for server in [source, target] {
            try server.freshSchema("big")
            try server.execute("CREATE TABLE big.t (id int PRIMARY KEY, v longblob)")
        }
        let start = try source.binlogEnd()
        let depth = flavor == .mariadb ? "max_recursive_iterations" : "cte_max_recursion_depth"
        try source.execute(
            """
            SET SESSION \(depth) = 10000;
            INSERT INTO big.t WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < \(Self.rows))
            SELECT id, REPEAT(CHAR(65 + id % 26), 4000000) FROM n
            """)
        // The servers begin a new file right behind it.
        let behind = try source.binlogEnd()
        let file = source.dataFolder + "/" + start.prefix { $0 != ":" }
        let size = try #require(FileManager.default.attributesOfItem(atPath: file)[.size] as? Int)
        #expect(size > 1 << 32, "\(size)")
        try source.execute("INSERT INTO big.t VALUES (0, 'small'); UPDATE big.t SET v = 'changed' WHERE id = 1")

        let program = try sync(source, target, start, mode)
        let peak = try watched(program)
        let content = "SELECT CONCAT(COUNT(*), ' ', SUM(LENGTH(v)), ' ', SUM(CRC32(v))) FROM big.t"
        #expect(try source.value(content) == target.value(content))
        #expect(peak < Self.memoryMiB << 10, "\(peak) KiB")
        let figures = "big log, \(flavor), \(mode): \(size) bytes of log, at most \(peak >> 10) MiB of memory\n"
        FileHandle.standardError.write(Data(figures.utf8))

        try target.execute("DELETE FROM big.t WHERE id < 2; INSERT INTO big.t VALUES (1, REPEAT('B', 4000000))")
        let second = try sync(source, target, behind, mode, channel: "behind")
        _ = try watched(second)
        #expect(try source.value(content) == target.value(content))

        // The last rows' events begin behind what 32 bits can tell.
        let last = try Program.run(
            Places.lutra, ["binlog", "print", "--where", "id = \(Self.rows)", file], seconds: 600)
        #expect(last.contains("(at 43"), "\(last.prefix(1_000))")
    }

    private func sync(
        _ source: Server, _ target: Server, _ start: String, _ mode: String, channel: String = "big"
    ) throws -> Program {
        try Program.lutra(
            [
                "sync", "--channel", channel, "--from", source.url, "--to", target.url, "--tables", "big.*",
                "--start", start, "--until-caught-up", "--mode", mode, "--state", try Places.newFolder("state"),
            ])
    }

    /// Waits for its end; returns the most memory that it had, in KiB.
    private func watched(_ program: Program) throws -> Int {
        var peak = 0
        _ = waitUntil(seconds: 1_800) {
            let status = (try? String(contentsOfFile: "/proc/\(program.id)/status", encoding: .utf8)) ?? ""
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
            peak = max(peak, Int(line.filter(\.isNumber)) ?? 0)
            return program.poll() != nil
        }
        #expect(program.poll() == .exit(0), "\(program.tail)")
        return peak
    }
}
