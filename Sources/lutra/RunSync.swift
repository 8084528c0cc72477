import Console
import Foundation
import Logging
import Model
import Node
import PipelineRuntime
import Specification
import Synchronization

/// Runs what `lutra sync` was asked to do: the terminal and the signals around the run.
func runSync(_ request: SyncRequest) throws {
    let terminal = Terminal(allowsProgress: request.allowsProgress)
    let log = Logger(label: "lutra") { label in
        ConsoleLogHandler(label: label, terminal: terminal, format: request.logFormat)
    }
    let meter = ProgressMeter()
    var options = ChannelRun.Options(stateDirectory: request.stateDirectory)
    options.start = request.start
    options.startText = request.startText
    options.stopAt = request.stopAt
    options.untilCaughtUp = request.untilCaughtUp
    options.initialLoad = request.initialLoad
    options.dryRun = request.dryRun
    let run = ChannelRun(request.specification, options, log: log, meter: meter)
    StopSignals.onFirst { run.stop() }
    StopSignals.onSwitch { run.switchSource() }
    if request.dryRun { return try run.run { print($0) } }
    let reporter = ProgressReporter(title: title(of: request.specification), terminal: terminal, log: log)
    let ticker = Ticker { reporter.report(meter.snapshot()) }
    defer {
        ticker.stop()
        reporter.report(meter.snapshot())
        reporter.finish()
    }
    do { try run.run { print($0) } } catch {
        meter.enter(.failed)
        throw error
    }
}

/// What the display is headed with: `shop: db1:3306 → db2:3306`; the name is left out where nobody gave one.
private func title(of specification: ChannelSpecification) -> String {
    guard let pipeline = specification.pipelines.first, let from = specification.sites[pipeline.from]?.url,
        let to = specification.sites[pipeline.to]?.url
    else { return specification.name }
    let way = "\(from.address) → \(to.address)"
    let isNamed = specification.name != ChannelSpecification.defaultName(from: from, to: to)
    return isNamed ? "\(specification.name): \(way)" : way
}

/// Calls an action ten times a second on a thread of its own until it is stopped.
private final class Ticker: Sendable {
    private let isStopped = Mutex(false)
    private let ended = DispatchSemaphore(value: 0)

    init(_ action: @escaping @Sendable () -> Void) {
        let thread = Thread { [self] in
            while !isStopped.withLock({ $0 }) {
                action()
                Thread.sleep(forTimeInterval: 0.1)
            }
            ended.signal()
        }
        thread.start()
    }

    func stop() {
        isStopped.withLock { $0 = true }
        ended.wait()
    }
}
