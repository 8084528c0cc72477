import BinlogTool
import Capture
import Foundation
import Model
import MySQLClient
import Plan
import Specification

/// The arguments of `lutra binlog` as values.
struct BinlogArguments {
    private let source: BinlogCommand.Source

    init(_ source: BinlogCommand.Source) { self.source = source }

    /// - Throws: `LutraError` with `usage`, `url-invalid` or `file-unreadable`.
    func input() throws(LutraError) -> LogInput {
        guard let url = source.sources.first(where: { $0.contains("://") && !$0.hasPrefix("file://") }) else {
            guard !source.sources.isEmpty else { throw LutraError(.usage, "no binlog is given") }
            return .files(try LogFile.list(try source.sources.map { (text) throws(LutraError) in try filePath(text) }))
        }
        guard source.sources.count == 1 else {
            throw LutraError(.usage, "a server's URL is given beside other sources", hint: "read one at a time")
        }
        return .server(try options(url))
    }

    /// A server's URL with the password that it lacks.
    func options(_ url: String) throws(LutraError) -> ConnectionOptions {
        var parsed = try ServerURL.parse(url)
        if parsed.password == nil { parsed.password = try Passwords(file: source.passwordFile).from }
        return ConnectionOptions(url: parsed)
    }

    private func filePath(_ text: String) throws(LutraError) -> String {
        text.hasPrefix("file://") ? try FileURL.path(text) : text
    }

    /// `--start`, where a bare number is an offset of the only file.
    func start(_ input: LogInput) throws(LutraError) -> StartPoint? {
        guard let text = source.start else { return nil }
        if let position = try Self.offset(text, input, "--start") { return .position(position) }
        return try StartPoint.parse(text)
    }

    static func offset(_ text: String, _ input: LogInput, _ flag: String) throws(LutraError) -> BinlogPosition? {
        guard let offset = UInt64(text) else {
            // A file that was renamed has no number, so that its positions are none elsewhere.
            guard case .files(let files) = input, let file = files.first(where: { text.hasPrefix($0.name + ":") }),
                let offset = UInt64(text.dropFirst(file.name.count + 1))
            else { return nil }
            return BinlogPosition(file: file.name, offset: max(4, offset))
        }
        guard case .files(let files) = input, files.count == 1 else {
            throw LutraError(
                .usage, "an offset without a file is given for several files", place: ["flag": flag, "value": text],
                hint: "write FILE:OFFSET")
        }
        return BinlogPosition(file: files[0].name, offset: max(4, offset))
    }

    static func time(_ text: String, _ flag: String) throws(LutraError) -> Int64 {
        guard let time = microsecondsSince1970(rfc3339: text) else {
            throw LutraError(
                .usage, "\(flag) is no time", place: ["value": text],
                hint: "write 2026-01-31T12:00:00Z, or with an offset such as +08:00")
        }
        return time
    }

    /// What the selection's flags ask for.
    func query(_ selection: BinlogCommand.Selection, _ input: LogInput) throws(LutraError) -> LogQuery {
        var query = LogQuery()
        if !selection.tables.isEmpty || !selection.exclude.isEmpty {
            let patterns = selection.tables.isEmpty ? ["*.*"] : selection.tables
            query.tables = try TableRouter(
                tables: patterns.map { TableMapping(source: $0, exclude: selection.exclude) })
        }
        if let text = selection.gtid {
            guard let gtids = GTIDState(text) else {
                throw LutraError(.usage, "--gtid is no set of GTIDs", place: ["value": text])
            }
            query.gtids = gtids
        }
        if let list = selection.operation { query.operations = try Self.operations(list) }
        for condition in selection.conditions { query.predicates += try Predicate.parse(condition) }
        if let text = selection.toTime { query.endTime = try Self.time(text, "--to-time") }
        if let text = selection.stop {
            if let position = try Self.offset(text, input, "--stop") {
                query.end = .position(position)
            } else {
                do { query.end = try StopPoint.parse(text) } catch {
                    throw LutraError(
                        .usage, "--stop names no place in a log", place: ["value": text],
                        hint: "give FILE:OFFSET (binlog.000012:4512) or a GTID set")
                }
            }
        }
        return query
    }

    private static func operations(_ list: String) throws(LutraError) -> Set<LogQuery.Operation> {
        var found: Set<LogQuery.Operation> = []
        for word in list.split(separator: ",") {
            guard let operation = LogQuery.Operation(rawValue: word.lowercased()) else {
                throw LutraError(
                    .usage, "there is no such --operation", place: ["value": String(word)],
                    hint: "the operations are insert, update, delete and ddl, joined by commas")
            }
            found.insert(operation)
        }
        return found
    }
}
