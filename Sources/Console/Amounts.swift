/// `1,234,567`.
func grouped(_ number: UInt64) -> String {
    var result = ""
    for (index, digit) in String(number).reversed().enumerated() {
        if index > 0, index % 3 == 0 { result.append(",") }
        result.append(digit)
    }
    return String(result.reversed())
}

/// `950 B`, `12.3 MiB`.
func byteText(_ bytes: UInt64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
    var value = Double(bytes)
    var unit = 0
    while value >= 1_024, unit < units.count - 1 {
        value /= 1_024
        unit += 1
    }
    return unit == 0 ? "\(bytes) B" : "\(oneDecimal(value)) \(units[unit])"
}

/// `3 ms`, `1.5 s`, `2 m 10 s`, `3 h 5 m`, `4 d 2 h`.
func durationText(microseconds: Int64) -> String {
    let value = max(0, microseconds)
    if value < 1_000_000 { return "\(value / 1_000) ms" }
    if value < 60_000_000 { return "\(oneDecimal(Double(value) / 1_000_000)) s" }
    let seconds = value / 1_000_000
    if seconds < 3_600 { return "\(seconds / 60) m \(seconds % 60) s" }
    if seconds < 86_400 { return "\(seconds / 3_600) h \(seconds / 60 % 60) m" }
    return "\(seconds / 86_400) d \(seconds / 3_600 % 24) h"
}

private func oneDecimal(_ value: Double) -> String {
    let tenths = Int64((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
}

/// The text cut to a width with `…`, control characters made visible: names and messages come from outside.
func fitted(_ text: String, _ width: Int) -> String {
    let clean = String(
        text.map { character in
            character.unicodeScalars.contains { $0.properties.generalCategory == .control } ? "?" : character
        })
    guard clean.count > width else { return clean }
    return width <= 0 ? "" : String(clean.prefix(width - 1)) + "…"
}

func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
}

func leftPadded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
}
