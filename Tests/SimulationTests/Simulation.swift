import Binlog
import Load
import Model
import PipelineRuntime
import TestKit

/// One schedule: a random source, a random order of the steps of all stages and lanes, and faults at random moments.
/// The same seed is the same schedule.
struct Simulation {
    private var random: SeededRandom
    /// A step takes a millisecond.
    private var clock = Duration.zero
    private let setup: Setup
    private let log: SourceLog
    private var target: FakeTarget
    private let start: Checkpoint
    private var processes: [Process] = [Process(number: 0)]
    private var packets: [Sent] = []
    private var answers: [(to: Sender, Packet.Answer)] = []
    private var faultsLeft: Int
    /// Who is preferred half of the time: the higher, the sooner.
    private let haste: [Int]
    /// Gets each step as text.
    private let trace: ((String) -> Void)?

    private struct Process {
        let number: Int
        var attempt: Attempt?
        var starts = 0
        /// The target has refused no transaction for its size.
        var keepsLarge = true
        var hasEnded = false
    }

    private struct Sender: Equatable {
        let process: Int
        let start: Int
        let lane: Int
    }

    private struct Sent {
        let from: Sender
        let packet: Packet
    }

    private enum Step {
        case start(Int)
        case select(Int), extract(Int), transform(Int), load(Int)
        case lane(Int, Int)
        case arrive(Int), answer(Int)

        var kind: Int {
            switch self {
            case .start: 0
            case .select: 1
            case .extract: 2
            case .transform: 3
            case .load: 4
            case .lane(_, let lane): 5 + lane
            case .arrive: 9
            case .answer: 10
            }
        }
    }

    init(seed: UInt64, trace: ((String) -> Void)? = nil) {
        random = SeededRandom(seed: seed)
        setup = Setup(&random)
        let isWhole = setup.rowsTakenWhole == .max
        // A part that is visible already cannot be taken back.
        log = SourceLog(
            &random, wholeRows: isWhole ? .max : setup.limits.batchRows,
            undoes: isWhole && setup.load.mode == .transaction)
        target = FakeTarget(log, setup.load)
        start = Checkpoint(position: BinlogPosition(file: SourceLog.file, offset: 4), gtids: .none)
        faultsLeft = Int.random(in: 0...8, using: &random)
        haste = (0...10).shuffled(using: &random)
        self.trace = trace
    }

    /// - Returns: the number of steps.
    /// - Throws: `BrokenPromise`.
    mutating func run() throws -> Int {
        var count = 0
        while processes.contains(where: { !$0.hasEnded }) {
            count += 1
            guard count < 100_000 else { throw BrokenPromise("the schedule does not end") }
            clock += .milliseconds(1)
            let steps = possibleSteps()
            if steps.isEmpty, let rest = rest() {
                clock += rest
                continue
            }
            guard let step = choose(steps) else { throw BrokenPromise("nobody can go on") }
            if faultsLeft > 0, Int.random(in: 0..<40, using: &random) == 0 {
                faultsLeft -= 1
                try fault()
            } else {
                trace?("\(count) \(step)")
                try take(step)
            }
        }
        try target.checkEnd()
        return count
    }

    /// How long the throttle of some process wants to wait.
    private func rest() -> Duration? {
        processes.compactMap(\.attempt).filter(\.isResting).map { $0.throttle.wait(at: clock - $0.started) }.min()
    }

    private mutating func choose(_ steps: [Step]) -> Step? {
        if Bool.random(using: &random) { return steps.randomElement(using: &random) }
        return steps.max { haste[$0.kind] < haste[$1.kind] }
    }

