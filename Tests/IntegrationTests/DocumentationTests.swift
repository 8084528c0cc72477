import Foundation
import TestKit
import Testing

/// The commands of the documents are run as they stand there, on real servers.
@Suite("documents", .serialized)
struct DocumentationTests {
    @Test("every shell block runs", .timeLimit(.minutes(30)), .enabled(if: Flavor.mariadb.isAvailable))
    func everyShellBlockRuns() throws {
        let bench = try DocumentBench()
        defer { bench.remove() }
        var commands = 0
        for document in ["README.md", "docs/binlog-tool.md", "docs/configuration.md"] {
            for block in try DocumentBlock.all(of: document) {
                switch block.language {
                // What the blocks behind it call `shop.yaml`.
                case "yaml": try write(block, bench)
                case "sh": commands += try run(block, bench)
                default: break
                }
            }
        }
        #expect(commands >= 12)
    }

    /// Every document's shell blocks are run: a new one is to be named above.
    @Test("no shell block is left out")
    func noShellBlockIsLeftOut() throws {
        let names = try FileManager.default.subpathsOfDirectory(atPath: Places.repository + "/docs")
            .filter { $0.hasSuffix(".md") }
        for name in names where !["binlog-tool.md", "configuration.md"].contains(name) {
            #expect(try DocumentBlock.all(of: "docs/" + name).allSatisfy { $0.language != "sh" }, "\(name)")
        }
    }

    private func write(_ block: DocumentBlock, _ bench: DocumentBench) throws {
        let text = bench.fitted(block.text, start: bench.beforeTables)
        try text.write(toFile: bench.folder + "/shop.yaml", atomically: true, encoding: .utf8)
        try bench.emptyTarget()
        let program = try bench.start("lutra sync shop.yaml --initial-load --dry-run", isAlone: true)
        #expect(try program.wait() == .exit(0), "\(block.document):\(block.line): \(program.tail)")
    }

    /// Returns how many commands it ran.
    private func run(_ block: DocumentBlock, _ bench: DocumentBench) throws -> Int {
        try bench.emptyTarget()
        // The logs are replayed with their CREATE TABLE, and undone from behind it.
        let start = block.document.hasSuffix("configuration.md") ? bench.beforeTables : bench.behindTables
        var count = 0
        for command in block.commands {
            // This is part of `make test`, and what `make build` and `make demo` do is done here. Passwords are set.
            if ["make ", "export "].contains(where: command.hasPrefix) { continue }
            let place = "\(block.document):\(block.line): \(command)"
            let follows = command.contains(" tail ") || (command.contains(" sync ") && !ends(command))
            let program = try bench.start(bench.fitted(command, start: start), isAlone: follows)
            if follows { try follow(program, command, place, bench) }
            #expect(try program.wait() == .exit(0), "\(place)\n\(program.tail)")
            count += 1
        }
        return count
    }

    private func ends(_ command: String) -> Bool {
        ["--dry-run", "--stop-at", "--until-caught-up"].contains(where: command.contains)
    }

    /// Waits until a change on the source is where it belongs, then stops the program as Ctrl-C does.
    private func follow(_ program: Program, _ command: String, _ place: String, _ bench: DocumentBench) throws {
        var id = 100
        let hasCome = waitUntil(seconds: 180) {
            id += 1
            try? bench.source.execute("REPLACE INTO shop.orders VALUES (\(id), 'marked \(command.count)')")
            if command.contains(" tail ") { return program.output.contains("marked \(command.count)") }
            let rows = "SELECT COUNT(*) FROM shop.orders WHERE state = 'marked \(command.count)'"
            return program.poll() != nil || (try? bench.target.value(rows)).map { $0 != "0" } ?? false
        }
        #expect(hasCome && program.poll() == nil, "\(place)\n\(program.tail)")
        program.signal(SIGINT)
    }
}
