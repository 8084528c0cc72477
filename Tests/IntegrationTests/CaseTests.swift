import Foundation
import MySQLClient
import TestKit
import Testing

/// Every folder of `integration/cases`, for every pair of flavours; the ways to load take turns.
@Suite("Cases")
struct CaseTests {
    @Test("case", arguments: Case.all)
    func run(_ testCase: Case) throws {
        let run = try CaseRun(testCase)
        try run.prepare()
        let (program, end) = testCase.isLive ? try run.changeWhileRunning() : try run.changeThenCatchUp()
        try run.check(program, end)
    }
}

/// One case under way.
private struct CaseRun {
    let testCase: Case
    let source: Server
    let target: Server
    let state: String

    init(_ testCase: Case) throws {
        self.testCase = testCase
        source = try TestServers.shared(testCase.pair.source, .source)
        target = try TestServers.shared(testCase.pair.target, .target)
        state = try Places.newFolder("state")
    }

    private func text(_ file: String) -> String? { testCase.text(file, source: source, target: target) }

    func prepare() throws {
        let before = text("source.sql") ?? ""
        for server in [source, target] { try server.freshSchema(testCase.schema) }
        try source.runScript(before, schema: testCase.schema)
        try target.runScript(text("target.sql") ?? before, schema: testCase.schema)
    }

    func changeThenCatchUp() throws -> (Program, Program.End) {
        let start = try source.binlogEnd()
        try change()
        let program = try sync(["--start", start, "--until-caught-up"])
        return (program, try program.wait(seconds: 120))
    }

    /// The changes come while it runs; then it is told to stop, and a second run takes what the first had left.
    func changeWhileRunning() throws -> (Program, Program.End) {
        let start = try source.binlogEnd()
        let first = try sync(["--start", start, "--until-caught-up"])
        guard try first.wait(seconds: 120) == .exit(0) else { return (first, try first.wait()) }
        let live = try sync([])
        try change()
        live.signal(SIGTERM)
        let end = try live.wait(seconds: 120)
        guard end == .exit(0) else { return (live, end) }
        let program = try sync(["--until-caught-up"])
        return (program, try program.wait(seconds: 120))
    }

    private func change() throws { try source.runScript(text("changes.sql") ?? "", schema: testCase.schema) }

    private func sync(_ more: [String]) throws -> Program {
        var arguments = ["sync"]
        if let specification = text("spec.yaml") {
            let file = state + "/../" + testCase.schema + ".yaml"
            try specification.write(toFile: file, atomically: true, encoding: .utf8)
            arguments.append(file)
        } else {
            arguments += ["--channel", testCase.schema, "--from", source.url, "--to", target.url]
            let own = text("args")?.split(whereSeparator: \.isWhitespace).map(String.init) ?? []
            arguments += own + testCase.load
            if !own.contains("--tables") { arguments += ["--tables", "\(testCase.schema).*"] }
            // An initial load brings its own position.
            if own.contains("--initial-load") { return try start(arguments, more.filter { $0.hasPrefix("--until") }) }
        }
        return try start(arguments, more)
    }

    private func start(_ arguments: [String], _ more: [String]) throws -> Program {
        try Program.lutra(arguments + more + ["--state", state])
    }

    func check(_ program: Program, _ end: Program.End) throws {
        let expectations = try Expectation.read(text("expect"))
        if case .error(let code, let exit)? = expectations.first {
            #expect(end == .exit(exit), "\(program.tail)")
            #expect(program.errors.contains("lutra: error \(code): "), "\(program.tail)")
        } else {
            #expect(end == .exit(0), "\(program.tail)")
            guard end == .exit(0) else { return }
        }
        let (from, to) = (try source.connect(), try target.connect())
        for expectation in expectations {
            let failure = try expectation.failure(testCase.schema, from, to)
            #expect(failure == nil, "\(failure ?? "")")
        }
    }
}
