package import Model

/// A channel as the command line's flags describe it: one direction between two servers.
package struct ChannelFlags: Equatable, Sendable {
    /// Nil makes a name of the two servers' addresses.
    package var channel: String?
    package var from: String
    package var to: String
    /// `PATTERN` or `PATTERN=TARGET`.
    package var tables: [String]
    /// Patterns that no entry of `tables` takes.
    package var exclude: [String]
    package var ddl: Bool
    /// `CLASS=POLICY`.
    package var onError: [String]
    package var load: LoadFlags
    package var semiSync: Bool
    /// Seconds; nil writes no heartbeat.
    package var heartbeat: Int?

    package init(
        channel: String? = nil, from: String, to: String, tables: [String], exclude: [String] = [], ddl: Bool = true,
        onError: [String] = [], load: LoadFlags = LoadFlags(), semiSync: Bool = false, heartbeat: Int? = nil
    ) {
        self.channel = channel
        self.from = from
        self.to = to
        self.tables = tables
        self.exclude = exclude
        self.ddl = ddl
        self.onError = onError
        self.load = load
        self.semiSync = semiSync
        self.heartbeat = heartbeat
    }
}

extension ChannelSpecification {
    /// The same value as a YAML document would give, with the sites `source` and `target`.
    ///
    /// - Throws: `LutraError` with `usage` or `url-invalid`.
    package init(flags: ChannelFlags) throws(LutraError) {
        func url(_ text: String, _ flag: String) throws(LutraError) -> ServerURL {
            do { return try ServerURL.parse(text) } catch { throw error.at("flag", flag) }
        }
        let from = try url(flags.from, "--from")
        let to = try url(flags.to, "--to")
        let name = flags.channel ?? Self.defaultName(from: from, to: to)
        guard Self.isValidName(name) else {
            throw LutraError(.usage, "the channel's name is not valid", place: ["name": name], hint: Self.nameHint)
        }
        if let seconds = flags.heartbeat, !(1...3_600).contains(seconds) {
            throw LutraError(.usage, "--heartbeat takes 1 to 3600 seconds", place: ["seconds": "\(seconds)"])
        }
        guard !flags.tables.isEmpty else {
            throw LutraError(.usage, "no tables are given", hint: "add --tables 'shop.*' or another pattern")
        }
        self.init(
            name: name,
            sites: [
                "source": SiteSpecification(url: from, semiSync: flags.semiSync), "target": SiteSpecification(url: to),
            ],
            pipelines: [
                PipelineSpecification(
                    from: "source", to: "target", ddl: flags.ddl, errors: try ErrorPolicies(flags: flags.onError),
                    load: try LoadSpecification(flags: flags.load),
                    heartbeatSeconds: flags.heartbeat)
            ],
            tables: flags.tables.map { text in
                let (pattern, target) = Self.splitTarget(text)
                return TableMapping(source: pattern, target: target, exclude: flags.exclude)
            })
    }

    /// At the last `=` that stands neither in backticks nor in a look-ahead `(?=`.
    private static func splitTarget(_ text: String) -> (pattern: String, target: String?) {
        var isQuoted = false
        var previous: Character = " "
        var split: String.Index?
        for index in text.indices {
            let character = text[index]
            if character == "`" { isQuoted.toggle() }
            if character == "=", !isQuoted, previous != "?", previous != "<" { split = index }
            previous = character
        }
        guard let split else { return (text, nil) }
        return (String(text[..<split]), String(text[text.index(after: split)...]))
    }

    /// The name of a channel that got none: made of the two servers' addresses.
    package static func defaultName(from: ServerURL, to: ServerURL) -> String {
        func word(_ url: ServerURL) -> String {
            let host = url.hosts.first.map { "\($0.name).\($0.port)" } ?? ""
            let text = url.logPath.map { "file" + $0 } ?? url.socket ?? host
            return String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "_" }.prefix(31))
        }
        return word(from) + "-" + word(to)
    }
}
