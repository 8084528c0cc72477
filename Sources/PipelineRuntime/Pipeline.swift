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
        /// The source's hosts, and which one is read; nil where its log comes from files.
        package var hosts: SourceHosts?
        /// The host that is read.
        package var source: ConnectionOptions
        /// Binlog files that are read in place of the source's own log; the stream ends with them.
        package var logs: [LogFile]?
        package var target: ConnectionOptions
        package var router: TableRouter
        package var limits = Limits()
        package var checkpoints: CheckpointTable
        /// Where to end, whichever comes first; runs until stopped when empty. Positions count on `endsServer`.
        package var ends: [StopPoint] = []
        package var endsServer: String?
        /// Commits on the source wait until their changes are durable on the target.
        package var semiSync = false
        /// Seconds between writes of a heartbeat on the source; nil writes none.
        package var heartbeatSeconds: Int?
        /// Whether DDL of mapped tables is applied.
        package var appliesDDL = true
        package var schema: SchemaTable
        /// How the target is written.
        package var load = LoadSpecification()
        /// Whether transactions that are larger than a batch become visible as a whole in mode `transaction`; false
        /// from when the target has refused one for its size.
        package var keepsLargeWhole = true
        /// What happens with rows that the target does not take.
        package var errors = ErrorPolicies()
        /// The source's mapped tables as they stand at the start.
        package var present: SourceSchema

        package init(
            hosts: SourceHosts? = nil, source: ConnectionOptions, target: ConnectionOptions, router: TableRouter,
            checkpoints: CheckpointTable, present: SourceSchema
        ) {
            self.hosts = hosts
            self.source = source
            self.target = target
            self.router = router
            self.checkpoints = checkpoints
            schema = SchemaTable(channel: checkpoints.channel, pipeline: checkpoints.pipeline)
            self.present = present
        }
    }

    private let settings: Settings
    private let log: Logger
    private let meter: ProgressMeter
    private let stopSignal: StopSignal
    private let sourceSwitch = SourceSwitch()

    package init(_ settings: Settings, log: Logger, meter: ProgressMeter) {
        self.settings = settings
        self.log = log
        self.meter = meter
        stopSignal = StopSignal()
    }

    /// Asks the pipeline to apply what it has read and to end. From any thread.
    package func stop() { stopSignal.raise() }

    /// Asks the pipeline to go over to the next host of the source. From any thread.
    package func switchSource() {
        settings.hosts?.preferNext()
        log.notice("asked to read from the next host of the source")
        sourceSwitch.ask()
    }

    /// Runs until stopped or at its end point. Blocks.
    ///
    /// - Parameter start: where to begin when the target has no checkpoint yet.
    /// - Throws: `LutraError` for what time cannot mend.
    package func run(from start: Checkpoint) throws {
        let watch = settings.hosts.map { hosts in
            PromotionWatch(hosts, log: log) { [sourceSwitch] in sourceSwitch.ask() }
        }
        watch?.start()
        defer { watch?.end() }
        let pause = Pause(stop: stopSignal)
        var failures = 0
        var known = start
        var damaged: LutraError?
        var settings = settings
        while true {
            let attempt = PipelineAttempt(settings, log: log, meter: meter, stop: stopSignal, pause: pause)
            let error: LutraError
            do {
                try attempt.run(from: known, sourceSwitch)
                guard sourceSwitch.take(), !stopSignal.isStopped else { return }
                continue
            } catch let failure as TransientFailure {
                error = failure.error
            } catch let refusal as TransactionTooLarge {
                settings.keepsLargeWhole = false
                meter.overcame(refusal.error.description)
                log.warning(
                    "the target does not take a transaction whole: large ones become visible in slices from now on",
                    metadata: ["code": "transaction-sliced", "cause": "\(refusal.error)"])
                continue
            } catch let damage as LutraError where damage.code == .binlogCorrupt && damage.place != damaged?.place {
                // It may have happened on the way: the source is asked once more for the same bytes.
                damaged = damage
                error = damage
            }
            if stopSignal.isStopped { return }
            if let reached = attempt.durable {
                if reached != known { failures = 0 }
                known = reached
            }
            failures += 1
            meter.reconnecting(error)
            log.warning(
                "starting again from the target's checkpoint",
                metadata: ["code": "\(error.code.name)", "cause": "\(error)", "try": "\(failures)"])
            guard pause.wait(attempt: failures) else { return }
        }
    }
}
