import Foundation
import Testing

/// The sources as text.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    struct File: Sendable, CustomTestStringConvertible {
        /// From the root: `Sources/Model/Limits.swift`.
        let path: String
        let text: String
        let lines: [String]

        init(path: String) {
            self.path = path
            text = Repository.text(path)
            lines = text.components(separatedBy: "\n")
        }

        var testDescription: String { path }
        var parts: [String] { path.split(separator: "/").map(String.init) }
        /// The target's folder.
        var target: String { parts.count > 1 ? parts[1] : "" }
        var isTest: Bool { parts.first == "Tests" }
    }

    /// Every Swift file below Sources and Tests, without these tests, which hold the words that they ban.
    static let files: [File] = ["Sources", "Tests"].flatMap { folder -> [File] in
        let names = FileManager.default.enumerator(atPath: root.appending(path: folder).path())?.allObjects ?? []
        return names.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted()
            .map { "\(folder)/\($0)" }.filter { !$0.hasPrefix("Tests/TidyTests/") }
            .map { File(path: $0) }
    }

    static func text(_ path: String) -> String {
        (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
    }

    /// The rows of the layer table at the top of Package.swift: target → row.
    static let layers: [String: Int] = {
        var rows: [String: Int] = [:]
        let folder = root.appending(path: "Sources").path()
        let targets = Set((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
        for line in text("Package.swift").components(separatedBy: "\n") {
            guard let match = line.firstMatch(of: #/^///\s+([0-9])  (.+)$/#), let row = Int(match.1) else { continue }
            for word in match.2.split(separator: " ").map(String.init) where targets.contains(word) { rows[word] = row }
        }
        return rows
    }()

    /// The lines that hold the word and for which the body returns true, as `path:number: text`.
    ///
    /// The word is looked for in whole files first: without that, these tests are slow.
    static func lines(
        with word: String, where isFound: (File, Int, String) -> Bool = { _, _, _ in true }
    ) -> [String] {
        files.filter { $0.text.range(of: word) != nil }.flatMap { file in
            file.lines.enumerated().filter { $0.element.contains(word) && isFound(file, $0.offset, $0.element) }
                .map { "\(file.path):\($0.offset + 1): \($0.element)" }
        }
    }
}
