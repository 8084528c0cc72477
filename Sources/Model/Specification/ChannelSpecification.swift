/// What a channel does, as its YAML document says (design §6.2).
package struct ChannelSpecification: Equatable, Sendable {
    /// The channel's name: letters, digits, `-`, `_` and `.`, at most 64.
    package var name: String
    /// The servers by site name.
    package var sites: [String: SiteSpecification]
    /// One entry for each direction.
    package var pipelines: [PipelineSpecification]
    /// What is synchronised. Single names count before enumerations, these before patterns; among equals the first
    /// entry that matches a table counts.
    package var tables: [TableMapping]
    package var limits: Limits

    package init(
        name: String, sites: [String: SiteSpecification], pipelines: [PipelineSpecification], tables: [TableMapping],
        limits: Limits = Limits()
    ) {
        self.name = name
        self.sites = sites
        self.pipelines = pipelines
        self.tables = tables
        self.limits = limits
    }
}

/// A server, or a primary and its stand-bys.
package struct SiteSpecification: Equatable, Sendable {
    package var url: ServerURL
    /// Whether this site wins conflicts in a two-way channel.
    package var isHome: Bool
    /// As a source: commits there wait until their changes are durable on the target. Default false.
    package var semiSync: Bool

    package init(url: ServerURL, isHome: Bool = false, semiSync: Bool = false) {
        self.url = url
        self.isHome = isHome
        self.semiSync = semiSync
    }
}

/// One direction of a channel.
package struct PipelineSpecification: Equatable, Sendable {
    package var from: String
    package var to: String
    /// Whether DDL of mapped tables is applied on the target. Default true.
    package var ddl: Bool
    /// What happens with rows that the target does not take.
    package var errors: ErrorPolicies
    package var load: LoadSpecification
    /// Seconds between rows that are written into `retl.xdual` on the source; nil writes none.
    package var heartbeatSeconds: Int?

    package init(
        from: String, to: String, ddl: Bool = true, errors: ErrorPolicies = ErrorPolicies(),
        load: LoadSpecification = LoadSpecification(), heartbeatSeconds: Int? = nil
    ) {
        self.from = from
        self.to = to
        self.ddl = ddl
        self.errors = errors
        self.load = load
        self.heartbeatSeconds = heartbeatSeconds
    }

    /// `FROM-TO`: the pipeline's name in logs and in the checkpoint table.
    package var name: String { "\(from)-\(to)" }
}

/// Which tables, where to, and which columns.
package struct TableMapping: Equatable, Sendable {
    /// A pattern `SCHEMA.TABLE` as written (design §6.2).
    package var source: String
    /// The target's name as written: a name, an enumeration, or a template with `$1`…; nil keeps the source's names.
    package var target: String?
    /// Patterns of tables to leave out.
    package var exclude: [String]
    package var columns: ColumnSelection
    /// Lower loads first. Default 5, as in otter.
    package var weight: Int

    package init(
        source: String, target: String? = nil, exclude: [String] = [], columns: ColumnSelection = ColumnSelection(),
        weight: Int = 5
    ) {
        self.source = source
        self.target = target
        self.exclude = exclude
        self.columns = columns
        self.weight = weight
    }
}

/// Which columns travel and under which names.
package struct ColumnSelection: Equatable, Sendable {
    /// When not nil, only these columns of the source.
    package var include: [String]?
    /// Columns of the source that stay behind.
    package var exclude: [String]
    /// Source column → target column.
    package var rename: [String: String]

    package init(include: [String]? = nil, exclude: [String] = [], rename: [String: String] = [:]) {
        self.include = include
        self.exclude = exclude
        self.rename = rename
    }
}
