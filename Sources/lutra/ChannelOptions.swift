import ArgumentParser
import Console
import Foundation
import Model
import Specification

/// The flags that say what a channel is; shared by the commands that take a specification.
struct ChannelOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The source's URL.", valueName: "URL"))
    var from: String?

    @Option(help: ArgumentHelp("The target's URL.", valueName: "URL"))
    var to: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "What to synchronise: SCHEMA.TABLE, an enumeration (shop.offer[0000-0031]) or regular expressions for "
                + "whole names; =TARGET renames ('crm.(user|account)_(.*)=crm2.$1_$2').",
            valueName: "pattern[=target]"))
    var tables: [String] = []

    @Option(parsing: .upToNextOption, help: ArgumentHelp("Tables to leave out.", valueName: "pattern"))
    var exclude: [String] = []

    @Flag(help: "Do not apply DDL of the tables on the target.")
    var noDDL = false

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "What to do with rows that the target refuses: duplicate, missing, value, foreign-key or other, each with "
                + "stop, skip (kept for lutra errors) or overwrite (duplicate and missing).",
            valueName: "class=policy"))
    var onError: [String] = []

    @Option(
        help: ArgumentHelp(
            "How to apply: merge folds the changes of a row in a batch into one; transaction makes every source "
                + "transaction visible as a whole. (default: merge)", valueName: "mode"))
    var mode: String?

    @Option(help: "Connections that write to the target at the same time. (default: by the target's size)")
    var lanes: Int?

    @Option(
        help: ArgumentHelp(
            "In mode transaction: keep makes transactions visible in the order of the source, free in any order where "
                + "they do not depend on each other. (default: keep)", valueName: "keep|free"))
    var commitOrder: String?

    @Option(
        help: ArgumentHelp("Rows that the stream writes in a second, at most. (default: no limit)", valueName: "rows"))
    var rowsPerSecond: Int?

    @Option(
        help: ArgumentHelp(
            "Bytes of row images that the stream writes in a second, at most. (default: no limit)", valueName: "bytes"))
    var bytesPerSecond: Int?

    @Flag(help: "Let commits on the source wait until the change is on the target (semi-synchronous replication).")
    var semiSync = false

    @Option(
        help: ArgumentHelp(
            "Write a row into retl.xdual on the source so often, to measure the delay.", valueName: "seconds"))
    var heartbeat: Int?

    @Option(help: "The channel's name; give one when several run between the same servers.")
    var channel: String?

    @Option(
        help: ArgumentHelp(
            "A file with the line from=PASSWORD, to=PASSWORD or both, or with one password for both.",
            valueName: "file"))
    var passwordFile: String?

    /// The specification from a file or from the flags, with passwords filled in.
    func specification(file: String?) throws -> ChannelSpecification {
        var specification = try file.map { try read($0) } ?? fromFlags()
        try Passwords(file: passwordFile).fill(&specification)
        return specification
    }

    private func read(_ file: String) throws -> ChannelSpecification {
        let isMixed =
            from != nil || to != nil || !tables.isEmpty || !exclude.isEmpty || noDDL
            || !onError.isEmpty || channel != nil || mode != nil || lanes != nil || commitOrder != nil || semiSync
            || heartbeat != nil || rowsPerSecond != nil || bytesPerSecond != nil
        guard !isMixed else {
            throw LutraError(
                .usage, "a specification file and flags that say the same things are given together",
                hint: "put --from, --to, --tables, --exclude, --no-ddl, --on-error, --mode, --lanes, "
                    + "--commit-order, --rows-per-second, --bytes-per-second, --semi-sync, --heartbeat and --channel "
                    + "into the file, or leave it out")
        }
        return try ChannelSpecification.parse(yaml: try textFile(file), file: file)
    }

    private func fromFlags() throws -> ChannelSpecification {
        guard let from, let to else {
            throw LutraError(
                .usage, "neither a specification file nor --from and --to are given",
                hint: "lutra sync --help has examples")
        }
        return try ChannelSpecification(
            flags: ChannelFlags(
                channel: channel, from: from, to: to, tables: tables, exclude: exclude, ddl: !noDDL,
                onError: onError,
                load: LoadFlags(
                    mode: mode, lanes: lanes, commitOrder: commitOrder, rowsPerSecond: rowsPerSecond,
                    bytesPerSecond: bytesPerSecond), semiSync: semiSync, heartbeat: heartbeat))
    }
}

/// A whole text file, or what a pipe such as `<(pass show db)` gives.
///
/// - Throws: `LutraError` with `file-unreadable`.
func textFile(_ path: String) throws(LutraError) -> String {
    guard let handle = FileHandle(forReadingAtPath: path) else {
        throw LutraError(
            .fileUnreadable, "a file cannot be opened", place: ["file": path], cause: String(cString: strerror(errno)))
    }
    guard let data = try? handle.readToEnd() ?? Data(), let text = String(validating: data, as: UTF8.self) else {
        throw LutraError(.fileUnreadable, "a file is a folder or not UTF-8 text", place: ["file": path])
    }
    return text
}

extension LogFormat: ExpressibleByArgument {}
