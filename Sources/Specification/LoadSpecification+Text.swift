import Model

/// `--mode`, `--lanes`, `--commit-order` and the throttle as they were given.
package struct LoadFlags: Equatable, Sendable {
    package var mode: String?
    package var lanes: Int?
    package var commitOrder: String?
    package var rowsPerSecond: Int?
    package var bytesPerSecond: Int?

    package init(
        mode: String? = nil, lanes: Int? = nil, commitOrder: String? = nil, rowsPerSecond: Int? = nil,
        bytesPerSecond: Int? = nil
    ) {
        self.mode = mode
        self.lanes = lanes
        self.commitOrder = commitOrder
        self.rowsPerSecond = rowsPerSecond
        self.bytesPerSecond = bytesPerSecond
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
        lanes = try Self.number(flags.lanes, "--lanes", in: Self.lanesRange)
        rowsPerSecond = try Self.number(flags.rowsPerSecond, "--rows-per-second", in: Self.rowsPerSecondRange)
        bytesPerSecond = try Self.number(flags.bytesPerSecond, "--bytes-per-second", in: Self.bytesPerSecondRange)
        if let text = flags.commitOrder {
            guard let value = CommitOrder(rawValue: text) else {
                throw LutraError(
                    .usage, "there is no such --commit-order", place: ["order": text], hint: "say keep or free")
            }
            commitOrder = value
        }
    }

    private static func number(
        _ given: Int?, _ flag: String, in range: ClosedRange<Int>
    ) throws(LutraError) -> Int? {
        guard let given, !range.contains(given) else { return given }
        throw LutraError(
            .usage, "\(flag) is out of range", place: ["value": "\(given)"],
            hint: "say \(range.lowerBound) to \(range.upperBound)")
    }

    /// `mode` and `load: { lanes:, commit-order:, … }` of a pipeline.
    init(mode: YAMLValue?, load: YAMLValue?) throws(LutraError) {
        self.init()
        if let mode {
            guard let value = ApplyMode(rawValue: try mode.string()) else {
                throw mode.fault("there is no such mode", hint: "say merge or transaction")
            }
            self.mode = value
        }
        let names = [
            "lanes", "commit-order", "rows-per-second", "bytes-per-second", "slow-milliseconds", "replicas",
            "replica-lag-seconds",
        ]
        guard let fields = try load?.fields(names) else { return }
        if let count = fields["lanes"] { lanes = try count.integer(in: Self.lanesRange) }
        if let rows = fields["rows-per-second"] { rowsPerSecond = try rows.integer(in: Self.rowsPerSecondRange) }
        if let bytes = fields["bytes-per-second"] {
            bytesPerSecond = try bytes.integer(in: Self.bytesPerSecondRange, isSize: true)
        }
        if let slow = fields["slow-milliseconds"] {
            slowMilliseconds = try slow.integer(in: Self.slowMillisecondsRange)
        }
        if let urls = fields["replicas"] { replicas = try Self.replicas(urls) }
        if let lag = fields["replica-lag-seconds"] {
            replicaLagSeconds = try lag.integer(in: Self.replicaLagSecondsRange)
        }
        if let order = fields["commit-order"] {
            guard let value = CommitOrder(rawValue: try order.string()) else {
                throw order.fault("there is no such commit order", hint: "say keep or free")
            }
            commitOrder = value
        }
    }

    private static func replicas(_ list: YAMLValue) throws(LutraError) -> [ServerURL] {
        var urls: [ServerURL] = []
        for item in try list.list() {
            let url = try ServerURL.parse(try item.string())
            guard url.logPath == nil, url.hosts.count == 1 else {
                throw item.fault("a replica is one server", hint: "give each replica a URL of its own")
            }
            urls.append(url)
        }
        return urls
    }

    /// What differs from the defaults, as YAML fields of a pipeline.
    func yaml(includingPasswords: Bool) -> String? {
        var inner: [String] = []
        if let lanes { inner.append("lanes: \(lanes)") }
        if commitOrder != .keep { inner.append("commit-order: \(commitOrder.rawValue)") }
        if let rowsPerSecond { inner.append("rows-per-second: \(rowsPerSecond)") }
        if let bytesPerSecond { inner.append("bytes-per-second: \(bytesPerSecond)") }
        if slowMilliseconds != Self().slowMilliseconds { inner.append("slow-milliseconds: \(slowMilliseconds)") }
        if !replicas.isEmpty {
            let urls = replicas.map { quoted($0.text(includingPassword: includingPasswords)) }
            inner.append("replicas: [\(urls.joined(separator: ", "))]")
        }
        if replicaLagSeconds != Self().replicaLagSeconds { inner.append("replica-lag-seconds: \(replicaLagSeconds)") }
        var fields = mode == .merge ? [] : ["mode: \(mode.rawValue)"]
        if !inner.isEmpty { fields.append("load: { \(inner.joined(separator: ", ")) }") }
        return fields.isEmpty ? nil : fields.joined(separator: ", ")
    }
}
