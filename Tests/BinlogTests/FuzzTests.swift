import Binlog
import BinlogFuzz
import Model
import Testing

/// The fuzzer's short form: always the same inputs. `make fuzz` reads millions.
@Suite struct FuzzTests {
    @Test(arguments: [UInt64](1...4)) func mutatedLogs(seed: UInt64) throws {
        let mutator = Mutator(try SeedLog.all(in: SeedLog.folder), seed: seed)
        var rows = 0
        for number in 0..<UInt64(250) { rows += Trial(mutator.input(number)).rows }
        #expect(rows > 250)
    }

    static let names = ((try? SeedLog.all(in: SeedLog.folder)) ?? []).map(\.name)

    /// The logs themselves: read to the end, without an error of the log or of a value.
    @Test(arguments: names) func realLogs(name: String) throws {
        let log = try #require(try SeedLog(file: SeedLog.folder + "/" + name))
        let trial = Trial(FuzzInput(events: log.events, isMariaDB: log.isMariaDB))
        #expect(trial.errors == [])
        #expect(trial.rows > 2 && trial.values > (name.hasPrefix("xa.") ? 5 : 6))
    }

    /// Each event cut at each byte: found by its length; and with a length and a CRC that fit: rows or an error.
    @Test(arguments: names) func truncation(name: String) throws {
        let log = try #require(try SeedLog(file: SeedLog.folder + "/" + name))
        var reading = Reading(isMariaDB: log.isMariaDB)
        for event in log.events {
            for count in 0..<event.count {
                var plain = reading
                #expect(code { try plain.consume(Array(event[..<count])) } == "binlog-corrupt", "cut at \(count)")
                guard count >= EventHeader.size + 4 else { continue }
                var bytes = Array(event[..<count])
                bytes.replaceSubrange(9..<13, with: little(count, 4))
                var sealed = reading
                do { try sealed.consume(bytes.withChecksum) } catch is LutraError {}
                sealed.take()
                do { _ = try sealed.rows() } catch is LutraError {}
            }
            // What was taken event by event and then rolled back is not read further.
            do {
                try reading.consume(event)
            } catch let error as LutraError where error.code == .sourceUndone { return }
            reading.take()
            reading.items = []
        }
    }

    @Test func namesOfAllLogs() { #expect(Self.names.count >= 19) }

    @Test func savedInputsComeBack() throws {
        let input = Mutator(try SeedLog.all(in: SeedLog.folder), seed: 9).input(77)
        #expect(FuzzInput(file: input.file) == input)
        #expect(FuzzInput(file: [1, 2]) == nil)
    }
}
