import Load
import Logging
import Model
import Plan

/// A source transaction that is larger than a batch: its batches go to the target one after another, on the first
/// lane and in one transaction, while nothing else is on its way. Each slice moves the checkpoint, but nobody sees that
/// before the last one commits: a failure, or the end of the run, begins it anew.
extension LoadStage {
    mutating func apply(slice prepared: PreparedBatch) throws {
        try progress.drain()
        rest(before: prepared)
        let resume = prepared.batch.resume
        let mark = progress.markOfSlice(rows: prepared.batch.rows.count, resume: resume)
        let isLast = !resume.isInsideTransaction
        let span = Lane.Span.slice(isFirst: openMark == nil, isLast: isLast)
        for part in prepared.steps.joined() {
            try progress.alone { try workers[0].apply(slice: part, mark, span) }
        }
        openMark = isLast ? nil : mark
        guard isLast else { return meter.appliedSlice(prepared) }
        progress.noteWritten(mark)
        meter.applied(prepared)
    }

    /// Commits the open transaction, if there is one, whose last slice has been applied.
    ///
    /// - Parameter checkpoint: behind it, where no rows of mapped tables follow.
    mutating func endSlices(at checkpoint: Checkpoint? = nil) throws {
        guard var mark = openMark else { return }
        if let checkpoint { mark.checkpoint = checkpoint }
        let span = Lane.Span.slice(isFirst: false, isLast: true)
        try progress.alone {
            try told { () throws(Lane.Failure) in try workers[0].lane.apply(ApplyScript(), mark: mark, span: span) }
        }
        openMark = nil
        progress.noteWritten(mark)
        meter.committedSlices()
    }

    /// Takes back what is there of a transaction whose rest does not come.
    mutating func abandonSlices() {
        guard openMark != nil else { return }
        workers[0].log.notice(
            "a large transaction of which not all was there is taken back; it begins anew if it comes again",
            metadata: ["rows": "\(meter.abandonedSlices())"])
        workers[0].lane.abandonSlices()
        openMark = nil
        progress.forgetSlices()
    }
}
