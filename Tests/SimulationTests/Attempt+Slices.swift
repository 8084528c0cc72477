import Load
import Model
import PipelineRuntime
import Plan

/// A transaction that is larger than a batch: `LoadStage+Slices` in its steps.
extension Attempt {
    func applySlice(_ target: inout FakeTarget, _ isLost: Bool) throws -> Outcome {
        guard let (batch, part) = slice else { return .goesOn }
        slice = nil
        let mark = state.markOfSlice(rows: batch.rows.count, resume: batch.resume)
        let changes = (open?.changes ?? []) + part.rows.compactMap { SourceLog.Change(batch.rows[Int($0)], of: batch) }
        guard target.lanes[0].fence == fence else { return .fenced }
        guard target.canApply(changes) else {
            throw BrokenPromise("a slice comes before what it depends on is there")
        }
        guard changes.count <= setup.rowsTakenWhole else { return .tooLarge }
        open = (mark, changes)
        if !batch.resume.isInsideTransaction { return try endSlices(&target, isLost) }
        return isLost ? .restarts : .goesOn
    }

    func takeBackSlices() {
        guard open != nil else { return }
        open = nil
        state.forgetSlices()
    }

    func endSlices(at checkpoint: Checkpoint? = nil, _ target: inout FakeTarget, _ isLost: Bool) throws -> Outcome {
        guard let done = open else { return .goesOn }
        open = nil
        var mark = done.mark
        if let checkpoint { mark.checkpoint = checkpoint }
        guard try target.commit(lane: 0, fence: fence, mark, done.changes) else { return .fenced }
        if isLost { return .restarts }
        state.noteWritten(mark)
        return .goesOn
    }
}
