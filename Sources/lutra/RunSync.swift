import Console
import Foundation
import Logging
import Model
import Node
import PipelineRuntime
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
    if request.dryRun { return try run.run { print($0) } }
    let reporter = ProgressReporter(title: request.specification.name, terminal: terminal, log: log)
    let ticker = Ticker { reporter.report(meter.snapshot()) }
    defer {
        ticker.stop()
        reporter.report(meter.snapshot())
        reporter.finish()
    }
    try run.run { print($0) }
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
