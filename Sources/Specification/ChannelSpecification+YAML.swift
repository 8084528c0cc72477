package import Model

extension ChannelSpecification {
    /// Reads a channel's YAML document (design §6.2).
    ///
    /// - Parameter file: the document's name, for errors.
    /// - Throws: `LutraError` with `spec-invalid`, `spec-unknown-key` or `url-invalid`, naming file, line and column.
    package static func parse(yaml: String, file: String) throws(LutraError) -> ChannelSpecification {
        let document = try YAMLValue.document(yaml, file: file)
        let fields = try document.fields(
            ["channel", "sites", "pipelines", "conflict", "tables", "limits"],
            required: ["channel", "sites", "pipelines", "tables"])
        var sites: [String: SiteSpecification] = [:]
        for (key, value) in try fields["sites"]?.entries() ?? [] {
            guard isValidName(key.name) else { throw key.value.fault("a site's name is not valid", hint: nameHint) }
            sites[key.name] = try SiteSpecification(value)
        }
        if let conflict = fields["conflict"] {
            throw conflict.fault("two-way channels are not supported yet", hint: "leave conflict out")
        }
        var specification = ChannelSpecification(name: "", sites: sites, pipelines: [], tables: [])
        if let value = fields["channel"] {
            specification.name = try value.string()
            guard isValidName(specification.name) else {
                throw value.fault("the channel's name is not valid", hint: nameHint)
            }
        }
        if let value = fields["pipelines"] { specification.pipelines = try pipelines(value, sites: sites) }
        if let value = fields["tables"] {
            for entry in try value.list() { specification.tables.append(try TableMapping(entry)) }
            if specification.tables.isEmpty {
                throw value.fault("tables lists nothing", hint: "add an entry such as - shop.*")
            }
        }
        if let value = fields["limits"] { specification.limits = try Limits(value) }
        return specification
    }

    private static func pipelines(
        _ value: YAMLValue, sites: [String: SiteSpecification]
    ) throws(LutraError) -> [PipelineSpecification] {
        let entries = try value.list()
        guard let first = entries.first else {
            throw value.fault("pipelines lists nothing", hint: "add - { from: SITE, to: SITE }")
        }
        if entries.count > 1 {
            throw entries[1].fault(
                "two-way channels are not supported yet", hint: "keep one pipeline; a second channel needs its own file"
            )
        }
        let fields = try first.fields(
            ["from", "to", "ddl", "errors", "mode", "load", "heartbeat"], required: ["from", "to"])
        func site(_ key: String) throws(LutraError) -> String {
            guard let value = fields[key] else { throw first.fault("\(first.path) lacks \(key)") }
            let name = try value.string()
            guard sites[name] != nil else {
                throw value.fault("no site is called \(name)", hint: suggestion(for: name, among: sites.keys.sorted()))
            }
            return name
        }
        var pipeline = PipelineSpecification(from: try site("from"), to: try site("to"))
        guard pipeline.from != pipeline.to else { throw first.fault("a pipeline leads from a site to itself") }
        if let ddl = fields["ddl"] { pipeline.ddl = try ddl.bool() }
        if let errors = fields["errors"] { pipeline.errors = try ErrorPolicies(errors) }
        pipeline.load = try LoadSpecification(mode: fields["mode"], load: fields["load"])
        if let heartbeat = fields["heartbeat"] {
            let seconds = try heartbeat.fields(["seconds"], required: ["seconds"])["seconds"]
            pipeline.heartbeatSeconds = try seconds?.integer(in: 1...3_600)
        }
        return [pipeline]
    }

    /// Letters, digits, `-`, `_` and `.`, at most 64: names stand in file names and in the checkpoint table.
    package static func isValidName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 64 && name != "." && name != ".."
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    }

    static let nameHint = "use letters, digits, -, _ and ., at most 64"
}

extension SiteSpecification {
    /// `{ url:, home:, semi-sync: }`, or the URL alone.
    init(_ value: YAMLValue) throws(LutraError) {
        let fields =
            value.isScalar ? ["url": value] : try value.fields(["url", "home", "semi-sync"], required: ["url"])
        guard let url = fields["url"] else { throw value.fault("\(value.path) lacks url") }
        let text = try url.string()
        do {
            self.init(url: try ServerURL.parse(text))
        } catch {
            var located = url.fault(error.message, code: error.code, hint: error.hint ?? error.code.hint)
            located.place += error.place
            throw located
        }
        if let home = fields["home"] { isHome = try home.bool() }
        if let semiSync = fields["semi-sync"] { self.semiSync = try semiSync.bool() }
    }
}

extension TableMapping {
    /// A pattern alone, or `{ table:, to:, exclude:, columns:, weight: }`.
    init(_ value: YAMLValue) throws(LutraError) {
        if value.isScalar {
            self.init(source: try value.string())
            return
        }
        let fields = try value.fields(["table", "to", "exclude", "columns", "weight"], required: ["table"])
        guard let table = fields["table"] else { throw value.fault("\(value.path) lacks table") }
        self.init(source: try table.string())
        if let to = fields["to"] { target = try to.string() }
        if let patterns = fields["exclude"] { exclude = try patterns.strings() }
        if let selection = fields["columns"] { columns = try ColumnSelection(selection) }
        if let number = fields["weight"] { weight = try number.integer(in: -1_000_000...1_000_000) }
    }
}

extension ColumnSelection {
    init(_ value: YAMLValue) throws(LutraError) {
        let fields = try value.fields(["include", "exclude", "rename"])
        self.init()
        if let names = fields["include"] {
            include = try names.strings()
            if include?.isEmpty == true { throw names.fault("\(names.path) lists no column") }
        }
        if let names = fields["exclude"] { exclude = try names.strings() }
        for (key, target) in try fields["rename"]?.entries() ?? [] { rename[key.name] = try target.string() }
    }
}

extension Limits {
    /// Keys, with what they set and what is accepted.
    private struct Key {
        let name: String
        let path: WritableKeyPath<Limits, Int>
        let range: ClosedRange<Int>
        let isSize: Bool
    }

    private static var keys: [Key] {
        [
            Key(name: "batch-rows", path: \.batchRows, range: 1...1_000_000, isSize: false),
            Key(name: "batch-bytes", path: \.batchBytes, range: 64 << 10...1 << 30, isSize: true),
            Key(name: "statement-rows", path: \.statementRows, range: 1...10_000, isSize: false),
            Key(name: "statement-bytes", path: \.statementBytes, range: 16 << 10...1 << 30, isSize: true),
            Key(name: "queue-bytes", path: \.queueBytes, range: 1 << 20...4 << 30, isSize: true),
            Key(name: "prepared-bytes", path: \.preparedBytes, range: 64 << 10...1 << 30, isSize: true),
            Key(name: "read-seconds", path: \.readSeconds, range: 3...3_600, isSize: false),
        ]
    }

    init(_ value: YAMLValue) throws(LutraError) {
        self.init()
        let fields = try value.fields(Self.keys.map(\.name))
        for key in Self.keys {
            guard let number = fields[key.name] else { continue }
            self[keyPath: key.path] = try number.integer(in: key.range, isSize: key.isSize)
        }
    }

    /// The keys whose values differ from the defaults.
    var changed: [(name: String, value: Int)] {
        let defaults = Limits()
        return Self.keys.compactMap { key in
            let value = self[keyPath: key.path]
            return value == defaults[keyPath: key.path] ? nil : (key.name, value)
        }
    }
}
