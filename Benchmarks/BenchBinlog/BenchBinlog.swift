import CAllocationCount
import CBinlogWalk
import Foundation

/// bench-binlog FILE…: decodes each binlog with the plain C walk and with Lutra, in turns, on one core, and prints the
/// best of each (and of Lutra with EXTRACT on a thread of its own) as tab-separated fields: file, contestant, seconds, MB/s, rows/s, allocations per 1,000 events, ratio
/// to the C walk.
@main struct BenchBinlog {
    private static let rounds = 15

    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        if arguments.first == "--lutra-only" {
            for path in arguments.dropFirst() { try profile(path) }
            return
        }
        for path in arguments { try compare(path) }
    }

    private static func compare(_ path: String) throws {
        let log = try Log(path)
        var walk = Best()
        var lutra = Best()
        var threads = Best()
        for _ in 0..<rounds {
            try walk.measure { try log.walkInC() }
            try lutra.measure { try log.walkWithLutra() }
            try threads.measure(CLOCK_MONOTONIC) { try log.walkWithLutra(threads: 2) }
        }
        for result in [lutra.result, threads.result] where !log.isPacked && !agree(walk.result, result) {
            throw Failure(text: "\(path): C walk \(walk.result), Lutra \(result)")
        }
        if !log.isPacked { print(walk.line(log, "C walk", ratio: 1)) }
        print(lutra.line(log, "Lutra", ratio: log.isPacked ? nil : walk.seconds / lutra.seconds))
        print(threads.line(log, "Lutra, 2 threads", ratio: log.isPacked ? nil : walk.seconds / threads.seconds))
    }

    /// Many rounds of Lutra alone, for a profiler.
    private static func profile(_ path: String) throws {
        let log = try Log(path)
        for _ in 0..<rounds { _ = try log.walkWithLutra() }
    }
}

struct Failure: Error { var text: String }

/// A file in memory.
struct Log {
    let name: String
    let data: Data
    let isMariaDB: Bool
    /// Its transactions are compressed: the C walk sees no rows in it.
    let isPacked: Bool

    init(_ path: String) throws {
        let url = URL(filePath: path)
        name = url.deletingPathExtension().lastPathComponent
        data = try Data(contentsOf: url)
        isMariaDB = name.hasPrefix("mariadb")
        isPacked = name.hasSuffix("packed")
    }

    func walkInC() throws -> walk_result {
        var result = walk_result()
        let line = data.withUnsafeBytes { bytes in
            binlog_walk(bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, &result)
        }
        guard line == 0 else { throw Failure(text: "\(name): the C walk stopped in its line \(line)") }
        return result
    }

    func walkWithLutra(threads: Int = 1) throws -> walk_result {
        try data.withUnsafeBytes { bytes in
            threads == 1
                ? try LutraWalk.run(bytes, isMariaDB: isMariaDB)
                : try LutraWalk.runOnTwoThreads(bytes, isMariaDB: isMariaDB)
        }
    }
}

/// The best of several rounds: of CPU time, as the machine may be shared, but of several threads by the clock.
struct Best {
    var seconds = Double.infinity
    var allocations: UInt64 = 0
    var result = walk_result()

    mutating func measure(
        _ clock: clockid_t = CLOCK_THREAD_CPUTIME_ID, _ body: () throws -> walk_result
    ) throws {
        let allocated = allocation_count()
        let start = Self.now(clock)
        result = try body()
        seconds = min(seconds, Self.now(clock) - start)
        allocations = allocation_count() - allocated
    }

    func line(_ log: Log, _ contestant: String, ratio: Double?) -> String {
        [
            log.name, contestant, String(format: "%.4f", seconds),
            String(format: "%.0f", Double(log.data.count) / seconds / 1e6),
            String(format: "%.0f", Double(result.rows) / seconds),
            String(format: "%.2f", Double(allocations) * 1_000 / Double(result.events)),
            ratio.map { String(format: "%.2f", $0) } ?? "",
        ].joined(separator: "\t")
    }

    private static func now(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

private func agree(_ left: walk_result, _ right: walk_result) -> Bool {
    (left.events, left.rows, left.values, left.sum) == (right.events, right.rows, right.values, right.sum)
}
