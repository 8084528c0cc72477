package import Model

/// One thing that was looked at before a start.
package struct Check: Equatable, Sendable {
    package enum Verdict: Int, Comparable, Sendable {
        /// As it should be.
        case ok
        /// Good to know; nothing to do.
        case note
        /// Works, with a danger or a cost that is named.
        case warning
        /// Would lose data or cannot work: `lutra sync` does not start.
        case refuse

        package static func < (left: Verdict, right: Verdict) -> Bool { left.rawValue < right.rawValue }
    }

    /// What a check is about: the headings of the report, in this order.
    package enum Group: String, CaseIterable, Sendable { case source, target, between, tables }

    /// Stable name for scripts: `binlog-format`.
    package var id: String
    package var group: Group
    /// What was looked at, two or three words.
    package var title: String
    package var verdict: Verdict
    /// What was found, and why it matters where it is not well.
    package var detail: String
    /// SQL or a setting that mends it.
    package var remedy: String?
    /// The error that `lutra sync` ends with; nil takes `prechecks-refused`.
    package var code: ErrorCode?

    package init(
        _ id: String, _ group: Group, _ title: String, _ verdict: Verdict, _ detail: String, remedy: String? = nil
    ) {
        self.id = id
        self.group = group
        self.title = title
        self.verdict = verdict
        self.detail = detail
        self.remedy = remedy
    }

    /// The same check with the error that it ends a start with.
    package func failing(_ code: ErrorCode) -> Check {
        var copy = self
        copy.code = code
        return copy
    }
}

/// What the doctor found.
package struct Report: Equatable, Sendable {
    package var checks: [Check]

    package init(checks: [Check] = []) { self.checks = checks }

    package var refused: [Check] { checks.filter { $0.verdict == .refuse } }
    package var mayStart: Bool { refused.isEmpty }

    /// The error that `lutra sync` ends with; nil when it may start.
    ///
    /// One reason alone gives its own code; several give `prechecks-refused` unless they agree.
    package var error: LutraError? {
        guard let first = refused.first else { return nil }
        let codes = Set(refused.map { $0.code ?? .prechecksRefused })
        let code = codes.count == 1 ? codes.first ?? .prechecksRefused : .prechecksRefused
        let others = refused.count > 1 ? ", and \(refused.count - 1) more" : ""
        return LutraError(
            code, first.detail + others, place: ["check": first.id], hint: first.remedy ?? code.hint)
    }
}
