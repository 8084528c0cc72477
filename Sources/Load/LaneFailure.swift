package import Model
package import MySQLClient
package import Plan

extension Lane {
    /// How `apply` ended, other than well.
    package enum Failure: Error {
        /// Trying again from the checkpoint may succeed: lost connection, deadlock, lock wait, read-only target.
        case transient(LutraError)
        /// The target refused a statement of the script for good. Nothing of the batch is there.
        case refused(StatementFailure, statement: ApplyScript.Statement)
        /// A statement matched another number of rows than the one row it must. Nothing of the batch is there.
        case rowMissing(statement: ApplyScript.Statement, matched: UInt64)
        /// The checkpoint's row is gone: how far the target is cannot be known any more.
        case checkpointLost
        /// Another process has taken the pipeline over. Nothing of the batch is there.
        case fenced
        /// Its turn to commit did not come: it gave up its locks. Nothing of the batch is there.
        case gaveWay
        /// Of a transaction that is applied in slices nothing is there any more: it must begin anew.
        case slicesLost(LutraError)
        /// The target does not take as much in one transaction. Nothing of it is there, slices before neither.
        case tooLarge(LutraError)
    }

    /// When a transaction may commit, where commits keep an order.
    package struct Turn {
        let isNow: () -> Bool
        /// False to give way: others may wait for this one's locks.
        let wait: () -> Bool

        package init(isNow: @escaping () -> Bool, wait: @escaping () -> Bool) {
            self.isNow = isNow
            self.wait = wait
        }
    }

    /// What the target did not take; the transaction is still open.
    package enum Refusal {
        case error(StatementFailure)
        /// Another number of rows than the one that it must match.
        case missing(matched: UInt64)
    }

    /// Decides about a refused statement: the SQL that runs in its place, empty for none, or nil to give the batch up.
    package typealias Resolution = (Refusal, ApplyScript.Statement) -> [UInt8]?

    /// What is told of a failure that took the slices before with it.
    func told(_ failure: Failure) -> LutraError {
        switch failure {
        case .transient(let error), .slicesLost(let error), .tooLarge(let error): error
        case .refused(let failure, _):
            failure.error(.applyFailed, "the target took a transaction back that was applied in slices")
        case .rowMissing, .checkpointLost, .fenced, .gaveWay:
            LutraError(.applyFailed, "the target took a transaction back that was applied in slices")
        }
    }
}
