package import Model

extension ChannelSpecification {
    /// The channel as a YAML document that `parse` reads back to the same value.
    ///
    /// - Parameter includingPasswords: false leaves the passwords out, for showing it.
    package func yaml(includingPasswords: Bool) -> String {
        var lines = ["channel: \(quoted(name))", "sites:"]
        for (site, value) in sites.sorted(by: { $0.key < $1.key }) {
            var entry = "url: " + quoted(value.url.text(includingPassword: includingPasswords))
            if value.isHome { entry += ", home: true" }
            if value.semiSync { entry += ", semi-sync: true" }
            lines.append("  \(quoted(site)): { \(entry) }")
        }
        lines.append("pipelines:")
        for pipeline in pipelines {
            let errors = pipeline.errors.yaml.map { ", errors: \($0)" } ?? ""
            let load = pipeline.load.yaml(includingPasswords: includingPasswords).map { ", \($0)" } ?? ""
            let heartbeat = pipeline.heartbeatSeconds.map { ", heartbeat: { seconds: \($0) }" } ?? ""
            let sites = "from: \(quoted(pipeline.from)), to: \(quoted(pipeline.to))"
            lines.append("  - { \(sites), ddl: \(pipeline.ddl)\(errors)\(load)\(heartbeat) }")
        }
        lines.append("tables:")
        for table in tables { lines.append("  - { \(table.yamlFields.joined(separator: ", ")) }") }
        let changed = limits.changed
        if !changed.isEmpty {
            lines.append("limits:")
            for (name, value) in changed { lines.append("  \(name): \(value)") }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension TableMapping {
    fileprivate var yamlFields: [String] {
        var fields = ["table: " + quoted(source)]
        if let target { fields.append("to: " + quoted(target)) }
        if !exclude.isEmpty { fields.append("exclude: " + quoted(exclude)) }
        var inner: [String] = []
        if let include = columns.include { inner.append("include: " + quoted(include)) }
        if !columns.exclude.isEmpty { inner.append("exclude: " + quoted(columns.exclude)) }
        if !columns.rename.isEmpty {
            let pairs = columns.rename.sorted { $0.key < $1.key }.map { "\(quoted($0.key)): \(quoted($0.value))" }
            inner.append("rename: { \(pairs.joined(separator: ", ")) }")
        }
        if !inner.isEmpty { fields.append("columns: { \(inner.joined(separator: ", ")) }") }
        if weight != 5 { fields.append("weight: \(weight)") }
        return fields
    }
}

private func quoted(_ list: [String]) -> String { "[" + list.map { quoted($0) }.joined(separator: ", ") + "]" }

/// A double-quoted YAML scalar: safe for every text.
func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        default:
            if scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) || [0x2028, 0x2029].contains(scalar.value) {
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }
    return result + "\""
}
