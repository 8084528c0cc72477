import Binlog
import Model

/// Makes inputs out of real logs. It knows an event's structure: lengths and checksums fit after a change, mostly, so
/// that damage is met behind them.
package struct Mutator: Sendable {
    private let logs: [SeedLog]
    private let seed: UInt64

    package init(_ logs: [SeedLog], seed: UInt64) {
        precondition(!logs.isEmpty, "nothing to mutate")
        self.logs = logs
        self.seed = seed
    }

    /// The input of a number: the same in each run with that seed.
    package func input(_ number: UInt64) -> FuzzInput {
        var random = SeededRandom(seed: seed ^ number &* 0xd134_2543_de82_ef95)
        let log = logs[random.below(logs.count)]
        let range = part(of: log, &random)
        var input = FuzzInput(
            events: [log.events[0]] + log.events[range], isMariaDB: log.isMariaDB, takeEvery: 1 + random.below(12))
        // The other flavour's reading of the same bytes now and then.
        if random.once(in: 40) { input.isMariaDB.toggle() }
        for _ in 0...random.below(4) { change(&input, log, &random) }
        return input
    }

    /// A run of events, so that most of an input is near its damage: some logs are long.
    private func part(of log: SeedLog, _ random: inout SeededRandom) -> Range<Int> {
        let count = log.events.count
        guard count > 14, !random.once(in: 4) else { return 1..<count }
        // Begins where a transaction does.
        let starts = (1..<count).filter { [33, 34, 42, 162].contains(log.events[$0][4]) }
        let start = starts.isEmpty ? 1 : starts[random.below(starts.count)]
        return start..<min(count, start + 4 + random.below(12))
    }

    private func change(_ input: inout FuzzInput, _ log: SeedLog, _ random: inout SeededRandom) {
        guard !input.events.isEmpty else { return }
        // The FORMAT_DESCRIPTION event is changed rarely: what follows is hardly read then.
        let at = input.events.count > 1 && !random.once(in: 25) ? 1 + random.below(input.events.count - 1) : 0
        switch random.below(24) {
        case 0: input.events.remove(at: at)
        case 1: input.events.insert(input.events[at], at: random.below(input.events.count))
        case 2: input.events.swapAt(at, random.below(input.events.count))
        case 3:
            let other = logs[random.below(logs.count)]
            input.events.insert(other.events[random.below(other.events.count)], at: at)
        case 4 where input.events[at].count >= EventHeader.size:
            // With flags, so that the event may be one that can be ignored.
            input.events[at][4] = Self.types[random.below(Self.types.count)]
            if random.once(in: 3) { input.events[at][17] ^= UInt8(1) << UInt8(random.below(8)) }
            seal(&input.events[at], &random)
        case 5: pack(&input, at, &random)
        default:
            Damage.apply(to: &input.events[at], &random)
            seal(&input.events[at], &random)
        }
    }

    /// Every type that has a name, and some that have none.
    private static let types: [UInt8] = Array(0...45) + [99, 100, 127, 128] + Array(158...175) + [255]

    /// Length and CRC as they would be. Where the log has no checksums the last four bytes are as good as others.
    private func seal(_ event: inout [UInt8], _ random: inout SeededRandom) {
        guard !random.once(in: 50) else { return }
        if event.count >= 13 { event.replaceSubrange(9..<13, with: fourBytes(event.count)) }
        guard event.count >= EventHeader.size + 4, !random.once(in: 60) else { return }
        let end = event.count - 4
        let sum = event[..<end].withUnsafeBytes { crc32(ByteCursor($0)) }
        event.replaceSubrange(end..., with: fourBytes(Int(sum)))
    }

    /// Rows of MariaDB become compressed ones; what stands after a MySQL GTID becomes a payload event.
    private func pack(_ input: inout FuzzInput, _ at: Int, _ random: inout SeededRandom) {
        if input.isMariaDB {
            guard let packed = Packing.mariadb(input.events[at]) else { return }
            input.events[at] = packed
            return seal(&input.events[at], &random)
        }
        var inner = input.events[at...].prefix(1 + random.below(8)).map { event in
            var event = event.count >= EventHeader.size + 4 ? Array(event.dropLast(4)) : event
            if event.count >= 13 { event.replaceSubrange(9..<13, with: fourBytes(event.count)) }
            return event
        }
        if random.once(in: 2), let index = inner.indices.randomElement(using: &random) {
            Damage.apply(to: &inner[index], &random)
            if inner[index].count >= 13 { inner[index].replaceSubrange(9..<13, with: fourBytes(inner[index].count)) }
        }
        let payload = Packing.payload(inner.flatMap { $0 }, isCompressed: random.once(in: 2))
        input.events.replaceSubrange(at..<at + inner.count, with: [payload])
        seal(&input.events[at], &random)
    }
}
