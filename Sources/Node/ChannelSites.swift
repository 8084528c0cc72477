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
        guard target.url.logPath == nil else {
            throw LutraError(
                .specInvalid, "the target is a folder of binlogs, not a server", place: ["target": target.url.address])
        }
        self.source = ConnectionOptions(url: source.url)
        self.target = ConnectionOptions(url: target.url)
    }

    var sourceName: String { source.url.address }
    var targetName: String { target.url.address }
}
