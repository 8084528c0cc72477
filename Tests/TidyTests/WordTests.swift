import Testing

@Suite struct WordTests {
    @Test(arguments: ["try!", "as!", "fatalError(", "TODO", "FIXME", "XXX", "@testable"])
    func banned(word: String) {
        #expect(Repository.lines(with: word) == [])
    }

    @Test func onlyTheExecutablePrints() {
        let wrong = Repository.lines(with: "print(") { file, _, line in
            file.target != "lutra" && line.firstMatch(of: #/(?:^|[^\w.])print\(/#) != nil
        }
        #expect(wrong == [])
    }

    @Test func noFreeTasks() {
        let wrong = Repository.lines(with: "Task") { _, _, line in
            line.firstMatch(of: #/\bTask(?:\.detached)?(?:\([^)]*\))? \{/#) != nil
        }
        #expect(wrong == [])
    }

    /// Tests wait for conditions, not for time.
    @Test func testsDoNotSleep() {
        let wrong = Repository.lines(with: "sleep(") { file, _, _ in file.isTest }
        #expect(wrong == [])
    }

    /// What the compiler cannot check is explained beside it.
    @Test(arguments: ["@unchecked Sendable", "nonisolated(unsafe)"])
    func explained(word: String) {
        let wrong = Repository.lines(with: word) { file, index, line in
            guard !line.drop(while: { $0 == " " }).hasPrefix("//") else { return false }
            let around = file.lines[max(0, index - 1)...min(file.lines.count - 1, index + 1)]
            return !around.contains { $0.contains("//") }
        }
        #expect(wrong == [])
    }
}
