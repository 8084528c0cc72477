import Binlog
import BinlogFuzz
import Foundation
import Model

/// A log with another tool's decoding beside it.
struct OldLog {
    static let folder = ProcessInfo.processInfo.environment["LUTRA_BINLOG_CORPUS"]

    static let names: [String] = {
        guard let folder else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.contains("mysql-bin.") }.sorted()
    }()

    let log: SeedLog
    private let printed: String

    init(_ name: String) throws {
        let folder = Self.folder ?? ""
        guard let log = try SeedLog(file: folder + "/" + name) else { throw LutraError(.binlogCorrupt, "no log") }
        self.log = log
        let text = folder + "/decoded/" + name + ".txt"
        printed = try FileManager.default.fileExists(atPath: text) ? Self.text(text) : Self.unzipped(text + ".gz")
    }

    private static func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    }

    private static func unzipped(_ path: String) throws -> String {
        let gunzip = Process()
        gunzip.executableURL = URL(fileURLWithPath: "/bin/gzip")
        gunzip.arguments = ["-dc", path]
        let pipe = Pipe()
        gunzip.standardOutput = pipe
        try gunzip.run()
        let text = pipe.fileHandleForReading.readDataToEndOfFile()
        gunzip.waitUntilExit()
        return String(decoding: text, as: UTF8.self)
    }

    /// `INSERT s.t @1=… @2=…` for each row that the other tool printed, comments left out.
    func printedRows() throws -> [String] {
        var rows: [String] = []
        for line in printed.utf8.split(separator: 10) where line.starts(with: "### ".utf8) {
            let text = String(decoding: line.dropFirst(4), as: UTF8.self)
            if text.hasPrefix("  @"), !rows.isEmpty {
                let end = text.range(of: " /* ", options: .backwards)?.lowerBound ?? text.endIndex
                rows[rows.count - 1] += text[..<end].dropFirst()
            } else if text != "SET" && text != "WHERE" {
                let words = text.split(separator: "`", omittingEmptySubsequences: false)
                rows.append("\(words[0].prefix { $0 != " " }) \(words[1]).\(words[3])")
            }
        }
        return rows
    }

    /// The same of what we read.
    func readRows() throws -> [String] {
        var reading = Reading(isMariaDB: false, isMapped: { _ in true })
        for event in log.events { try reading.consume(event) }
        reading.take()
        var rows: [String] = []
        for case .rows(let chunk) in reading.items {
            var batch = RowBatch(resume: chunk.resume)
            try RowsDecoder().decode(chunk, resolve: logged, into: &batch)
            rows += try batch.rows.map { row in try text(row, batch) }
        }
        return rows
    }

    private func text(_ row: Row, _ batch: RowBatch) throws -> String {
        let table = batch.tables[Int(row.table)]
        var text = "\(row.operation)".uppercased() + " \(table.name)"
        for start in [row.before, row.after] where start != Row.noImage {
            for (index, column) in table.columns.enumerated() {
                let slice = batch.slices[Int(start) + index]
                if slice.isAbsent { continue }
                text += " @\(index + 1)=" + (slice.isNull ? "NULL" : try PrintedValue.text(batch, slice, column.type))
            }
        }
        return text
    }
}
