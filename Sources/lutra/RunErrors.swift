import ArgumentParser
import Foundation
import Load
import Model
import MySQLClient
import Specification

func listErrors(_ ledger: ErrorsCommand.Ledger, includesSettled: Bool, limit: Int, asJSON: Bool) throws {
    try withLedger(ledger) { reader, filter in
        filter.includesSettled = includesSettled
        filter.limit = max(1, limit)
        let entries = try reader.entries(filter)
        if entries.isEmpty, !asJSON { return print("no \(includesSettled ? "" : "open ")entries") }
        for entry in entries { print(asJSON ? try json(entry) : line(entry)) }
    }
}

func showErrors(_ ledger: ErrorsCommand.Ledger, _ selection: ErrorsCommand.Selection) throws {
    try withLedger(ledger) { reader, filter in
        filter.ids = selection.ids
        filter.includesSettled = !selection.all
        let entries = try reader.entries(filter)
        for entry in entries { print(page(entry)) }
        try tellMissing(selection, found: entries)
    }
}

func retryErrors(_ ledger: ErrorsCommand.Ledger, _ selection: ErrorsCommand.Selection) throws {
    try settle(ledger, selection) { reader, id in
        switch try reader.retry(id) {
        case .applied: ("applied", true)
        case .refused(let why): ("refused again: \(why)", false)
        case .matchedNothing: ("stays open: the target has no row as the change found it", false)
        case .notOpen: ("is not open", false)
        }
    }
}

func discardErrors(_ ledger: ErrorsCommand.Ledger, _ selection: ErrorsCommand.Selection) throws {
    try settle(ledger, selection) { reader, id in
        try reader.discard(id) ? ("discarded", true) : ("is not open", false)
    }
}

/// Does something with each chosen entry, tells what came of it, and fails when one of them did not work.
private func settle(
    _ ledger: ErrorsCommand.Ledger, _ selection: ErrorsCommand.Selection,
    _ body: (LedgerReader, UInt64) throws -> (said: String, worked: Bool)
) throws {
    var failures = 0
    try withLedger(ledger) { reader, filter in
        let ids = selection.all ? try reader.entries(filter).map(\.id) : selection.ids
        if ids.isEmpty { print("no open entries") }
        for id in ids {
            let (said, worked) = try body(reader, id)
            if !worked { failures += 1 }
            print("\(id)  \(said)")
        }
    }
    if failures > 0 { throw ArgumentParser.ExitCode(Model.ExitCode.failed.rawValue) }
}

private func withLedger(
    _ ledger: ErrorsCommand.Ledger, _ body: (LedgerReader, inout LedgerReader.Filter) throws -> Void
) throws {
    var filter = LedgerReader.Filter()
    filter.channel = ledger.channel
    let password = ledger.passwordFile.map { ["--password-file", $0] } ?? []
    let specification: ChannelSpecification
    if ledger.target.contains("://") {
        // A channel needs two sites and tables; only the target counts here.
        let flags = ["--from", ledger.target, "--to", ledger.target, "--tables", "*.*"]
        specification = try ChannelOptions.parse(flags + password).specification(file: nil)
    } else {
        specification = try ChannelOptions.parse(password).specification(file: ledger.target)
        filter.channel = ledger.channel ?? specification.name
    }
    guard let pipeline = specification.pipelines.first, let site = specification.sites[pipeline.to] else {
        throw LutraError(.usage, "the channel has no pipeline")
    }
    let reader = try LedgerReader(ConnectionOptions(url: site.url))
    defer { reader.close() }
    do { try body(reader, &filter) } catch let failure as StatementFailure {
        throw failure.error(failure.userCode, "the error ledger cannot be used", place: ["table": "retl.lutra_errors"])
    }
}

private func tellMissing(_ selection: ErrorsCommand.Selection, found: [LedgerReader.Entry]) throws {
    let missing = selection.ids.filter { id in !found.contains { $0.id == id } }
    guard !missing.isEmpty else { return }
    let numbers = missing.map(String.init).joined(separator: ", ")
    throw LutraError(.usage, "there is no such entry", place: ["id": numbers], hint: "lutra errors list shows them")
}

private func line(_ entry: LedgerReader.Entry) -> String {
    let state = entry["state"] == "open" ? "" : "  (\(entry["state"] ?? ""))"
    let key = entry["row_key"].flatMap { $0.isEmpty ? nil : " \(shortened($0, 60))" } ?? ""
    return "\(entry.id)  \(entry["recorded_at"] ?? "")  \(entry["class"] ?? "")  \(entry["operation"] ?? "") "
        + "\(entry["target_table"] ?? "")\(key): \(shortened(entry["error"] ?? "", 120))\(state)"
}

private func page(_ entry: LedgerReader.Entry) -> String {
    let width = entry.fields.map(\.name.count).max() ?? 0
    return entry.fields.map { field in
        field.name + String(repeating: " ", count: width - field.name.count) + "  "
            + shortened(field.text ?? "NULL", 100_000)
    }.joined(separator: "\n") + "\n"
}

private func json(_ entry: LedgerReader.Entry) throws -> String {
    let fields = Dictionary(entry.fields.map { ($0.name, $0.text) }, uniquingKeysWith: { first, _ in first })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(fields), as: UTF8.self)
}

private func shortened(_ text: String, _ limit: Int) -> String {
    text.count <= limit ? text : text.prefix(limit - 1) + "…"
}
