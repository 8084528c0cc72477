import Synchronization

/// Remembers that the operator asked for something, such as to stop, and tells whoever is running by then.
final class OperatorRequest: Sendable {
    private struct State {
        var isRaised = false
        var action: (@Sendable () -> Void)?
    }
    private let state = Mutex(State())

    var isRaised: Bool { state.withLock { $0.isRaised } }

    func raise() {
        let action = state.withLock { state in
            state.isRaised = true
            return state.action
        }
        action?()
    }

    /// Runs the action when the request comes, at once if it has come.
    func onRaise(_ action: @escaping @Sendable () -> Void) {
        let isRaised = state.withLock { state in
            state.action = action
            return state.isRaised
        }
        if isRaised { action() }
    }
}
