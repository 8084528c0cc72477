import ArgumentParser
import Doctor
import Foundation
import Load
import Model
import MySQLClient

/// Runs the checks and prints their report.
///
/// - Throws: `ExitCode` with 4 when a check would refuse a start: the report has said why.
func runDoctor(_ request: DoctorRequest) throws {
    guard request.source.logPath == nil, request.target?.logPath == nil else {
        throw LutraError(
            .usage, "the doctor looks at servers", hint: "lutra sync --dry-run checks binlog files and their target")
    }
    let source = try Connection.open(ConnectionOptions(url: request.source))
    let target = try request.target.map { try Connection.open(ConnectionOptions(url: $0)) }
    let plan = ExaminationPlan(
        tables: request.tables, willCreateTables: request.initialLoad, loadsFirst: request.initialLoad,
        appliesDDL: request.appliesDDL)
    let report = try examine(source: source, target: target, plan: plan)
    print(report.text(ascii: !isUTF8Locale()), terminator: "")
    if request.printsSQL {
        print("\nThe system schema, for those who create it by hand on the target:\n")
        print(
            SystemSchema.script(ownTables: CheckpointTable.creation + [SchemaTable.creation, ErrorLedger.creation]),
            terminator: "")
    }
    if !report.mayStart { throw ArgumentParser.ExitCode(Model.ExitCode.refused.rawValue) }
}

/// Whether the terminal's locale can show more than ASCII (POSIX: LC_ALL before LC_CTYPE before LANG).
private func isUTF8Locale() -> Bool {
    let environment = ProcessInfo.processInfo.environment
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    return locale.lowercased().contains("utf-8") || locale.lowercased().contains("utf8")
}
