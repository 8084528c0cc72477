import Foundation
import Model

/// Passwords that the URLs left out: from `LUTRA_PASSWORD_FROM` and `LUTRA_PASSWORD_TO`, else from a file.
struct Passwords {
    private(set) var from: String?
    private var to: String?

    /// - Throws: `LutraError` with `file-unreadable` or `usage`.
    init(
        file: String?, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(LutraError) {
        from = environment["LUTRA_PASSWORD_FROM"]
        to = environment["LUTRA_PASSWORD_TO"]
        guard let file else { return }
        var lines = try textFile(file).split(whereSeparator: \.isNewline).map(String.init)
        if lines.count == 1, let only = lines.first, !only.hasPrefix("from="), !only.hasPrefix("to=") {
            lines = ["from=" + only, "to=" + only]
        }
        for (index, line) in lines.enumerated() {
            if line.hasPrefix("from=") {
                from = from ?? String(line.dropFirst(5))
            } else if line.hasPrefix("to=") {
                to = to ?? String(line.dropFirst(3))
            } else {
                throw LutraError(
                    .usage, "a line of the password file begins with neither from= nor to=",
                    place: ["file": file, "line": "\(index + 1)"],
                    hint: "write from=PASSWORD and to=PASSWORD on lines of their own, or one password alone")
            }
        }
    }

    /// Gives the pipeline's two servers the passwords that their URLs lack, and the target's replicas the target's.
    func fill(_ specification: inout ChannelSpecification) {
        guard let pipeline = specification.pipelines.first else { return }
        fill(&specification.sites[pipeline.from], from)
        fill(&specification.sites[pipeline.to], to)
        let password = specification.sites[pipeline.to]?.url.password
        for index in pipeline.load.replicas.indices where pipeline.load.replicas[index].password == nil {
            specification.pipelines[0].load.replicas[index].password = password
        }
    }

    private func fill(_ site: inout SiteSpecification?, _ password: String?) {
        if let password, site?.url.password == nil { site?.url.password = password }
    }
}
