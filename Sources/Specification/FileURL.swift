package import Model

/// `file:///path`: a binlog file, a folder of them or an index file, in place of a server.
package enum FileURL {
    package static let scheme = "file://"

    package static func isFileURL(_ text: String) -> Bool { text.lowercased().hasPrefix(scheme) }

    /// The path, percent-decoded.
    ///
    /// - Throws: `LutraError` with `url-invalid`.
    package static func path(_ text: String) throws(LutraError) -> String {
        let rest = text.dropFirst(scheme.count)
        guard rest.hasPrefix("/"), rest.count > 1 else {
            throw LutraError(
                .urlInvalid, "a file's URL names no absolute path", place: ["url": text],
                hint: "write file:///path/to/binlogs, with three slashes")
        }
        guard let path = percentDecoded(rest) else {
            throw LutraError(
                .urlInvalid, "the path in the URL has a % that two hexadecimal digits do not follow",
                place: ["url": text], hint: "write % as %25")
        }
        return path
    }
}
