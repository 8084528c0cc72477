import Foundation

/// Runs workers, and saves the input at which one ends.
struct FuzzSupervisor {
    let mutator: Mutator
    let seed: UInt64
    let logs: String
    let save: String

    /// Seconds without a next input after which a worker hangs; of the clock, on a machine that may be busy.
    private static let hangSeconds = 120.0

    func run(_ inputs: Range<UInt64>) throws -> Int32 {
        say("binlog-fuzz: \(inputs.count) inputs from \(inputs.lowerBound) on, seed \(seed)", to: .standardOutput)
        let progress = NSTemporaryDirectory() + "/binlog-fuzz-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: progress) }
        let worker = Process()
        worker.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        worker.arguments = [
            "--worker", progress, "--seed", "\(seed)", "--logs", logs, "--first", "\(inputs.lowerBound)",
            "--inputs", "\(inputs.count)",
        ]
        try worker.run()
        let hung = watch(worker, progress)
        guard hung || worker.terminationReason == .uncaughtSignal || worker.terminationStatus != 0 else { return 0 }
        let number = Self.number(progress) ?? inputs.lowerBound
        let file = save + "/fuzz-\(seed)-\(number).input"
        try Data(mutator.input(number).file).write(to: URL(fileURLWithPath: file))
        let how = hung ? "hung" : "ended with \(worker.terminationStatus)"
        say("binlog-fuzz: \(how) at input \(number); to see it again: binlog-fuzz --replay \(file)", to: .standardError)
        return 1
    }

    /// Returns whether it had to be ended.
    private func watch(_ worker: Process, _ progress: String) -> Bool {
        var last: UInt64?
        var since = Date()
        while worker.isRunning {
            RunLoop.current.run(until: Date(timeIntervalSinceNow: 0.2))
            let number = Self.number(progress)
            if number != last { (last, since) = (number, Date()) }
            guard Date().timeIntervalSince(since) > Self.hangSeconds else { continue }
            kill(worker.processIdentifier, SIGKILL)
            worker.waitUntilExit()
            return true
        }
        return false
    }

    private static func number(_ path: String) -> UInt64? {
        guard let data = FileManager.default.contents(atPath: path), data.count == 8 else { return nil }
        return data.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
    }
}
