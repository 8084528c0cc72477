package import Binlog
package import Model
package import Plan

/// For people: a heading for each transaction, a line for each column.
///
///     # binlog.000002:1457  2026-01-31 12:00:00.123456 UTC  GTID 0-1-12  server 1
///     UPDATE shop.orders  (at 1534)
///       id    = 5
///       state = 'open' → 'paid'
///     # end at binlog.000002:1700
package struct TextPrinter: LogVisitor {
    private let output: Output
    /// Bytes of one value that are shown.
    private let valueBytes: Int
    /// Start of the transaction whose heading was printed last.
    private var open: BinlogPosition?

    /// - Parameter showsWhole: whether long values are shown whole.
    package init(_ output: Output, showsWhole: Bool) {
        self.output = output
        valueBytes = showsWhole ? .max : 400
    }

    package mutating func rows(_ rows: EventRows) throws(LutraError) {
        head(rows.transaction)
        for row in rows.batch.rows {
            let word =
                switch row.operation {
                case .insert: "INSERT"
                case .update: "UPDATE"
                case .delete: "DELETE"
                }
            output.append("\(word) \(rows.table.name)  (at \(rows.event.position))\n")
            for (ordinal, column) in rows.table.columns.enumerated() {
                do throws(ValueError) { try line(column, ordinal, row, rows) } catch {
                    throw rows.damaged(error, column)
                }
            }
            try output.flushIfFull()
        }
    }

    package mutating func statement(_ statement: LoggedStatement, _ parsed: ParsedStatement) throws(LutraError) {
        head(statement.transaction)
        let schema = statement.schema.isEmpty ? "" : " in \(statement.schema)"
        output.append("STATEMENT\(schema)  (at \(statement.start.offset))\n  ")
        output.text.append(contentsOf: parsed.sql)
        output.append(";\n")
        try output.flushIfFull()
    }

    package mutating func ended(at position: BinlogPosition) throws(LutraError) {
        guard open != nil else { return }
        open = nil
        output.append("# end at \(position)\n\n")
        try output.flushIfFull()
    }

    private mutating func head(_ transaction: TransactionInfo) {
        guard open != transaction.start else { return }
        open = transaction.start
        var line = "# \(transaction.start)  \(readableTime(transaction.commitMicroseconds))"
        if let gtid = transaction.gtid { line += "  GTID \(gtid)" }
        output.append(line + "  server \(transaction.originServer)\n")
    }

    /// `  name = value`, or `  name = before → after` where an update changed it.
    private func line(
        _ column: LogTable.Column, _ ordinal: Int, _ row: Row, _ rows: EventRows
    ) throws(ValueError) {
        let before = row.before == Row.noImage ? .absent : rows.batch.slices[Int(row.before) + ordinal]
        let after = row.after == Row.noImage ? .absent : rows.batch.slices[Int(row.after) + ordinal]
        if before.isAbsent, after.isAbsent { return }
        output.append("  ")
        output.text.append(contentsOf: column.padded)
        output.append(" = ")
        if before.isAbsent {
            // MINIMAL images: what it was is not logged.
            if row.operation == .update { output.append("… → ") }
        } else {
            try append(before, column, ordinal, row, rows)
            if after.isAbsent || rows.isUnchanged(before, after) { return output.append("\n") }
            output.append(" → ")
        }
        try append(after, column, ordinal, row, rows)
        output.append("\n")
    }

    private func append(
        _ slice: ColumnSlice, _ column: LogTable.Column, _ ordinal: Int, _ row: Row, _ rows: EventRows
    ) throws(ValueError) {
        if slice.isNull { return output.append("NULL") }
        var content: [UInt8] = []
        if slice.isPartialJSON {
            if let document = try rows.patchedDocument(slice, ordinal, row) {
                content = document
            } else {
                try appendJSONChanges(slice, of: rows.batch.bytes, to: &content)
            }
            return appendShortened(content, to: &output.text)
        }
        switch try column.kind.append(slice.range, of: rows.batch.bytes, to: &content) {
        case .text:
            output.text.append(39)
            appendShortened(Self.escaped(content), to: &output.text, closing: "'")
        case .bits(let width):
            let digits = String(UInt64(String(decoding: content, as: UTF8.self)) ?? 0, radix: 2)
            output.append("b'" + String(repeating: "0", count: max(0, width - digits.count)) + digits + "'")
        default: appendShortened(content, to: &output.text)
        }
    }

    /// Control characters, quotes and backslashes as in SQL, so that a value stays on its line.
    private static func escaped(_ content: [UInt8]) -> [UInt8] {
        guard content.contains(where: { $0 < 32 || $0 == 39 || $0 == 92 || $0 == 127 }) else { return content }
        var text: [UInt8] = []
        for byte in content {
            switch byte {
            case 10: text.append(contentsOf: "\\n".utf8)
            case 13: text.append(contentsOf: "\\r".utf8)
            case 9: text.append(contentsOf: "\\t".utf8)
            case 0: text.append(contentsOf: "\\0".utf8)
            case 39, 92: text.append(contentsOf: [92, byte])
            case 1..<32, 127: text.append(contentsOf: ("\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)).utf8)
            default: text.append(byte)
            }
        }
        return text
    }

    private func appendShortened(_ content: [UInt8], to text: inout [UInt8], closing: String = "") {
        guard content.count > valueBytes else {
            text.append(contentsOf: content)
            text.append(contentsOf: closing.utf8)
            return
        }
        // Not in the middle of a character.
        var end = valueBytes
        while end > 0, content[end] & 0xc0 == 0x80 { end -= 1 }
        text.append(contentsOf: content[..<end])
        text.append(contentsOf: "…\(closing) (\(content.count) bytes; --full shows all)".utf8)
    }
}

/// `2026-01-31 12:00:00.123456 UTC`; whole seconds where no more is known.
func readableTime(_ microseconds: Int64) -> String {
    let text = rfc3339(microsecondsSince1970: microseconds)
    let seconds = text.prefix(10) + " " + text.dropFirst(11).prefix(8)
    return seconds + (microseconds % 1_000_000 == 0 ? "" : text.dropFirst(19).dropLast()) + " UTC"
}
