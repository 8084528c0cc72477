import ArgumentParser
import Model

/// `lutra binlog`.
struct BinlogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "binlog", abstract: "Reads binlogs: prints, counts, finds, follows.",
        discussion: """
            A SOURCE is a binlog file, several of them, a folder of them, an index file, or a server's URL. Examples:

              lutra binlog print binlog.000042                          every change, for people
              lutra binlog print --format json /var/lib/mysql | jq .    one object a row
              lutra binlog print --format sql --undo --table shop.orders --start binlog.000042:1457 binlog.000042
              lutra binlog stats binlog.*
              lutra binlog find --time 2026-01-31T12:00:00Z /backup/binlogs
              lutra binlog tail --table 'shop.*' mysql://me@db1

            Times are UTC. docs/binlog-tool.md explains the output.
            """,
        subcommands: [Print.self, Stats.self, Find.self, Tail.self])

    /// Where the log is.
    struct Source: ParsableArguments {
        @Argument(help: ArgumentHelp("Files, folders, an index file, or a server's URL.", valueName: "source"))
        var sources: [String]

        @Option(
            help: ArgumentHelp(
                "A file with the password of the source, as lutra sync takes it; or set LUTRA_PASSWORD_FROM.",
                valueName: "file"))
        var passwordFile: String?

        @Option(
            help: ArgumentHelp(
                "Where to begin: FILE:OFFSET, an offset of the only file, a GTID set (begins after it), earliest, or "
                    + "time:2026-01-31T12:00:00Z.", valueName: "point"))
        var start: String?
    }

    /// Which part of it.
    struct Selection: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "Where to end: FILE:OFFSET, an offset of the only file, or a GTID set.", valueName: "point"))
        var stop: String?

        @Option(help: ArgumentHelp("Begin at the first transaction of that time or later.", valueName: "time"))
        var fromTime: String?

        @Option(help: ArgumentHelp("End before the first transaction of that time or later.", valueName: "time"))
        var toTime: String?

        @Option(
            name: .customLong("table"),
            help: ArgumentHelp("Only these tables; patterns as for lutra sync. May be repeated.", valueName: "pattern"))
        var tables: [String] = []

        @Option(help: ArgumentHelp("Not these tables. May be repeated.", valueName: "pattern"))
        var exclude: [String] = []

        @Option(help: ArgumentHelp("Only these transactions: a MySQL set, or a list for MariaDB.", valueName: "set"))
        var gtid: String?

        @Option(help: ArgumentHelp("Only these, joined by commas: insert, update, delete, ddl.", valueName: "list"))
        var operation: String?

        @Option(
            name: .customLong("where"),
            help: ArgumentHelp(
                "Only rows one of whose images fulfils the condition: \"id = 5 and name like 'A%'\". Operators: = != < "
                    + "<= > >= like, 'is null', 'is not null'. Texts are compared byte by byte. May be repeated.",
                valueName: "condition"))
        var conditions: [String] = []

        @Option(
            help: ArgumentHelp(
                "A server that has the tables as they were, for the names of columns that the log does not name.",
                valueName: "url"))
        var schemaFrom: String?
    }

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, sql }

    struct Print: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the changes that a log holds.",
            discussion: """
                text: a heading for each transaction, a line for each column, 'before → after' where an update changed \
                it. json: one object a line for each row. sql: statements that do the changes again; with --undo, \
                statements that take them back, the last change first. A client such as 'mariadb' runs them.

                  lutra binlog print --table shop.orders --where 'id = 5' --operation update binlog.000042
                  lutra binlog print --format sql --undo --from-time 2026-01-31T12:00:00Z binlog.000042 | mariadb …
                """)
        @OptionGroup var source: Source
        @OptionGroup var selection: Selection
        @Option(help: "How it is printed: text, json or sql.")
        var format = Format.text
        @Flag(help: "With --format sql: statements that take the changes back.")
        var undo = false
        @Flag(help: "Show long values whole; --format text shows 400 bytes of each.")
        var full = false

        func validate() throws {
            guard !undo || format == .sql else { throw ValidationError("--undo needs --format sql") }
        }

        func run() throws { try runPrint(self) }
    }

    struct Stats: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Counts events, rows, bytes and transactions, and lists the largest.",
            discussion: """
                Events are counted whatever tables are chosen; rows and transactions by what is chosen.

                  lutra binlog stats /var/lib/mysql
                  lutra binlog stats --format json --largest 100 --table 'shop.*' binlog.000042
                """)
        @OptionGroup var source: Source
        @OptionGroup var selection: Selection
        @Option(help: "How it is printed: text or json.")
        var format = Format.text
        @Option(help: ArgumentHelp("How many of the largest transactions are listed.", valueName: "n"))
        var largest = 10

        func validate() throws {
            guard format != .sql else { throw ValidationError("--format is text or json here") }
            guard (0...100_000).contains(largest) else { throw ValidationError("--largest is 0 to 100000") }
        }

        func run() throws { try runStats(self) }
    }

    struct Find: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Finds the position of a time or a GTID, or every change of a row.",
            discussion: """
                  lutra binlog find --time 2026-01-31T12:00:00Z /backup/binlogs
                  lutra binlog find --gtid 0-1-4711 mysql://me@db1
                  lutra binlog find --key 'id = 5' --table shop.orders binlog.*
                """)
        @OptionGroup var source: Source
        @Option(help: ArgumentHelp("The first transaction of that time or later.", valueName: "time"))
        var time: String?
        @Option(help: ArgumentHelp("A transaction; of a set, the first.", valueName: "gtid"))
        var gtid: String?
        @Option(
            help: ArgumentHelp("A row, by its key: every change is printed. Needs --table.", valueName: "condition"))
        var key: String?
        @Option(name: .customLong("table"), help: ArgumentHelp("The table of --key.", valueName: "pattern"))
        var tables: [String] = []
        @Option(
            help: ArgumentHelp("As for print: names of columns that the log does not name.", valueName: "url"))
        var schemaFrom: String?
        @Option(help: "How it is printed: text or json.")
        var format = Format.text

        func validate() throws {
            guard format != .sql else { throw ValidationError("--format is text or json here") }
            guard [time, gtid, key].compactMap({ $0 }).count == 1 else {
                throw ValidationError("give one of --time, --gtid and --key")
            }
            guard (key == nil) == tables.isEmpty else { throw ValidationError("--key and --table belong together") }
        }

        func run() throws { try runFind(self) }
    }

    struct Tail: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints a server's changes as they happen, until Ctrl-C.",
            discussion: """
                  lutra binlog tail mysql://me@db1
                  lutra binlog tail --format json --table 'shop.*' --start binlog.000042:4 mysql://me@db1

                Begins at the end of the log unless --start says otherwise. The account needs REPLICATION SLAVE and \
                REPLICATION CLIENT.
                """)
        @OptionGroup var source: Source
        @OptionGroup var selection: Selection
        @Option(help: "How it is printed: text, json or sql.")
        var format = Format.text
        @Flag(help: "Show long values whole; --format text shows 400 bytes of each.")
        var full = false

        func run() throws { try runTail(self) }
    }
}
