import Model
import PipelineRuntime
import TestKit
import Testing

/// `LoadTuner` with targets of different health.
@Suite struct TunerTests {
    private let most = LoadTuner.Choice(lanes: 8, batchRows: 20_000)

    /// The choices after each part, when the target takes parts so.
    private func choices(
        parts: Int, _ target: (LoadTuner.Choice, Int) -> (time: Duration, conflicts: Int)
    ) -> [LoadTuner.Choice] {
        var tuner = LoadTuner(Limits(), LoadSpecification(), lanes: most.lanes)
        return (0..<parts).map { number in
            let (time, conflicts) = target(tuner.choice, number)
            _ = tuner.note(
                rows: tuner.choice.batchRows / tuner.choice.lanes, time: time, conflicts: conflicts)
            return tuner.choice
        }
    }

    @Test func aHealthyTargetGetsAllThereIs() {
        let all = choices(parts: 2_000) { choice, _ in (.microseconds(40 * choice.batchRows / choice.lanes), 0) }
        #expect(all.allSatisfy { $0 == most })
    }

    @Test func batchesShrinkUntilTheirTransactionsAreShort() {
        func time(_ choice: LoadTuner.Choice) -> Duration { .microseconds(2_000 * choice.batchRows / choice.lanes) }
        let all = choices(parts: 2_000) { choice, _ in (time(choice), 0) }
        #expect(all.dropFirst(200).allSatisfy { time($0) <= .seconds(2) && $0.batchRows >= 5_000 && $0.lanes == 8 })
    }

    @Test func batchesStayLargeWhereSizeIsNotTheCause() {
        let all = choices(parts: 20_000) { _, _ in (.seconds(3), 0) }
        let small = all.count { $0.batchRows < most.batchRows }
        #expect(small < all.count / 20, "\(small)")
    }

    @Test(arguments: 1...7)
    func lanesAreAsManyAsTheLocksLet(suited: Int) {
        var random = SeededRandom(seed: UInt64(suited))
        let all = choices(parts: 20_000) { choice, _ in
            (.milliseconds(100), choice.lanes > suited && Int.random(in: 0..<3, using: &random) == 0 ? 1 : 0)
        }
        let late = all.dropFirst(2_000)
        let mean = Double(late.reduce(0) { $0 + $1.lanes }) / Double(late.count)
        #expect(late.count { $0.lanes > suited } < late.count / 20)
        #expect(mean >= Double(suited) * 0.5, "\(mean)")
    }

    @Test func allComesBackWhenTheTroubleIsOver() {
        let all = choices(parts: 6_000) { choice, number in
            number < 500
                ? (.microseconds(4_000 * choice.batchRows / choice.lanes), number % 4 == 0 ? 1 : 0)
                : (.milliseconds(50), 0)
        }
        #expect(all[499].lanes == 1 && all[499].batchRows < most.batchRows)
        #expect(all.last == most)
    }
}
