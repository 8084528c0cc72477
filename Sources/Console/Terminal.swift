import Foundation
import Synchronization

/// Standard error: log lines, and below them the progress display where it is a terminal.
package final class Terminal: Sendable {
    private let descriptor: Int32
    /// Whether lines can be redrawn there.
    package let isInteractive: Bool
    private let painter = Mutex(State())

    private struct State {
        var painter = ScreenPainter()
        var lines: [String] = []
    }

    /// - Parameter allowsProgress: false treats a terminal like a pipe (`--no-progress`).
    package init(descriptor: Int32 = 2, allowsProgress: Bool = true) {
        self.descriptor = descriptor
        let isDumb = ProcessInfo.processInfo.environment["TERM"] == "dumb"
        isInteractive = allowsProgress && !isDumb && isatty(descriptor) == 1
    }

    /// Columns and rows, asked for at each draw, so that a resize takes effect with the next one.
    package var size: (width: Int, height: Int) {
        var size = winsize()
        let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return isKnown ? (Int(size.ws_col), max(4, Int(size.ws_row))) : (80, 24)
    }

    /// Writes one line above the display.
    package func writeLine(_ line: String) {
        painter.withLock { state in
            let width = size.width
            let lines = state.lines
            write(state.painter.erase(width: width) + line + "\n" + state.painter.draw(lines, width: width))
        }
    }

    /// Replaces the display.
    package func show(_ lines: [String]) {
        painter.withLock { state in
            state.lines = lines
            write(state.painter.draw(lines, width: size.width))
        }
    }

    /// Whatever cannot be written is lost: a closed terminal must not end the run.
    private func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return }
            bytes = bytes.dropFirst(count)
        }
    }
}

/// Microseconds since 1970 UTC.
package func microsecondsNow() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
}
