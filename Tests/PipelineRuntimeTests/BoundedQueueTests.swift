import Foundation
import PipelineRuntime
import Synchronization
import Testing

@Suite struct BoundedQueueTests {
    @Test func keepsTheOrder() {
        let queue = BoundedQueue<Int>(limit: .init(rows: 100, bytes: 100))
        for number in 0..<10 { #expect(queue.push(number, cost: .init(rows: 1, bytes: 1))) }
        queue.close()
        var taken: [Int] = []
        while let number = queue.pop() { taken.append(number) }
        #expect(taken == Array(0..<10))
    }

    @Test func oneElementBeyondTheBoundPassesWhenItIsAlone() {
        let queue = BoundedQueue<Int>(limit: .init(rows: 1, bytes: 1))
        #expect(queue.push(7, cost: .init(rows: 1_000, bytes: 1_000)))
        #expect(queue.pop() == 7)
    }

    @Test func producerWaitsForRoom() {
        let queue = BoundedQueue<Int>(limit: .init(rows: 2, bytes: 1_000))
        let most = Mutex(0)
        let held = Atomic(0)
        let producer = Thread {
            for number in 0..<1_000 {
                _ = queue.push(number, cost: .init(rows: 1, bytes: 1))
                let now = held.add(1, ordering: .sequentiallyConsistent).newValue
                most.withLock { $0 = max($0, now) }
            }
            queue.close()
        }
        producer.start()
        var sum = 0
        while let number = queue.pop() {
            held.subtract(1, ordering: .sequentiallyConsistent)
            sum += number
        }
        #expect(sum == 499_500)
        // Two in the queue, and one that the consumer took before it was counted out.
        #expect(most.withLock { $0 } <= 3)
    }

    @Test func whoWaitsForRoomGoesOnWhenTheElementIsTakenOrNoneIsTakenAnyMore() {
        let queue = BoundedQueue<Int>(limit: .init(rows: 1, bytes: 100))
        #expect(queue.waitForRoom(.init(rows: 1, bytes: 0)))
        #expect(queue.push(1, cost: .init(rows: 1, bytes: 1)))
        let found = Mutex<[Bool]>([])
        let ended = DispatchSemaphore(value: 0)
        Thread {
            for _ in 0..<2 {
                let hasRoom = queue.waitForRoom(.init(rows: 1, bytes: 0))
                found.withLock { $0.append(hasRoom) }
                if hasRoom { _ = queue.push(2, cost: .init(rows: 1, bytes: 1)) }
                ended.signal()
            }
        }.start()
        #expect(queue.waitForNext() == 1)
        #expect(queue.pop() == 1)
        ended.wait()
        queue.abort()
        ended.wait()
        #expect(found.withLock { $0 } == [true, false])
        #expect(queue.waitForNext() == nil)
    }

    @Test func abortWakesAWaitingProducerAndReturnsWhatWasThere() {
        let queue = BoundedQueue<Int>(limit: .init(rows: 1, bytes: 1))
        #expect(queue.push(1, cost: .init(rows: 1, bytes: 1)))
        let refused = Mutex(false)
        let ended = DispatchSemaphore(value: 0)
        let producer = Thread {
            let wasTaken = queue.push(2, cost: .init(rows: 1, bytes: 1))
            refused.withLock { $0 = !wasTaken }
            ended.signal()
        }
        producer.start()
        #expect(queue.abort() == [1])
        ended.wait()
        #expect(refused.withLock { $0 })
        #expect(queue.pop() == nil)
    }
}

@Suite struct PauseTests {
    @Test func growsToHalfAMinuteAndNoFurther() {
        #expect(Pause.seconds(attempt: 1, random: 1) == 0.1)
        #expect(Pause.seconds(attempt: 4, random: 1) == 0.8)
        #expect(Pause.seconds(attempt: 1_000, random: 1) == 30)
        #expect(Pause.seconds(attempt: 1_000, random: 0) == 15)
    }

    @Test func endsAtOnceWhenStopped() {
        let stop = StopSignal()
        stop.raise()
        #expect(!Pause(stop: stop).wait(attempt: 1_000))
    }
}
