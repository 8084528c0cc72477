import Synchronization

/// Asks a pipeline to read from another host of its source: what it has read is applied, then it goes on there.
final class SourceSwitch: Sendable {
    private struct State {
        var isAsked = false
        var action: (@Sendable () -> Void)?
    }
    private let state = Mutex(State())

    /// From any thread.
    func ask() {
        let action = state.withLock { state in
            state.isAsked = true
            return state.action
        }
        action?()
    }

    /// What ends the reading of the present host; nil once nothing is read any more.
    func onAsk(_ action: (@Sendable () -> Void)?) {
        let isAsked = state.withLock { state in
            state.action = action
            return state.isAsked
        }
        if isAsked { action?() }
    }

    /// Whether it was asked since the last time.
    func take() -> Bool {
        state.withLock { state in
            defer { state.isAsked = false }
            return state.isAsked
        }
    }
}
