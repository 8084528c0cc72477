import Foundation

/// SIGINT and SIGTERM: the first one asks the work to end in order, a second one, a second later or more, ends the
/// process at once. SIGUSR1 asks to read from the next host of the source.
enum StopSignals {
    /// Must run before the first thread starts: threads inherit it, so that only `sigwait` takes the signals.
    static func blockInAllThreads() {
        var signals = stopSignals
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        var others = switchSignals
        pthread_sigmask(SIG_BLOCK, &others, nil)
        // A reader of our output that went away must not end the run.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Calls the action on a thread of its own when the first signal arrives.
    static func onFirst(_ action: @escaping @Sendable () -> Void) {
        let thread = Thread {
            var signals = stopSignals
            var received: Int32 = 0
            guard sigwait(&signals, &received) == 0 else { return }
            // Waiting for the second one must not wait for what the first one does.
            let work = Thread(block: action)
            work.start()
            let first = ContinuousClock.now
            while sigwait(&signals, &received) == 0 {
                // One Ctrl-C may arrive twice: from the terminal, and from a program around this one that passes it on.
                if first.duration(to: .now) > .seconds(1) { _exit(1) }
            }
        }
        thread.start()
    }

    /// Calls the action on a thread of its own whenever SIGUSR1 arrives.
    static func onSwitch(_ action: @escaping @Sendable () -> Void) {
        let thread = Thread {
            var signals = switchSignals
            var received: Int32 = 0
            while sigwait(&signals, &received) == 0 { action() }
        }
        thread.start()
    }

    private static var switchSignals: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGUSR1)
        return set
    }

    private static var stopSignals: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGINT)
        sigaddset(&set, SIGTERM)
        return set
    }
}
