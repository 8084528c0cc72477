import Model

/// `--mode`, `--lanes` and `--commit-order` as they were given.
package struct LoadFlags: Equatable, Sendable {
    package var mode: String?
    package var lanes: Int?
    package var commitOrder: String?

    package init(mode: String? = nil, lanes: Int? = nil, commitOrder: String? = nil) {
        self.mode = mode
        self.lanes = lanes
        self.commitOrder = commitOrder
    }
}

extension LoadSpecification {
    /// - Throws: `LutraError` with `usage`.
    init(flags: LoadFlags) throws(LutraError) {
        self.init()
        if let text = flags.mode {
            guard let value = ApplyMode(rawValue: text) else {
                throw LutraError(
                    .usage, "there is no such --mode", place: ["mode": text], hint: "say merge or transaction")
            }
            mode = value
        }
        if let count = flags.lanes {
            guard Self.lanesRange.contains(count) else {
                throw LutraError(
                    .usage, "--lanes is out of range", place: ["lanes": "\(count)"], hint: "say 1 to 64")
            }
            lanes = count
        }
        if let text = flags.commitOrder {
            guard let value = CommitOrder(rawValue: text) else {
                throw LutraError(
                    .usage, "there is no such --commit-order", place: ["order": text], hint: "say keep or free")
            }
            commitOrder = value
        }
    }

    /// `mode` and `load: { lanes:, commit-order: }` of a pipeline.
    init(mode: YAMLValue?, load: YAMLValue?) throws(LutraError) {
        self.init()
        if let mode {
            guard let value = ApplyMode(rawValue: try mode.string()) else {
                throw mode.fault("there is no such mode", hint: "say merge or transaction")
            }
            self.mode = value
        }
        guard let fields = try load?.fields(["lanes", "commit-order"]) else { return }
        if let count = fields["lanes"] { lanes = try count.integer(in: Self.lanesRange) }
        if let order = fields["commit-order"] {
            guard let value = CommitOrder(rawValue: try order.string()) else {
                throw order.fault("there is no such commit order", hint: "say keep or free")
            }
            commitOrder = value
        }
    }

    /// What differs from the defaults, as YAML fields of a pipeline.
    var yaml: String? {
        var inner: [String] = []
        if let lanes { inner.append("lanes: \(lanes)") }
        if commitOrder != .keep { inner.append("commit-order: \(commitOrder.rawValue)") }
        var fields = mode == .merge ? [] : ["mode: \(mode.rawValue)"]
        if !inner.isEmpty { fields.append("load: { \(inner.joined(separator: ", ")) }") }
        return fields.isEmpty ? nil : fields.joined(separator: ", ")
    }
}
