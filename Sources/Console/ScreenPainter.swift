/// Redraws a block of lines in place with ANSI sequences. Pure: it makes the bytes, the caller writes them.
///
/// The cursor stands on the line below the block between two draws. After a resize the terminal may have wrapped
/// lines; they are counted with the new width, so that the old block is wiped as a whole.
package struct ScreenPainter: Sendable {
    private var drawn: [String] = []

    package init() {}

    /// What to write to replace the last block by this one.
    package mutating func draw(_ lines: [String], width: Int) -> String {
        let text = erase(width: width) + lines.map { $0 + "\n" }.joined()
        drawn = lines
        return text
    }

    /// What to write to remove the block, before a log line or at the end.
    package mutating func erase(width: Int) -> String {
        guard !drawn.isEmpty else { return "" }
        let width = max(1, width)
        let rows = drawn.reduce(0) { $0 + max(1, ($1.count + width - 1) / width) }
        drawn = []
        // Up, to the first column, and everything below away.
        return "\u{1b}[\(rows)A\r\u{1b}[J"
    }
}
