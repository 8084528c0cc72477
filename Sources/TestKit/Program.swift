package import Foundation

/// A program that a test runs as a user would: arguments, environment, signals, exit code, what it printed.
///
/// Its output goes to files, so that it never blocks on a reader. Calls block the calling thread.
package final class Program: Sendable {
    /// How it ended.
    package enum End: Equatable, Sendable {
        case exit(Int32)
        case signal(Int32)
    }

    /// The process id.
    package let id: pid_t
    package let folder: String
    private let name: String
    private let end = NSLockedValue<End?>(nil)

    /// Starts it at once.
    ///
    /// - Parameters:
    ///   - path: the program's file, or its name on the path.
    ///   - environment: added to the test's own.
    ///   - input: a file for its standard input; nothing when nil.
    package init(
        _ path: String, _ arguments: [String], environment: [String: String] = [:], input: String? = nil
    ) throws {
        name = URL(fileURLWithPath: path).lastPathComponent
        folder = try Places.newFolder(name)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let writing = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 0, input ?? "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, folder + "/output", writing, 0o644)
        posix_spawn_file_actions_addopen(&actions, 2, folder + "/errors", writing, 0o644)
        // A program, above all a server, would hold the connections of the tests open that the tests close.
        for file in Int32(3)..<1_024 { posix_spawn_file_actions_addclose(&actions, file) }
        let all = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var argv = ([path] + arguments).map { strdup($0) } + [nil]
        var envp = all.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var id: pid_t = 0
        let status = posix_spawnp(&id, path, &actions, nil, &argv, &envp)
        guard status == 0 else { throw TestFailure("\(path) cannot be started: \(String(cString: strerror(status)))") }
        self.id = id
    }

    /// The built `lutra` with these arguments.
    package static func lutra(_ arguments: [String], environment: [String: String] = [:]) throws -> Program {
        try Program(Places.lutra, arguments, environment: environment)
    }

    /// What it has printed on standard output so far.
    package var output: String { read("output") }
    /// What it has printed on standard error so far.
    package var errors: String { read("errors") }

    private func read(_ file: String) -> String {
        let data = FileManager.default.contents(atPath: folder + "/" + file) ?? Data()
        return String(decoding: data, as: UTF8.self)
    }

    /// Sends a signal; nothing happens when it has ended.
    package func signal(_ number: Int32) {
        if poll() == nil { kill(id, number) }
    }

    /// How it ended; nil while it runs.
    package func poll() -> End? {
        end.with { end in
            if end != nil { return end }
            var status: Int32 = 0
            guard waitpid(id, &status, WNOHANG) == id else { return nil }
            end = status & 0x7f == 0 ? .exit(status >> 8 & 0xff) : .signal(status & 0x7f)
            return end
        }
    }

    /// Waits for the end; one that does not come in time is forced, and an error that holds the last lines.
    @discardableResult
    package func wait(seconds: Double = 180) throws -> End {
        if waitUntil(seconds: seconds, { self.poll() != nil }), let end = poll() { return end }
        signal(SIGKILL)
        _ = waitUntil(seconds: 10) { self.poll() != nil }
        throw TestFailure("\(name) had not ended after \(seconds) s\n\(tail)")
    }

    /// The last of what it printed, for failure messages.
    package var tail: String { String((output.suffix(2_000) + errors.suffix(4_000))) }

    /// Runs a program to its end and returns what it printed.
    ///
    /// - Throws: `TestFailure` when its exit code is not 0.
    @discardableResult
    package static func run(
        _ path: String, _ arguments: [String], input: String? = nil, seconds: Double = 120
    ) throws -> String {
        let program = try Program(path, arguments, input: input)
        let end = try program.wait(seconds: seconds)
        guard end == .exit(0) else {
            throw TestFailure("\(path) \(arguments.joined(separator: " ")): \(end)\n\(program.tail)")
        }
        let output = program.output
        try? FileManager.default.removeItem(atPath: program.folder)
        return output
    }
}

/// A test's own failure: something around the program under test did not work.
package struct TestFailure: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
