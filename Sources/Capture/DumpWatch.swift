import Foundation
import Synchronization

/// Notices a source that sends bytes, but no whole event: after damage on the line the length of a packet may be any,
/// and the library waits for its end while a heartbeat now and then keeps it from giving up.
///
/// A large event on a slow line is no such thing: bytes keep coming.
final class DumpWatch: Sendable {
    /// Packets that were read whole.
    private let packets = Atomic<UInt64>(0)
    private let isReading = Atomic(false)
    private let isEnded = Atomic(false)
    private let seconds: UInt32
    /// Less than this in a second is a trickle.
    private static let trickle: UInt64 = 1_024

    init(seconds: UInt32) { self.seconds = seconds }

    /// The reading thread begins to wait for a packet.
    func begin() { isReading.store(true, ordering: .relaxed) }

    /// It has one, or an error.
    func end() {
        isReading.store(false, ordering: .relaxed)
        packets.add(1, ordering: .relaxed)
    }

    /// Begins to look, on a thread of its own, until `stop`.
    ///
    /// - Parameters:
    ///   - received: bytes that came so far; nil where that is not known.
    ///   - onStall: ends the reading.
    func start(received: @escaping @Sendable () -> UInt64?, onStall: @escaping @Sendable () -> Void) {
        let thread = Thread { [self] in
            var since = ContinuousClock.now
            var known = packets.load(ordering: .relaxed)
            var bytes = received()
            while !isEnded.load(ordering: .relaxed) {
                Thread.sleep(forTimeInterval: 0.5)
                let count = packets.load(ordering: .relaxed)
                if count != known || !isReading.load(ordering: .relaxed) {
                    (since, known, bytes) = (.now, count, received())
                    continue
                }
                guard since.duration(to: .now) > .seconds(Int64(seconds)), let before = bytes, let now = received()
                else { continue }
                if now - min(before, now) < Self.trickle * UInt64(seconds) { return onStall() }
                (since, bytes) = (.now, now)
            }
        }
        thread.name = "lutra-dump-watch"
        thread.start()
    }

    func stop() { isEnded.store(true, ordering: .relaxed) }
}
