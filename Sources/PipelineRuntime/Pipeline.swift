package import Capture
import Foundation
package import Load
package import Logging
package import Model
package import MySQLClient
package import Plan

/// One direction of a channel while it runs: the four stages between a source and a target, started again from the
/// target's checkpoint after every failure that time may mend.
package final class Pipeline: Sendable {
    /// What a pipeline needs to run.
    package struct Settings: Sendable {
        package var source: ConnectionOptions
        /// Binlog files that are read in place of the source's own log; the stream ends with them.
        package var logs: [LogFile]?
        package var target: ConnectionOptions
        package var router: TableRouter
        package var limits = Limits()
        package var checkpoints: CheckpointTable
        /// Where to end, whichever comes first; runs until stopped when empty.
        package var ends: [StopPoint] = []
        /// Whether DDL of mapped tables is applied.
        package var appliesDDL = true
        package var history: SchemaHistory
        /// How the target is written.
        package var load = LoadSpecification()
        /// What happens with rows that the target does not take.
        package var errors = ErrorPolicies()
        /// The source's mapped tables as they stand at the start.
        package var sourceTables: [TableName: TableDefinition]

        package init(
            source: ConnectionOptions, target: ConnectionOptions, router: TableRouter, checkpoints: CheckpointTable,
            history: SchemaHistory, sourceTables: [TableName: TableDefinition]
        ) {
            self.source = source
            self.target = target
            self.router = router
            self.checkpoints = checkpoints
            self.history = history
            self.sourceTables = sourceTables
        }
    }

    private let settings: Settings
    private let log: Logger
    private let meter: ProgressMeter
    private let stopSignal: StopSignal

    package init(_ settings: Settings, log: Logger, meter: ProgressMeter) {
        self.settings = settings
        self.log = log
        self.meter = meter
        stopSignal = StopSignal()
    }

    /// Asks the pipeline to apply what it has read and to end. From any thread.
    package func stop() { stopSignal.raise() }

    /// Runs until stopped or at its end point. Blocks.
    ///
    /// - Parameter start: where to begin when the target has no checkpoint yet.
    /// - Throws: `LutraError` for what time cannot mend.
    package func run(from start: Checkpoint) throws {
        let pause = Pause(stop: stopSignal)
        var failures = 0
        var known = start
        while true {
            let attempt = PipelineAttempt(settings, log: log, meter: meter, stop: stopSignal, pause: pause)
            do {
                return try attempt.run(from: known)
            } catch let failure as TransientFailure {
                if stopSignal.isStopped { return }
                if let reached = attempt.durable {
                    if reached != known { failures = 0 }
                    known = reached
                }
                failures += 1
                meter.reconnecting(failure.error)
                log.warning(
                    "starting again from the target's checkpoint",
                    metadata: [
                        "cause": "\(failure.error)", "try": "\(failures)",
                    ])
                guard pause.wait(attempt: failures) else { return }
            }
        }
    }
}
