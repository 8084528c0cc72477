import Foundation

/// Reads inputs one after another. Before each one its number goes into a file, so that whoever watches knows which
/// one did not end well.
struct FuzzWorker {
    let mutator: Mutator
    let seed: UInt64
    let inputs: Range<UInt64>
    let progress: String

    /// Seconds of this thread's time that one input may take, and MiB that the process may grow by and be.
    private static let secondsMax = 2.0
    private static let growthMax = 96
    private static let residentMax = 1_500

    /// Returns the process's exit status: 0 when all went well.
    func run() -> Int32 {
        let file = open(progress, O_WRONLY | O_CREAT, 0o644)
        var outcomes: [String: Int] = [:]
        var rows = 0, values = 0, slowest = 0.0, resident = 0
        for number in inputs {
            var current = number
            pwrite(file, &current, 8, 0)
            let input = mutator.input(number)
            let start = Self.seconds
            let trial = Trial(input)
            let spent = Self.seconds - start
            rows += trial.rows
            values += trial.values
            outcomes[trial.errors.first ?? "read to the end", default: 0] += 1
            slowest = max(slowest, spent)
            if spent > Self.secondsMax { return Self.fail("input \(number) took \(spent) s") }
            // What the allocator keeps settles in the first tenth.
            let done = number - inputs.lowerBound
            if done == UInt64(inputs.count) / 10 { resident = Self.residentMiB }
            if number % 10_000 == 0, resident > 0, Self.residentMiB > resident + Self.growthMax {
                return Self.fail("memory grew from \(resident) to \(Self.residentMiB) MiB at input \(number)")
            }
        }
        guard Self.peakMiB < Self.residentMax else { return Self.fail("memory went up to \(Self.peakMiB) MiB") }
        let counts = outcomes.sorted { $0.value > $1.value }.map { "\($0.key) \($0.value)" }
        say(
            """
            inputs \(inputs.lowerBound) to \(inputs.upperBound - 1), seed \(seed): \(rows) rows, \(values) values, \
            slowest \(Int(slowest * 1_000)) ms, memory \(resident) to \(Self.residentMiB) MiB, at most \
            \(Self.peakMiB); first error of each: \(counts.joined(separator: ", "))
            """, to: .standardOutput)
        return 0
    }

    private static func fail(_ text: String) -> Int32 {
        say("binlog-fuzz: \(text)", to: .standardError)
        return 3
    }

    /// Of this thread: other work on the machine does not count.
    static var seconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    static var residentMiB: Int { status("VmRSS:") }
    static var peakMiB: Int { status("VmHWM:") }

    private static func status(_ name: String) -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
        return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 >> 10 } ?? 0
    }
}
