import Load
import Model
import PipelineRuntime
import Plan

/// A lane's transaction on its way to the target. It may arrive long after the process that sent it has died.
struct Packet {
    enum Answer {
        case done
        /// A statement of so many rows.
        case refused(rows: UInt32)
        case failed(Lane.Failure)
    }

    let lane: Int
    let fence: UInt64
    let mark: LaneMark
    let changes: [SourceLog.Change]
    /// Rows of one statement.
    let statementRows: Int

    /// What the target makes of it.
    func arrive(_ target: inout FakeTarget) throws -> Answer {
        guard target.lanes[lane].fence == fence else { return .failed(.fenced) }
        if let rows = refused { return .refused(rows: rows) }
        return try target.commit(lane: lane, fence: fence, mark, changes) ? .done : .failed(.fenced)
    }

    /// Rows of the first statement that the target does not take and the policy does not resolve in its place.
    private var refused: UInt32? {
        for first in stride(from: 0, to: changes.count, by: statementRows) {
            let rows = changes[first..<min(first + statementRows, changes.count)]
            guard rows.contains(where: { $0.table == .bare && $0.after?[1] == Content.refused }) else { continue }
            let count = UInt32(rows.count)
            let policy = ErrorPolicies.skippingValues.policyInPlace(for: .value, rows: count, isMerged: false)
            if policy != .skip { return count }
        }
        return nil
    }

    static let deadlock = Answer.failed(.transient(LutraError(.applyFailed, "a deadlock")))
    static let lost = Answer.failed(.transient(LutraError(.connectionLost, "the connection is gone")))
}

extension ErrorPolicies {
    static let skippingValues: ErrorPolicies = {
        var policies = ErrorPolicies()
        policies[.value] = .skip
        return policies
    }()
}
