package import Logging

/// Writes log lines through the terminal, which keeps the progress display below them.
package struct ConsoleLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level = .info
    private let terminal: Terminal
    private let format: LogFormat
    private let label: String

    package init(label: String, terminal: Terminal, format: LogFormat) {
        self.label = label
        self.terminal = terminal
        self.format = format
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        var fields = all.sorted { $0.key < $1.key }.map { (name: $0.key, value: "\($0.value)") }
        if let error = event.error { fields.append((name: "error", value: "\(error)")) }
        let line = LogLine(
            microseconds: microsecondsNow(), level: event.level.rawValue, label: label, message: "\(event.message)",
            fields: fields)
        terminal.writeLine(line.text(format))
    }
}
