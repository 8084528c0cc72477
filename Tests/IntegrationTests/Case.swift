import Foundation
import TestKit
import Testing

/// Two flavours: where rows come from and where they go.
struct FlavorPair: Sendable, CustomStringConvertible {
    var source: Flavor
    var target: Flavor

    var description: String { "\(source)->\(target)" }

    /// All pairs of MariaDB and MySQL 9; and, where MySQL 8.0 is there, from it to both and from MariaDB to it.
    static let all: [FlavorPair] = {
        var pairs: [FlavorPair] = []
        for source in Flavor.available {
            for target in Flavor.available where target != .mysql80 || source == .mariadb {
                pairs.append(FlavorPair(source: source, target: target))
            }
        }
        return pairs
    }()
}

/// One folder of `integration/cases` for one pair (`integration/README.md` says what the files are).
struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var pair: FlavorPair
    var isLive: Bool
    /// Flags that say how it is loaded.
    var load: [String]

    var testDescription: String { "\(name) \(pair) \(load.joined(separator: " "))" }

    private static let folder = Places.repository + "/integration/cases"

    /// The case's schema: of its own for each pair, since servers are shared.
    var schema: String {
        let pairName = "\(pair.source)_\(pair.target)"
        return String("\(pairName)_\(name)".map { $0 == "-" ? "_" : $0 }.prefix(64))
    }

    /// Every case with every pair that it is meant for; `LUTRA_CASES=ddl-,key-none` limits them to names that begin so.
    static let all: [Case] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let wanted = ProcessInfo.processInfo.environment["LUTRA_CASES"]?.split(separator: ",") ?? [""]
        var turn = 0
        return names.sorted().flatMap { name in
            let options = Options(text: read(name, "options") ?? "")
            // One more in every other case, so that a pair does not always get the same.
            turn += 1
            return FlavorPair.all.filter(options.allows).map { pair in
                turn += 1
                return Case(
                    name: name, pair: pair, isLive: options.isLive, load: chosenLoad ?? loads[turn % loads.count])
            }
        }.filter { testCase in wanted.contains { testCase.name.hasPrefix($0) } }
    }()

    private static let loads = [
        [], ["--lanes", "1"], ["--lanes", "8"], ["--mode", "transaction", "--lanes", "4"],
        ["--mode", "transaction", "--lanes", "4", "--commit-order", "free"],
    ]

    /// `LUTRA_CASE_LOAD='--mode transaction'`: all cases in that way.
    private static let chosenLoad = ProcessInfo.processInfo.environment["LUTRA_CASE_LOAD"]?.split(separator: " ").map(
        String.init)

    /// A file of the case with its placeholders filled; nil when there is none.
    func text(_ file: String, source: Server, target: Server) -> String? {
        Case.read(name, file)?.replacingOccurrences(of: "${SCHEMA}", with: schema)
            .replacingOccurrences(of: "${FROM}", with: source.url).replacingOccurrences(of: "${TO}", with: target.url)
    }

    private static func read(_ name: String, _ file: String) -> String? {
        try? String(contentsOfFile: "\(folder)/\(name)/\(file)", encoding: .utf8)
    }

    private struct Options {
        var isLive = false
        var only: [String] = []

        init(text: String) {
            for line in text.split(separator: "\n") {
                if line == "live: true" { isLive = true }
                if line.hasPrefix("only: ") { only = line.dropFirst(6).split(separator: " ").map(String.init) }
            }
        }

        func allows(_ pair: FlavorPair) -> Bool {
            let names = ["*", pair.source.rawValue].flatMap { source in
                ["*", pair.target.rawValue].map { "\(source)->\($0)" }
            }
            return only.isEmpty || only.contains { names.contains($0) }
        }
    }
}
