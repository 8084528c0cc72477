import Foundation
import Testing

/// Promises 1, 2 and 5 of the pipeline's core under thousands of schedules (`CONTRIBUTING.md`).
@Suite struct SimulationTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let seeds = environment["LUTRA_SIM_SEEDS"].flatMap { UInt64($0) } ?? 2_000
    private static let only = environment["LUTRA_SIM_SEED"].flatMap { UInt64($0) }

    private static func tell(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

    /// Two halves, so that both run at the same time.
    @Test(arguments: [UInt64(0), 1])
    func schedulesKeepThePromises(half: UInt64) throws {
        let all = Self.only.map { $0...$0 } ?? 0...Self.seeds - 1
        var failed = 0
        for seed in all where seed % 2 == half {
            var simulation = Simulation(seed: seed, trace: Self.only.map { _ in Self.tell })
            do { _ = try simulation.run() } catch {
                failed += 1
                Issue.record("\(error)\nLUTRA_SIM_SEED=\(seed) swift test --filter SimulationTests shows the steps")
            }
            if failed == 5 { return }
        }
    }
}
