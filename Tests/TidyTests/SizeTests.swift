import Testing

@Suite struct SizeTests {
    @Test func filesAreShort() {
        #expect(Repository.files.filter { $0.lines.count > 401 }.map { "\($0.path): \($0.lines.count)" } == [])
    }

    @Test func linesAreShort() {
        // Bytes first: counting characters is slow.
        let long = Repository.files.flatMap { file in
            file.lines.enumerated().filter { $0.element.utf8.count > 120 && $0.element.count > 120 }
                .map { "\(file.path):\($0.offset + 1)" }
        }
        #expect(long == [])
    }

    /// The formatter gives the closing brace the declaration's indentation.
    @Test func functionsAreShort() {
        var long: [String] = []
        for file in Repository.files {
            for (start, line) in file.lines.enumerated() {
                guard line.contains("func ") || line.contains("init") else { continue }
                guard line.firstMatch(of: #/^\s*(?:[@\w()]+ )*(?:func |init[?(<]|deinit)/#) != nil else { continue }
                guard line.firstMatch(of: #/^\s*///#) == nil else { continue }
                let indent = line.prefix { $0 == " " }
                let rest = file.lines[(start + 1)...]
                guard let end = rest.firstIndex(where: { hasIndent($0, indent) }),
                    file.lines[end].hasPrefix(indent + "}")
                else { continue }
                if end - start + 1 > 60 { long.append("\(file.path):\(start + 1): \(end - start + 1) lines") }
            }
        }
        #expect(long == [])
    }

    /// Whether the line is the first one after a declaration that is not deeper: its end, or another declaration.
    private func hasIndent(_ line: String, _ indent: Substring) -> Bool {
        guard line.hasPrefix(indent), let first = line.dropFirst(indent.count).first else { return false }
        return first != " " && first != ")" && !line.hasPrefix(indent + "{")
    }
}
