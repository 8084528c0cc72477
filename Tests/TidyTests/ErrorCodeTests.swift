import Model
import Testing

@Suite struct ErrorCodeTests {
    @Test func namesAreUnique() {
        let names = ErrorCode.catalogue.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0.wholeMatch(of: #/[a-z]+(-[a-z]+)*/#) != nil })
    }

    @Test func catalogueIsComplete() {
        let declared = Repository.lines(with: "= ErrorCode(") { file, _, line in
            file.target == "Model" && line.contains("static let")
        }
        #expect(declared.count == ErrorCode.catalogue.count)
    }

    /// `| `code` | exit | meaning | what to do |`
    @Test func documentedWithTheirExitCodes() {
        var documented: [String: Int32] = [:]
        for line in Repository.text("docs/errors.md").split(separator: "\n") {
            if let match = line.firstMatch(of: #/^\| `([a-z-]+)` \| ([0-9]) \| [^|]+ \| [^|]+ \|$/#) {
                documented[String(match.1)] = Int32(match.2)
            }
        }
        let codes = ErrorCode.catalogue.map { ($0.name, $0.exitCode.rawValue) }
        #expect(documented == Dictionary(codes, uniquingKeysWith: { first, _ in first }))
    }
}
