import ArgumentParser
import BinlogTool
import Capture
import Foundation
import Model
import MySQLClient
import Plan

func runPrint(_ command: BinlogCommand.Print) throws {
    try printLog(
        try BinlogJob(command.source, command.selection), as: command.format, undoes: command.undo,
        showsWhole: command.full)
}

/// Prints what a job reads, and writes it whenever nothing more waits to be read.
private func printLog(
    _ job: BinlogJob, as format: BinlogCommand.Format, undoes: Bool = false, showsWhole: Bool = false
) throws {
    try job.run { walk, stream, output, server in
        let idle = { try output.flush() }
        switch format {
        case .text:
            var printer = TextPrinter(output, showsWhole: showsWhole)
            try walk.run(stream, &printer, idle: idle)
        case .json:
            var printer = JSONPrinter(output)
            try walk.run(stream, &printer, idle: idle)
        case .sql where undoes:
            var printer = try UndoPrinter(server: server)
            try walk.run(stream, &printer)
            try printer.finish(output)
        case .sql:
            var printer = SQLPrinter(output, server: server)
            try walk.run(stream, &printer, idle: idle)
            printer.finish()
        }
    }
}

func runStats(_ command: BinlogCommand.Stats) throws {
    let job = try BinlogJob(command.source, command.selection)
    try job.run { walk, stream, output, _ in
        var statistics = LogStatistics(largest: command.largest)
        try walk.run(stream, &statistics)
        output.append(command.format == .json ? try statistics.json() + "\n" : statistics.text())
    }
}

func runFind(_ command: BinlogCommand.Find) throws {
    if let key = command.key {
        let flags = ["--where", key] + command.tables.flatMap { ["--table", $0] }
        let schema = command.schemaFrom.map { ["--schema-from", $0] } ?? []
        let selection = try BinlogCommand.Selection.parse(flags + schema)
        return try printLog(try BinlogJob(command.source, selection), as: command.format)
    }
    let arguments = BinlogArguments(command.source)
    let input = try arguments.input()
    let output = Output()
    try finishing(output) {
        if let text = command.time {
            let found = try input.position(atTime: try BinlogArguments.time(text, "--time"))
            output.append(place(found.position, gtids: found.gtids, as: command.format))
            if try !input.hasTransactions(from: found) {
                BinlogJob.warn("nothing was committed at that time or later: this is the end of the log")
            }
            return
        }
        guard let text = command.gtid, let wanted = GTIDState(text) else {
            throw LutraError(.usage, "--gtid is none", place: ["value": command.gtid ?? ""])
        }
        let opened = try input.open(from: try arguments.start(input))
        defer { opened.stream.close() }
        StopSignals.onFirst { opened.stream.interrupt() }
        var finder = GTIDFinder(wanted, from: opened.start, isMariaDB: opened.server.flavor == .mariadb)
        guard let found = try finder.run(opened.stream) else {
            throw LutraError(.positionInvalid, "the log does not hold the transaction", place: ["gtid": text])
        }
        output.append(line(found, as: command.format))
    }
}

func runTail(_ command: BinlogCommand.Tail) throws {
    try printLog(
        try BinlogJob(command.source, command.selection, follows: true), as: command.format, showsWhole: command.full)
}

/// Runs what writes to an output, and writes what is left of it. A reader that has gone is no error.
func finishing(_ output: Output, _ body: () throws -> Void) throws {
    do {
        try body()
        try output.flush()
    } catch let failure as StatementFailure {
        throw failure.error(failure.userCode, "the source ended the connection")
    } catch {
        if output.isClosed { return }
        // What was read before the error is good.
        try? output.flush()
        throw error
    }
}

private func place(_ position: BinlogPosition, gtids: GTIDState, as format: BinlogCommand.Format) -> String {
    format == .json
        ? "{\"position\":\"\(position)\",\"gtids\":\"\(gtids)\"}\n"
        : "position  \(position)\nGTIDs     \(gtids)\n"
}

private func line(_ found: GTIDFinder.Place, as format: BinlogCommand.Format) -> String {
    let time = rfc3339(microsecondsSince1970: found.commitMicroseconds)
    return format == .json
        ? "{\"gtid\":\"\(found.gtid)\",\"start\":\"\(found.start)\",\"end\":\"\(found.end)\",\"time\":\"\(time)\"}\n"
        : "GTID   \(found.gtid)\nstart  \(found.start)\nend    \(found.end)\ntime   \(time)\n"
}
