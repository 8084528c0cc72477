/// A stable error code: its name, the exit code of a process that it ends, and the usual hint.
///
/// The catalogue only grows: a name never changes its meaning (`docs/errors.md` lists them all).
package struct ErrorCode: Hashable, Sendable {
    package let name: String
    package let exitCode: ExitCode
    package let hint: String?

    package init(_ name: String, _ exitCode: ExitCode, hint: String? = nil) {
        self.name = name
        self.exitCode = exitCode
        self.hint = hint
    }

    package static func == (left: ErrorCode, right: ErrorCode) -> Bool { left.name == right.name }
    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// What a `lutra` process says by its exit code (design §6.1).
package enum ExitCode: Int32, Sendable {
    case done = 0
    /// Failed while running.
    case failed = 1
    /// Wrong usage or configuration.
    case usage = 2
    /// `verify` found differences.
    case differences = 3
    /// A check before the start refused.
    case refused = 4
}
