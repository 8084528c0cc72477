import ArgumentParser
import Model
import Specification

/// `lutra doctor`.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Checks servers before a start and says how to mend what is wrong.",
        discussion: """
            Examples:

              lutra doctor mysql://me@db1                    whether the server can be a source
              lutra doctor mysql://me@db1 mysql://me@db2     source and target; with --tables also their tables
              lutra doctor shop.yaml                         the servers and tables of a specification

            Changes nothing. Exits 4 when a check would refuse a start.
            """)

    @Argument(help: ArgumentHelp("The source's URL and the target's, or a YAML file.", valueName: "url|spec.yaml"))
    var servers: [String] = []

    @OptionGroup var channel: ChannelOptions

    @Flag(help: "Check for a start with --initial-load.")
    var initialLoad = false

    @Flag(name: .customLong("sql"), help: "Also print the SQL that creates the system schema retl.")
    var printsSQL = false

    func run() throws {
        try runDoctor(try request())
    }

    func request() throws -> DoctorRequest {
        let hasURL = servers.contains { $0.contains("://") }
        guard hasURL else {
            guard servers.count <= 1 else { throw LutraError(.usage, "more than one specification file is given") }
            let specification = try channel.specification(file: servers.first)
            guard let pipeline = specification.pipelines.first, let source = specification.sites[pipeline.from] else {
                throw LutraError(.usage, "the channel has no pipeline")
            }
            return DoctorRequest(
                source: source.url, target: specification.sites[pipeline.to]?.url, tables: specification.tables,
                appliesDDL: pipeline.ddl, initialLoad: initialLoad, printsSQL: printsSQL)
        }
        guard servers.count <= 2, channel.from == nil, channel.to == nil else {
            throw LutraError(.usage, "more than a source and a target are given")
        }
        var flags = channel
        flags.from = servers[0]
        // A channel needs a target and tables: what was not given is dropped again below.
        flags.to = servers.count == 2 ? servers[1] : servers[0]
        if flags.tables.isEmpty { flags.tables = ["*.*"] }
        let specification = try flags.specification(file: nil)
        guard let source = specification.sites["source"] else { throw LutraError(.usage, "no source is given") }
        let target = servers.count == 2 ? specification.sites["target"]?.url : nil
        return DoctorRequest(
            source: source.url, target: target, tables: channel.tables.isEmpty ? [] : specification.tables,
            appliesDDL: !channel.noDDL, initialLoad: initialLoad, printsSQL: printsSQL)
    }
}

/// What `lutra doctor` was asked to check.
struct DoctorRequest: Sendable {
    var source: ServerURL
    /// Nil checks a source alone.
    var target: ServerURL?
    /// Empty checks the servers alone.
    var tables: [TableMapping]
    var appliesDDL: Bool
    var initialLoad: Bool
    /// Whether the SQL of the system schema is printed, too.
    var printsSQL: Bool
}
