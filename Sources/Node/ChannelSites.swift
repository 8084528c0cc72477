import Model
import MySQLClient

/// The two servers of a pipeline.
struct ChannelSites {
    let source: ConnectionOptions
    let target: ConnectionOptions

    init(_ spec: ChannelSpecification, _ pipeline: PipelineSpecification) throws(LutraError) {
        guard let source = spec.sites[pipeline.from], let target = spec.sites[pipeline.to] else {
            throw LutraError(
                .specInvalid, "a pipeline names a site that is not there", place: ["pipeline": pipeline.name])
        }
        self.source = ConnectionOptions(url: source.url)
        self.target = ConnectionOptions(url: target.url)
    }

    /// Hosts and ports, without users.
    var sourceName: String { Self.name(source.url) }
    var targetName: String { Self.name(target.url) }

    private static func name(_ url: ServerURL) -> String {
        url.socket ?? url.hosts.map { "\($0.name):\($0.port)" }.joined(separator: ",")
    }
}
