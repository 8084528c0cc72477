package import Load
package import Model
package import Plan

/// What a lane does after a try of its part that failed. A value, kept for one part.
package struct LaneRetry: Sendable {
    /// Tries that a moment's trouble ended.
    private var attempts = 0
    private static let attemptsMax = 10
    /// Whether it gives up its locks when its turn does not come.
    package private(set) var yields = true

    package init() {}

    package enum Step {
        /// Waits for its turn without locks, then tries again.
        case waitForTurn
        /// Waits, longer from one attempt to the next, and tries again.
        case again(attempt: Int, LutraError)
        /// The pipeline starts again from the target's checkpoint.
        case restart(LutraError)
        /// No other try can mend it.
        case end
    }

    package mutating func step(after failure: Lane.Failure) -> Step {
        switch failure {
        case .gaveWay:
            yields = false
            return .waitForTurn
        case .transient(let error):
            attempts += 1
            // A lost connection leaves open whether the commit arrived: the checkpoint that is found says it.
            if error.code == .connectionLost || attempts >= Self.attemptsMax { return .restart(error) }
            return .again(attempt: attempts, error)
        case .slicesLost(let error): return .restart(error)
        case .refused, .rowMissing, .checkpointLost, .fenced, .tooLarge: return .end
        }
    }
}

/// What happens with a part whose transaction was rolled back because the target refused a statement.
package enum RefusalStep {
    /// Written again so that rows which exist are overwritten.
    case overwrite(ScriptOptions)
    /// Written again row by row, to find the one that is refused.
    case isolate(ScriptOptions)
    /// Written again in the order of the source: folded, a row went before the one that it references.
    case keepOrder(ScriptOptions)
    case stop
}

extension ErrorPolicies {
    /// - Parameters:
    ///   - rows: rows of the statement; 0 for one of the session.
    ///   - written: how the part was written.
    package func step(
        after errorClass: ErrorClass, rows: UInt32, isMerged: Bool, written: ScriptOptions
    ) -> RefusalStep {
        var again = written
        if errorClass == .duplicate, policy(for: .duplicate, isMerged: isMerged) == .overwrite,
            !written.overwritesExisting, rows > 0
        {
            again.overwritesExisting = true
            return .overwrite(again)
        }
        if errorClass == .foreignKey, written.foldsJoined {
            again.foldsJoined = false
            return .keepOrder(again)
        }
        return rows > 1 ? .isolate(again.isolating) : .stop
    }

    /// What happens in place of a refused statement while its transaction is open; `stop` where it must be rolled back.
    ///
    /// - Parameter rows: rows of the statement.
    package func policyInPlace(for errorClass: ErrorClass, rows: UInt32, isMerged: Bool) -> ErrorPolicy {
        rows == 1 ? policy(for: errorClass, isMerged: isMerged) : .stop
    }
}
