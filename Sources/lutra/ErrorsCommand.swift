import ArgumentParser
import Model

/// `lutra errors`: the changes that a pipeline left out because the target refused them.
struct ErrorsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "errors", abstract: "Lists the changes that were skipped, tries them again or gives them up.",
        discussion: """
            A pipeline skips a row only where its specification says so (errors: { missing: skip }, or --on-error \
            missing=skip), and keeps it in retl.lutra_errors on the target. Examples:

              lutra errors list mysql://me@target                   what is open, one line each
              lutra errors show mysql://me@target 17                everything about entry 17
              lutra errors retry mysql://me@target 17 18            runs the statements again
              lutra errors discard mysql://me@target --all          gives all open entries up

            In place of the URL, a specification file names the target and the channel. The password comes from \
            LUTRA_PASSWORD_TO or --password-file where the URL has none.
            """,
        subcommands: [List.self, Show.self, Retry.self, Discard.self])

    /// What all of them take.
    struct Ledger: ParsableArguments {
        @Argument(help: ArgumentHelp("The target's URL, or a specification file.", valueName: "url|spec.yaml"))
        var target: String

        @Option(help: "Only entries of this channel.")
        var channel: String?

        @Option(help: ArgumentHelp("A file with the password, as lutra sync takes it.", valueName: "file"))
        var passwordFile: String?
    }

    /// Which entries.
    struct Selection: ParsableArguments {
        @Argument(help: ArgumentHelp("Numbers of entries.", valueName: "id"))
        var ids: [UInt64] = []

        @Flag(help: "Every open entry of the target, or of --channel.")
        var all = false

        func validate() throws {
            guard ids.isEmpty == all else {
                throw ValidationError("name entries by their numbers, or give --all")
            }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists entries, oldest first.")
        @OptionGroup var ledger: Ledger
        @Flag(help: "Also those that were retried or discarded.")
        var settled = false
        @Flag(help: "One JSON object a line, with every field.")
        var json = false
        @Option(help: "At most so many.")
        var limit = 1_000

        func run() throws { try listErrors(ledger, includesSettled: settled, limit: limit, asJSON: json) }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows entries whole: place, images, statement, error.")
        @OptionGroup var ledger: Ledger
        @OptionGroup var selection: Selection

        func run() throws { try showErrors(ledger, selection) }
    }

    struct Retry: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Runs the statements of entries again, in their order; those that work are settled.")
        @OptionGroup var ledger: Ledger
        @OptionGroup var selection: Selection

        func run() throws { try retryErrors(ledger, selection) }
    }

    struct Discard: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Gives entries up; they stay listed with --settled.")
        @OptionGroup var ledger: Ledger
        @OptionGroup var selection: Selection

        func run() throws { try discardErrors(ledger, selection) }
    }
}