    private func possibleSteps() -> [Step] {
        var steps: [Step] = []
        for process in processes where !process.hasEnded {
            let number = process.number
            guard let attempt = process.attempt else {
                steps.append(.start(number))
                continue
            }
            if attempt.canSelect { steps.append(.select(number)) }
            if attempt.canExtract { steps.append(.extract(number)) }
            if attempt.canTransform { steps.append(.transform(number)) }
            if attempt.canLoad(at: clock) { steps.append(.load(number)) }
            for lane in attempt.lanes where lane.canStep(attempt.state) { steps.append(.lane(number, lane.number)) }
        }
        for number in packets.indices { steps.append(.arrive(number)) }
        for number in answers.indices { steps.append(.answer(number)) }
        return steps
    }

    private mutating func take(_ step: Step) throws {
        switch step {
        case .start(let process): try start(process)
        case .select(let process): try processes[process].attempt?.select(&random)
        case .extract(let process): try processes[process].attempt?.extract()
        case .transform(let process): processes[process].attempt?.transform()
        case .load(let process):
            let isLost = happens()
            let outcome = try processes[process].attempt?.load(&target, isLost: isLost, at: clock, &random)
            follow(outcome, process)
        case .lane(let process, let lane):
            guard let attempt = processes[process].attempt else { return }
            let packet = try processes[process].attempt?.lanes[lane].step(attempt.state, target)
            guard let packet else { return }
            let sender = Sender(process: process, start: processes[process].starts, lane: lane)
            packets.append(Sent(from: sender, packet: packet))
        case .arrive(let number): try arrive(packets.remove(at: number))
        case .answer(let number): try answer(answers.remove(at: number))
        }
        for process in processes { try process.attempt?.checkBounds() }
    }

    private mutating func happens() -> Bool {
        guard faultsLeft > 0, Int.random(in: 0..<20, using: &random) == 0 else { return false }
        faultsLeft -= 1
        return true
    }

    private mutating func start(_ process: Int) throws {
        let lanes = Int.random(in: 1...setup.mostLanes, using: &random)
        let entry = try target.takeOver(from: start, lanes: lanes)
        processes[process].starts += 1
        processes[process].attempt = try Attempt(
            setup, log, entry, lanes: lanes, keepsLarge: processes[process].keepsLarge, at: clock)
    }

    private mutating func arrive(_ sent: Sent) throws {
        // Before it, or after it: the answer gets lost, and the sender's connection with it.
        let isLost = happens()
        if isLost, Bool.random(using: &random) { return answers.append((sent.from, Packet.lost)) }
        if happens() { return answers.append((sent.from, Packet.deadlock)) }
        let answer = try sent.packet.arrive(&target)
        answers.append((sent.from, isLost ? Packet.lost : answer))
    }

    private mutating func answer(_ answer: (to: Sender, Packet.Answer)) throws {
        let (to, what) = answer
        // The sender may be gone.
        guard processes[to.process].starts == to.start, let attempt = processes[to.process].attempt else { return }
        follow(try attempt.answer(what, lane: to.lane, &random), to.process)
    }

    private mutating func follow(_ outcome: Attempt.Outcome?, _ process: Int) {
        switch outcome {
        case .goesOn, nil: break
        case .restarts: processes[process].attempt = nil
        case .tooLarge:
            processes[process].attempt = nil
            processes[process].keepsLarge = false
        case .done, .fenced:
            processes[process].attempt = nil
            processes[process].hasEnded = true
        }
    }

    private mutating func fault() throws {
        guard let process = processes.filter({ !$0.hasEnded }).randomElement(using: &random)?.number else { return }
        let kind = Int.random(in: 0..<5, using: &random)
        trace?("fault \(kind) of process \(process)")
        switch kind {
        // It is killed, and started again. What it has sent may still arrive.
        case 0: processes[process].attempt = nil
        // So is its machine: nothing of it arrives any more.
        case 1:
            processes[process].attempt = nil
            packets.removeAll { $0.from.process == process }
        // The source is gone: what was read whole is applied, then it starts again.
        case 2, 3: processes[process].attempt?.loseSource()
        // Another process takes over.
        default: processes.append(Process(number: processes.count))
        }
    }
}
