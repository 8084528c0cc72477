import ArgumentParser
import Console
import Foundation
import Logging
import Model
import Plan

/// `lutra sync`.
struct SyncCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Keeps tables of one server equal to those of another, live.",
        discussion: """
            Runs in the foreground until SIGINT or SIGTERM, which let it finish what it has read; a second signal ends \
            it at once. Where it stopped is kept on the target, with the data: started again, it continues there.

            Examples:

              Copy a schema, then follow its changes:
                lutra sync --from mysql://me@db1 --to mysql://me@db2 --tables 'shop.*' --initial-load

              From a file (docs/configuration.md lists its keys):
                lutra sync shop.yaml

              Merge sharded tables into one, and leave some out:
                lutra sync --from … --to … --tables 'shop.offer[0000-0031]=shop.offer' --exclude shop.offer0007

              Rename by expression:
                lutra sync --from … --to … --tables 'crm.(user|account)_(.*)=crm2.$1_$2_v2'

              Point-in-time recovery: replay archived binlogs to a restored backup:
                lutra sync --from file:///backup/binlogs --to … --tables 'shop.*' --start binlog.000042:1457 \
                  --stop-at time:2026-01-31T12:00:00Z

              Apply what is there and end:
                lutra sync shop.yaml --start earliest --until-caught-up

            A URL is mysql://user:password@host:port[,host:port…][/?tls=off|prefer|require|verify-ca|verify-identity&\
            ca=FILE&socket=FILE]; several hosts are a primary and its stand-bys. Passwords are better left out and \
            given by LUTRA_PASSWORD_FROM, LUTRA_PASSWORD_TO or --password-file.
            """)

    @Argument(help: ArgumentHelp("A YAML file that describes the channel.", valueName: "spec.yaml"))
    var file: String?

    @OptionGroup var channel: ChannelOptions

    @Flag(help: "Copy the tables first, creating those that the target lacks.")
    var initialLoad = false

    @Option(
        help: ArgumentHelp(
            "Where to begin when the target has no checkpoint of the channel: now, earliest, FILE:OFFSET, a GTID set, "
                + "or time:2026-01-31T12:00:00Z. (default: now)", valueName: "point"))
    var start: String?

    @Option(
        help: ArgumentHelp("Where to end: FILE:OFFSET, a GTID set, or time:2026-01-31T12:00:00Z.", valueName: "point"))
    var stopAt: String?

    @Flag(help: "End when everything is applied that the source had at the start.")
    var untilCaughtUp = false

    @Option(
        help: ArgumentHelp(
            "The folder for the channel's local state. (default: ~/.local/state/lutra/CHANNEL)", valueName: "dir"))
    var state: String?

    @Flag(help: "Check everything, print what would be synchronised, and change nothing.")
    var dryRun = false

    @Flag(help: "Two-way synchronisation: not supported yet.")
    var twoWay = false

    @Option(help: "How log lines look: text or json.")
    var logFormat = LogFormat.text

    @Flag(help: "Log lines in place of the progress display, on a terminal too.")
    var noProgress = false

    func run() throws {
        try runSync(try request())
    }

    /// Everything checked that needs no server.
    func request() throws -> SyncRequest {
        guard !twoWay else {
            throw LutraError(.usage, "--two-way is not supported yet", hint: "run it one-way, without the flag")
        }
        guard stopAt == nil || !untilCaughtUp else {
            throw LutraError(
                .usage, "--stop-at and --until-caught-up both say where to end", hint: "give one of them")
        }
        guard start == nil || !initialLoad else {
            throw LutraError(
                .usage, "--start and --initial-load both say where to begin",
                hint: "the stream begins where the initial load was taken; leave --start out")
        }
        let startPoint = try start.map { try StartPoint.parse($0) }
        let stopPoint = try stopAt.map { try StopPoint.parse($0) }
        let specification = try channel.specification(file: file)
        return SyncRequest(
            specification: specification,
            // A wrong pattern is said before any server is asked.
            router: try TableRouter(tables: specification.tables), initialLoad: initialLoad, start: startPoint,
            startText: start, stopAt: stopPoint, untilCaughtUp: untilCaughtUp, dryRun: dryRun,
            stateDirectory: state ?? Self.defaultState(specification.name), logFormat: logFormat,
            allowsProgress: !noProgress && logFormat == .text)
    }

    private static func defaultState(_ channel: String) -> String {
        let environment = ProcessInfo.processInfo.environment
        if let folder = environment["XDG_STATE_HOME"], folder.hasPrefix("/") { return "\(folder)/lutra/\(channel)" }
        if let home = environment["HOME"], home.hasPrefix("/") { return "\(home)/.local/state/lutra/\(channel)" }
        return "/var/lib/lutra/\(channel)"
    }
}

/// What `lutra sync` was asked to do.
struct SyncRequest: Sendable {
    var specification: ChannelSpecification
    var router: TableRouter
    var initialLoad: Bool
    /// Nil when not given: the saved state, else now.
    var start: StartPoint?
    /// `--start` as written.
    var startText: String?
    var stopAt: StopPoint?
    var untilCaughtUp: Bool
    var dryRun: Bool
    var stateDirectory: String
    var logFormat: LogFormat
    /// Whether a terminal gets the progress display.
    var allowsProgress: Bool
}
