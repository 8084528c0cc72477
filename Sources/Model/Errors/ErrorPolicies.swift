/// Kinds of rows that a target does not take, each with a policy of its own.
package enum ErrorClass: String, CaseIterable, Sendable {
    /// Another row on the target holds one of its unique values.
    case duplicate
    /// The row that was changed or deleted is not on the target as it was on the source.
    case missing
    /// A value does not fit its column, or a check constraint refuses it.
    case value
    /// A foreign key of the target refuses it.
    case foreignKey = "foreign-key"
    /// Everything else that the target's server refuses about a row.
    case other
}

/// What happens with a row that the target does not take.
package enum ErrorPolicy: String, CaseIterable, Sendable {
    /// The pipeline ends with the error; the position stays before the row's transaction.
    case stop
    /// The change is left out and kept in `retl.lutra_errors`, in the transaction that moves the position.
    case skip
    /// The source's row replaces what is on the target.
    case overwrite
}

/// The policies of one pipeline by class.
package struct ErrorPolicies: Equatable, Sendable {
    private var policies: [ErrorClass: ErrorPolicy] = [:]

    package init() {}

    /// Nil where nothing was said.
    package subscript(class: ErrorClass) -> ErrorPolicy? {
        get { policies[`class`] }
        set { policies[`class`] = newValue }
    }

    /// What is said of a row of that class. Where nothing was said it is `stop`, but `overwrite` for a duplicate:
    /// the source decides, unless several source tables merge in the target and the row may be another one's.
    package func policy(for class: ErrorClass, isMerged: Bool) -> ErrorPolicy {
        if let said = policies[`class`] { return said }
        return `class` == .duplicate && !isMerged ? .overwrite : .stop
    }

    /// Whether some class is skipped, so that the ledger's table is needed.
    package var skipsSome: Bool { policies.values.contains(.skip) }

    /// Whether the policy makes sense: a row that is there or is not can be overwritten, and a value be stored as the
    /// target does it.
    package static func isAllowed(_ policy: ErrorPolicy, for class: ErrorClass) -> Bool {
        policy != .overwrite || [.duplicate, .missing, .value].contains(`class`)
    }
}
