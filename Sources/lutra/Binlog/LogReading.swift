import BinlogTool
import Capture
import Foundation
import Model
import MySQLClient
import PipelineRuntime

/// The stream of a log that is read, and the one that takes its place when a followed server was lost.
final class LogReading: @unchecked Sendable {
    // @unchecked: the reading thread alone reads and replaces the stream; `stop` takes it under the lock.
    private let input: LogInput
    private let isFollowing: Bool
    private let pause = Pause(stop: StopSignal())
    private let lock = NSLock()
    private var stream: any EventStream
    private var lastLoss: Checkpoint?
    private var tries = 0

    init(_ input: LogInput, _ stream: any EventStream, isFollowing: Bool) {
        self.input = input
        self.stream = stream
        self.isFollowing = isFollowing
    }

    /// Ends the reading in order. From any thread.
    func stop() {
        pause.stop.raise()
        lock.withLock { stream }.interrupt()
    }

    func close() { stream.close() }

    /// Connects again, as often as it takes, after a lost connection of a followed server.
    ///
    /// - Throws: the error, where it is another one; `stopped`.
    func reopen(at checkpoint: Checkpoint, after error: any Error) throws -> any EventStream {
        var loss = error
        if checkpoint != lastLoss { tries = 0 }
        lastLoss = checkpoint
        while true {
            guard isFollowing, isConnectionLoss(loss) else { throw loss }
            tries += 1
            BinlogJob.warn("the connection was lost (\(loss)); going on from \(checkpoint.position), try \(tries)")
            guard pause.wait(attempt: tries) else { break }
            do {
                let next = try input.reopen(at: checkpoint)
                stream.close()
                lock.withLock { stream = next }
                if pause.stop.isStopped { break }
                return next
            } catch { loss = error }
        }
        throw LutraError(.stopped, "the reading of the binlog was interrupted")
    }

    private func isConnectionLoss(_ error: any Error) -> Bool {
        switch error {
        case let failure as StatementFailure: failure.isConnectionLost
        case let error as LutraError: [.unreachable, .connectionLost].contains(error.code)
        default: false
        }
    }
}
