import BinlogTool
import Capture
import Foundation
import Model
import MySQLClient
import Plan

/// One reading of a log, from its arguments to its end.
struct BinlogJob {
    private let input: LogInput
    private let query: LogQuery
    private let start: StartPoint?
    private let schemaSource: ConnectionOptions?
    private let follows: Bool

    init(_ source: BinlogCommand.Source, _ selection: BinlogCommand.Selection, follows: Bool = false) throws {
        let arguments = BinlogArguments(source)
        input = try arguments.input()
        query = try arguments.query(selection, input)
        self.follows = follows
        schemaSource = try selection.schemaFrom.map { try arguments.options($0) }
        let begin = try arguments.start(input)
        guard begin == nil || selection.fromTime == nil else {
            throw LutraError(.usage, "--start and --from-time both say where to begin", hint: "give one of them")
        }
        start = try selection.fromTime.map { .time(microseconds: try BinlogArguments.time($0, "--from-time")) } ?? begin
        if follows, case .files = input {
            throw LutraError(
                .usage, "files cannot be followed", hint: "give the URL of the server that writes them, or use print")
        }
    }

    /// Opens the log and lets the body read it.
    func run(_ body: (inout LogWalk, any EventStream, Output, ServerVersion) throws -> Void) throws {
        let output = Output()
        try finishing(output) {
            let opened = try input.open(from: start, follows: follows)
            let reading = LogReading(input, opened.stream, isFollowing: follows)
            defer { reading.close() }
            StopSignals.onFirst { reading.stop() }
            let schema = LogSchema(server: opened.server, present: try definitions())
            var walk = LogWalk(
                query, schema: schema, from: opened.start, isMariaDB: opened.server.flavor == .mariadb,
                reopen: reading.reopen)
            if opened.server.major == 0 { Self.warn("the file holds no event yet") }
            do { try body(&walk, opened.stream, output, opened.server) } catch let error as LutraError {
                // Ctrl-C is how following ends.
                guard follows, error.code == .stopped, !output.isClosed else { throw error }
            }
            if !follows { tellDoubts(walk, schema) }
            try checkColumns(walk, schema)
        }
    }

    /// A name that no table has is a mistake, not a condition that no row fulfils.
    private func checkColumns(_ walk: LogWalk, _ schema: LogSchema) throws(LutraError) {
        guard !walk.tablesWithoutColumns.isEmpty else { return }
        throw LutraError(
            .usage, "no table in this part of the log has the columns of the condition",
            place: ["tables": list(walk.tablesWithoutColumns.sorted().map(\.description))],
            hint: schema.unnamed.isEmpty
                ? "look at the names with 'lutra binlog print'"
                : "the log does not name the columns: give --schema-from URL")
    }

    /// What the output alone does not tell.
    private func tellDoubts(_ walk: LogWalk, _ schema: LogSchema) {
        if walk.endsInsideTransaction {
            Self.warn("the log ends inside a transaction at \(walk.position)")
        }
        let (open, early) = (walk.preparedAtEnd, walk.preparedBefore)
        if !open.isEmpty {
            Self.warn("XA transactions whose end the log does not tell are left out: \(list(open))")
        }
        if !early.isEmpty {
            Self.warn("XA transactions were prepared before the part that was read: \(list(early))")
        }
        if !schema.unnamed.isEmpty {
            let names = list(schema.unnamed.sorted().map(\.description))
            Self.warn(
                "the log does not name the columns of \(names); give "
                    + "--schema-from URL, or set binlog_row_metadata = FULL on the server")
        }
    }

    private func list(_ names: [String]) -> String {
        names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "")
    }

    /// Tells on standard error what the output does not.
    static func warn(_ text: String) { FileHandle.standardError.write(Data("lutra: warning: \(text)\n".utf8)) }

    /// Asks the server of `--schema-from`.
    private func definitions() throws -> ((TableName) throws(LutraError) -> TableDefinition?)? {
        guard let schemaSource else { return nil }
        let connection = try Connection.open(schemaSource)
        return { (name) throws(LutraError) in
            do { return try SchemaReader(connection).definition(of: name) } catch let error as LutraError {
                throw error
            } catch {
                throw LutraError(
                    .queryFailed, "the server of --schema-from cannot be asked", place: ["table": "\(name)"],
                    cause: "\(error)")
            }
        }
    }
}
