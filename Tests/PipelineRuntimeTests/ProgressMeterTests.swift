import Model
import PipelineRuntime
import Synchronization
import Testing

@Suite struct ProgressMeterTests {
    private let clock = Clock()

    private final class Clock: Sendable {
        private let time = Atomic<Int64>(1_000)
        var now: Int64 {
            get { time.load(ordering: .relaxed) }
            set { time.store(newValue, ordering: .relaxed) }
        }
    }

    private func end(_ offset: UInt64, events: UInt64 = 0, committed: Int64) -> Checkpoint {
        Checkpoint(
            position: BinlogPosition(file: "binlog.000001", offset: offset), gtids: .none,
            eventsIntoTransaction: events, commitMicroseconds: committed)
    }

    @Test func theLagGrowsWhileTheTargetDoesNotAnswer() {
        let meter = ProgressMeter(now: { [clock] in clock.now })
        #expect(meter.snapshot().lagMicroseconds == nil)
        meter.asks(committedMicroseconds: 900, upTo: end(100, committed: 950))
        meter.asks(committedMicroseconds: 980, upTo: end(200, committed: 990))
        #expect(meter.snapshot().lagMicroseconds == 100)
        clock.now = 2_000
        #expect(meter.snapshot().lagMicroseconds == 1_100)
        meter.durable(end(100, committed: 950))
        #expect(meter.snapshot().lagMicroseconds == 1_020)
        meter.durable(end(200, committed: 990))
        clock.now = 5_000
        // Caught up: how long the last one took.
        #expect(meter.snapshot().lagMicroseconds == 1_010)
    }

    @Test func anOpenTransactionCountsFromItsBeginning() {
        let meter = ProgressMeter(now: { [clock] in clock.now })
        meter.asks(committedMicroseconds: 800, upTo: end(100, committed: 800))
        for events in 1...3 as ClosedRange<UInt64> {
            meter.asks(committedMicroseconds: 900, upTo: end(100, events: events, committed: 800))
        }
        meter.durable(end(100, committed: 800))
        #expect(meter.snapshot().lagMicroseconds == 100)
        meter.durable(end(100, events: 2, committed: 900))
        #expect(meter.snapshot().lagMicroseconds == 100)
        meter.durable(end(100, events: 3, committed: 900))
        clock.now = 3_000
        #expect(meter.snapshot().lagMicroseconds == 100)
    }
}
