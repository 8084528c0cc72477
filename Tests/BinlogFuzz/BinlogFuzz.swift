import Foundation

/// `binlog-fuzz [--seed N] [--inputs N] [--logs DIR] [--save DIR]`: reads mutated logs; an input that ends the process,
/// hangs, or takes too much memory is saved. `binlog-fuzz --replay FILE` reads it again.
@main struct BinlogFuzz {
    static func main() throws {
        var options: [String: String] = [:]
        var arguments = CommandLine.arguments.dropFirst()
        while let name = arguments.popFirst(), let value = arguments.popFirst() { options[name] = value }
        if let file = options["--replay"] { return try replay(file) }
        let seed = options["--seed"].flatMap { UInt64($0) } ?? UInt64.random(in: 1...999_999_999)
        let logs = options["--logs"] ?? SeedLog.folder
        let mutator = Mutator(try SeedLog.all(in: logs), seed: seed)
        let first = options["--first"].flatMap { UInt64($0) } ?? 0
        let inputs = first..<first + (options["--inputs"].flatMap { UInt64($0) } ?? 2_000_000)
        if let progress = options["--worker"] {
            exit(FuzzWorker(mutator: mutator, seed: seed, inputs: inputs, progress: progress).run())
        }
        let save = options["--save"] ?? FileManager.default.currentDirectoryPath
        exit(try FuzzSupervisor(mutator: mutator, seed: seed, logs: logs, save: save).run(inputs))
    }

    private static func replay(_ path: String) throws {
        guard let input = FuzzInput(file: [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))) else {
            say("binlog-fuzz: \(path) is no saved input", to: .standardError)
            exit(2)
        }
        let trial = Trial(input)
        say("\(trial.rows) rows, \(trial.values) values, errors: \(trial.errors)", to: .standardOutput)
    }
}

func say(_ text: String, to file: FileHandle) { file.write(Data((text + "\n").utf8)) }
