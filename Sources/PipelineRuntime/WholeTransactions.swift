package import Model

/// Tells which batches are slices of a source transaction that is larger than a batch and is to become visible as a
/// whole: they go to the target in one transaction, which ends with the last of them. A value.
package struct WholeTransactions: Sendable {
    private let keepsWhole: Bool
    /// What came last ended inside a transaction.
    private var isInside = false

    /// - Parameter keepsLarge: false where the target has refused a transaction for its size.
    package init(_ load: LoadSpecification, keepsLarge: Bool) {
        keepsWhole = load.mode == .transaction && keepsLarge
    }

    /// Takes in what comes next: rows, or progress without any.
    package mutating func isSlice(endingAt resume: Checkpoint) -> Bool {
        guard keepsWhole else { return false }
        defer { isInside = resume.isInsideTransaction }
        return isInside || resume.isInsideTransaction
    }
}
