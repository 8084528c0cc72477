extension Report {
    /// The report for a reader: grouped, a mark for each check, its reason, and the remedy below.
    ///
    /// - Parameters:
    ///   - ascii: `[ok]`, `[!]` and `[x]` in place of ✓, ! and ✗, for terminals without UTF-8.
    ///   - showsAll: also what is well; else only what needs attention.
    package func text(ascii: Bool = false, showsAll: Bool = true) -> String {
        var lines: [String] = []
        for group in Check.Group.allCases {
            let members = checks.filter { $0.group == group && (showsAll || $0.verdict >= .warning) }
            guard !members.isEmpty else { continue }
            if !lines.isEmpty { lines.append("") }
            lines.append(group.heading)
            let width = members.map(\.title.count).max() ?? 0
            for check in members { lines += check.lines(titleWidth: width, ascii: ascii) }
        }
        if !lines.isEmpty { lines.append("") }
        lines.append(summary)
        return lines.joined(separator: "\n") + "\n"
    }

    private var summary: String {
        let warnings = checks.count { $0.verdict == .warning }
        let noted = warnings == 1 ? "1 warning" : "\(warnings) warnings"
        if mayStart { return "Ready to start, \(noted)." }
        return refused.count == 1
            ? "1 check refuses a start, \(noted)." : "\(refused.count) checks refuse a start, \(noted)."
    }
}

extension Check.Group {
    fileprivate var heading: String {
        switch self {
        case .source: "Source"
        case .target: "Target"
        case .between: "Source and target"
        case .tables: "Tables"
        }
    }
}

extension Check {
    fileprivate func lines(titleWidth: Int, ascii: Bool) -> [String] {
        let padding = String(repeating: " ", count: titleWidth - title.count)
        let mark = ascii ? verdict.asciiMark : verdict.mark
        var lines = ["  \(mark) \(title)\(padding)  \(detail)"]
        let indent = String(repeating: " ", count: 5 + (ascii ? 3 : 0))
        for line in (remedy ?? "").split(separator: "\n") { lines.append("\(indent)\(ascii ? "->" : "→") \(line)") }
        return lines
    }
}

extension Check.Verdict {
    fileprivate var mark: String {
        switch self {
        case .ok: "✓"
        case .note: "·"
        case .warning: "!"
        case .refuse: "✗"
        }
    }

    fileprivate var asciiMark: String {
        switch self {
        case .ok: "[ok]"
        case .note: "[--]"
        case .warning: "[! ]"
        case .refuse: "[x ]"
        }
    }
}
