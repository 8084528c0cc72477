import Testing

@Suite struct LayerTests {
    /// Within row 1, plans read what events hold.
    static let sameRow: Set<String> = ["Plan → Binlog"]

    @Test func everyTargetHasARow() {
        let targets = Set(Repository.files.filter { !$0.isTest }.map(\.target))
        #expect(targets.subtracting(Repository.layers.keys) == ["TestKit"])
    }

    @Test func importsGoDownwards() {
        let wrong = Repository.lines(with: "import ") { file, _, line in
            guard !file.isTest, let own = Repository.layers[file.target], let module = imported(line) else {
                return false
            }
            if module == "TestKit" { return true }
            guard let other = Repository.layers[module] else { return false }
            return other >= own && !Self.sameRow.contains("\(file.target) → \(module)")
        }
        #expect(wrong == [])
    }

    /// Rows 0 and 1 are decided by tests of values: no sockets, files, clocks, threads or logging.
    @Test func lowRowsArePure() {
        let banned: Set<String> = ["Foundation", "FoundationEssentials", "Glibc", "Logging", "Dispatch"]
        let wrong = Repository.lines(with: "import ") { file, _, line in
            guard !file.isTest, let row = Repository.layers[file.target], row <= 1 else { return false }
            return imported(line).map(banned.contains) ?? false
        }
        #expect(wrong == [])
    }

    private func imported(_ line: String) -> String? {
        let match = line.firstMatch(
            of: #/^(?:@\w+ )*(?:package |internal |public )?import (?:struct |class |enum |func )?(\w+)/#)
        return match.map { String($0.1) }
    }
}
