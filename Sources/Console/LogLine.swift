import Model

/// How log lines look.
package enum LogFormat: String, Sendable, CaseIterable {
    case text, json
}

/// One log line, without the line end.
package struct LogLine {
    /// Since 1970, UTC.
    package var microseconds: Int64
    package var level: String
    /// Of the logger: it is not printed.
    package var label: String
    package var message: String
    package var fields: [(name: String, value: String)]

    package init(
        microseconds: Int64, level: String, label: String, message: String, fields: [(name: String, value: String)]
    ) {
        self.microseconds = microseconds
        self.level = level
        self.label = label
        self.message = message
        self.fields = fields
    }

    /// The line in the wanted form: control characters escaped, so that it stays one line.
    package func text(_ format: LogFormat) -> String {
        switch format {
        case .text: plain
        case .json: json
        }
    }

    /// `2026-01-31T12:00:00.123456Z info    message key=value`.
    private var plain: String {
        var line = "\(rfc3339(microsecondsSince1970: microseconds)) \(padded(level, 8))\(escaped(message))"
        for (name, value) in fields {
            let needsQuotes = value.isEmpty || value.contains { $0.isWhitespace || $0 == "\"" || $0 == "=" }
            line += " \(name)=" + (needsQuotes ? jsonQuoted(value) : escaped(value))
        }
        return line
    }

    private var json: String {
        var members = [
            "\"time\":" + jsonQuoted(rfc3339(microsecondsSince1970: microseconds)),
            "\"level\":" + jsonQuoted(level), "\"message\":" + jsonQuoted(message),
        ]
        members += fields.map { jsonQuoted($0.name) + ":" + jsonQuoted($0.value) }
        return "{" + members.joined(separator: ",") + "}"
    }

    /// One line stays one line, and nothing in it drives the terminal.
    private func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) {
                result += scalar == "\n" ? "\\n" : "\\x" + hex(scalar.value, 2)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// A JSON string with its quotes.
func jsonQuoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\t": result += "\\t"
        default:
            if scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) {
                result += "\\u" + hex(scalar.value, 4)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }
    return result + "\""
}

private func hex(_ value: UInt32, _ digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}
