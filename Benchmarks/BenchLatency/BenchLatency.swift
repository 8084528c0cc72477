import Foundation
import Model
import MySQLClient
import Synchronization

/// `bench-latency SOURCE-PORT TARGET-PORT RATE SECONDS`: from commit on the source to visible on the target.
///
/// Writers insert one row a transaction into `bench.ticks`, paced at RATE a second together, and note when the commit
/// was answered. A reader on the target asks over and over for the highest number of each writer: where it stands at N,
/// each row up to N is visible, which holds as each writer's rows arrive in their order. What is reported is an upper
/// bound: the reader's own question and pause are part of it.
@main
struct BenchLatency {
    static let writers = 4

    static func main() throws {
        let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        guard numbers.count == 4, let source = UInt16(exactly: numbers[0]), let target = UInt16(exactly: numbers[1]),
            numbers[2] > 0, numbers[3] > 0
        else {
            FileHandle.standardError.write(Data("bench-latency SOURCE-PORT TARGET-PORT RATE SECONDS\n".utf8))
            exit(2)
        }
        let rate = numbers[2]
        let run = Run(source: source, target: target, rate: rate, seconds: numbers[3])
        try run.go()
        print(run.summary)
    }
}

/// One run: what was committed when, and what was seen when, in nanoseconds of one clock.
final class Run: Sendable {
    private struct Times {
        var committed = [[UInt64]](repeating: [], count: BenchLatency.writers)
        var latencies: [UInt64] = []
        var running = BenchLatency.writers
        var failure: String?
    }

    private let source: UInt16
    private let target: UInt16
    private let rate: Int
    private let seconds: Int
    private let times = Mutex(Times())

    init(source: UInt16, target: UInt16, rate: Int, seconds: Int) {
        self.source = source
        self.target = target
        self.rate = rate
        self.seconds = seconds
    }

    /// Nanoseconds of CLOCK_MONOTONIC.
    static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    func go() throws {
        try waitForTheLine()
        let threads = (0..<BenchLatency.writers).map { writer in
            Thread { [self] in
                do {
                    try write(writer)
                } catch {
                    times.withLock { $0.failure = "\(error)" }
                }
                times.withLock { $0.running -= 1 }
            }
        }
        threads.forEach { $0.start() }
        try watch()
        if let failure = times.withLock({ $0.failure }) { throw Failure(text: failure) }
    }

    private struct Failure: Error { let text: String }

    private func connect(_ port: UInt16) throws -> Connection {
        let host = ServerURL.Host(name: "127.0.0.1", port: port)
        return try Connection.open(
            ConnectionOptions(url: ServerURL(user: "lutra", password: "lutra", hosts: [host], tls: .off)))
    }

    /// Until one row of each writer went through: how long the contestant takes to start is not what is measured.
    private func waitForTheLine() throws {
        let (from, to) = (try connect(source), try connect(target))
        defer {
            from.close()
            to.close()
        }
        let rows = (0..<BenchLatency.writers).map { "(\($0), -1, '')" }.joined(separator: ", ")
        try from.execute("INSERT INTO bench.ticks VALUES \(rows)")
        let deadline = Run.now + 60_000_000_000
        while try to.value("SELECT COUNT(*) FROM bench.ticks") != "\(BenchLatency.writers)" {
            guard Run.now < deadline else { throw Failure(text: "the first row did not arrive within 60 s") }
            usleep(10_000)
        }
    }

    /// Every row at its time of the schedule, or as fast as the source takes them when it cannot keep up.
    private func write(_ writer: Int) throws {
        let connection = try connect(source)
        defer { connection.close() }
        let step = 1_000_000_000 * UInt64(BenchLatency.writers) / UInt64(rate)
        let start = Run.now + step * UInt64(writer) / UInt64(BenchLatency.writers)
        let end = start + UInt64(seconds) * 1_000_000_000
        var number = 0
        while true {
            let due = start + UInt64(number) * step
            let now = Run.now
            if max(due, now) >= end { return }
            if due > now { usleep(UInt32((due - now) / 1_000)) }
            try connection.execute("INSERT INTO bench.ticks VALUES (\(writer), \(number), REPEAT('x', 100))")
            let committed = Run.now
            times.withLock { $0.committed[writer].append(committed) }
            number += 1
        }
    }

    /// Until everything that was committed was seen, or nothing new came for 60 s.
    private func watch() throws {
        let connection = try connect(target)
        defer { connection.close() }
        var seen = [Int](repeating: 0, count: BenchLatency.writers)
        let query = "SELECT writer, MAX(n) FROM bench.ticks GROUP BY writer"
        var lastNews = Run.now
        while true {
            let rows = try connection.query(query)
            let now = Run.now
            var isNews = false
            let isDone = times.withLock { times in
                for row in rows {
                    guard let writer = row.text(0).flatMap({ Int($0) }), let highest = row.text(1).flatMap({ Int($0) })
                    else { continue }
                    // A row may be visible before its commit was answered: it is counted with the next look.
                    let upper = min(highest + 1, times.committed[writer].count)
                    guard upper > seen[writer] else { continue }
                    isNews = true
                    for number in seen[writer]..<upper {
                        let committed = times.committed[writer][number]
                        times.latencies.append(now > committed ? now - committed : 0)
                    }
                    seen[writer] = upper
                }
                return times.running == 0 && seen.reduce(0, +) == times.committed.reduce(0) { $0 + $1.count }
            }
            if isDone { return }
            if isNews { lastNews = now }
            guard now - lastNews < 60_000_000_000 else { throw Failure(text: "nothing new was seen for 60 s") }
            usleep(300)
        }
    }

    var summary: String {
        let sorted = times.withLock { $0.latencies.sorted() }
        func percentile(_ share: Double) -> String {
            guard !sorted.isEmpty else { return "-" }
            let index = min(sorted.count - 1, Int(Double(sorted.count) * share))
            return String(format: "%8.2f ms", Double(sorted[index]) / 1e6)
        }
        let written = sorted.count / seconds
        return "\(rate) tx/s asked, \(written) written: p50 \(percentile(0.5)), p99 \(percentile(0.99)), "
            + "p99.9 \(percentile(0.999))"
    }
}
