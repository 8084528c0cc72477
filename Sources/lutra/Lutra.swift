import ArgumentParser
import Foundation
import Model
import MySQLClient

/// Where the process begins: hides passwords, reads the arguments, runs the command, reports its error.
@main
enum Lutra {
    static func main() {
        ProcessMemory.returnLargeBlocks()
        let arguments = ProcessArguments.takeAndHidePasswords()
        StopSignals.blockInAllThreads()
        do {
            var command = try LutraCommand.parseAsRoot(arguments)
            try command.run()
        } catch {
            exit(report(error))
        }
    }

    /// Says what went wrong, or prints the help that was asked for.
    ///
    /// - Returns: the exit code of design §6.1.
    private static func report(_ error: any Error) -> Int32 {
        // A server's words that nothing on the way has put into a place.
        let untold = (error as? StatementFailure).map { $0.error($0.userCode, "a server refused a statement") }
        if let error = error as? LutraError ?? untold {
            complain(error)
            return error.code.exitCode.rawValue
        }
        // Thrown by a command that has said everything itself.
        if let code = error as? ArgumentParser.ExitCode { return code.rawValue }
        if LutraCommand.exitCode(for: error).isSuccess {
            print(LutraCommand.fullMessage(for: error))
            return Model.ExitCode.done.rawValue
        }
        complain(LutraError(.usage, usageMessage(error)))
        return Model.ExitCode.usage.rawValue
    }

    /// `lutra: error CODE: what, where; hint`.
    private static func complain(_ error: LutraError) {
        FileHandle.standardError.write(Data("lutra: error \(error)\n".utf8))
    }

    /// The parser's message as one clause: it never repeats a URL, which may hold a password.
    private static func usageMessage(_ error: any Error) -> String {
        let message = LutraCommand.message(for: error).split(separator: "\n").map { $0.drop { $0 == " " } }
            .joined(separator: " ")
        let clean = message.hasPrefix("Error: ") ? message.dropFirst(7) : message[...]
        return String(ProcessArguments.hidingPasswords(String(clean)).drop { $0 == " " })
    }
}

/// The root of all commands.
struct LutraCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lutra", abstract: "Keeps MySQL and MariaDB databases in sync.",
        discussion: """
            Begin with

              lutra doctor mysql://me@source mysql://me@target
              lutra sync --from mysql://me@source --to mysql://me@target --tables 'shop.*' --initial-load

            Exit codes: 0 done, 1 failed while running, 2 wrong usage or configuration, 4 a check before the start \
            refused. docs/errors.md explains every error code, docs/configuration.md every setting.
            """,
        subcommands: [
            SyncCommand.self, DoctorCommand.self, ErrorsCommand.self, BinlogCommand.self, VersionCommand.self,
        ])
}

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Prints Lutra's version.")
    static let number = "0.1.0"

    func run() { print("lutra \(Self.number)") }
}
