import Model

extension ErrorPolicies {
    /// A mapping of classes to policies: `{ missing: skip, duplicate: overwrite }`.
    init(_ value: YAMLValue) throws(LutraError) {
        let fields = try value.fields(ErrorClass.allCases.map(\.rawValue))
        self.init()
        for `class` in ErrorClass.allCases {
            guard let field = fields[`class`.rawValue] else { continue }
            do { try set(`class`, try field.string()) } catch { throw field.fault(error.message, hint: error.hint) }
        }
    }

    /// From `CLASS=POLICY` texts.
    ///
    /// - Throws: `LutraError` with `usage`.
    init(flags: [String]) throws(LutraError) {
        self.init()
        for flag in flags {
            let parts = flag.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let `class` = ErrorClass(rawValue: parts[0]) else {
                throw LutraError(
                    .usage, "--on-error takes CLASS=POLICY", place: ["given": flag],
                    hint: "classes are \(ErrorClass.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            try set(`class`, parts[1])
        }
    }

    private mutating func set(_ class: ErrorClass, _ text: String) throws(LutraError) {
        let allowed = ErrorPolicy.allCases.filter { Self.isAllowed($0, for: `class`) }
        guard let policy = allowed.first(where: { $0.rawValue == text }) else {
            throw LutraError(
                .usage, "\(text) is no policy for \(`class`.rawValue) rows",
                hint: "write \(allowed.map(\.rawValue).joined(separator: " or "))")
        }
        self[`class`] = policy
    }

    /// As YAML; nil where nothing was said.
    var yaml: String? {
        let said = ErrorClass.allCases.compactMap { kind in self[kind].map { "\(kind.rawValue): \($0.rawValue)" } }
        return said.isEmpty ? nil : "{ \(said.joined(separator: ", ")) }"
    }
}
