import Foundation
import MySQLClient
import TestKit
import Testing

/// Processes die and lines break at seeded random moments under load; after each fault both sides become equal again,
/// a table without a key too, and the checkpoint never goes back.
///
/// Five runs for each of four ways in `make test`, more with LUTRA_CRASH_RUNS; each way begins with LUTRA_CRASH_SEED,
/// so that a run that failed is the first one of its own seed.
@Suite("Crash matrix")
struct CrashMatrixTests {
    private static func setting(_ name: String, _ standard: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? standard
    }

    private static let ways: [CrashBench.Way] = [
        CrashBench.Way(source: .mariadb, target: .mysql, mode: "merge"),
        CrashBench.Way(source: .mysql, target: .mariadb, mode: "merge"),
        CrashBench.Way(source: .mariadb, target: .mariadb, mode: "transaction"),
        CrashBench.Way(source: .mysql, target: .mysql, mode: "transaction"),
    ].filter { $0.source.isAvailable && $0.target.isAvailable }

    @Test("kills, cuts, silence and delays under load", .serialized, .timeLimit(.minutes(60)), arguments: ways)
    private func faults(_ way: CrashBench.Way) throws {
        let runs = Self.setting("LUTRA_CRASH_RUNS", 5)
        let seed = Self.setting("LUTRA_CRASH_SEED", 1)
        // So that the ways together have every fault also in few runs.
        let shift = 5 * (Self.ways.firstIndex { $0.description == way.description } ?? 0)
        let bench = try CrashBench(way, seed: UInt64(seed))
        defer { bench.remove() }
        for run in seed..<(seed + runs) {
            var random = SeededRandom(seed: UInt64(run))
            let faults = CrashBench.Fault.allCases
            let fault = faults[(run + shift) % faults.count]
            let told: Comment = "run \(run) of \(way): \(fault); LUTRA_CRASH_SEED=\(run)"
            let isEqual = try bench.run(fault, &random)
            try #require(isEqual == nil, "\(told): \(isEqual ?? "")")
        }
    }
}
