import Binlog
import Model

extension LogStatistics {
    /// The figures as tables for people.
    package func text() -> String {
        var parts: [String] = []
        let bytes = types.values.reduce(0) { $0 + $1.bytes }
        let events = types.values.reduce(0) { $0 + $1.events }
        parts.append(
            "\(grouped(events)) events, \(grouped(bytes)) bytes, \(grouped(transactionBytes.count)) transactions, "
                + "\(grouped(rowCount)) rows, \(grouped(statements)) statements\n")
        parts.append(
            table(
                ["event", "count", "bytes", "share"],
                types.sorted { ($0.value.bytes, $1.key) > ($1.value.bytes, $0.key) }.map { type, amount in
                    [
                        EventType(rawValue: type).description, grouped(amount.events), grouped(amount.bytes),
                        percent(amount.bytes, of: bytes),
                    ]
                }))
        parts.append(
            table(
                ["table", "rows", "inserts", "updates", "deletes", "bytes"],
                tables.sorted { ($0.value.bytes, $1.key) > ($1.value.bytes, $0.key) }.map { name, amount in
                    [
                        name.description, grouped(amount.rows), grouped(amount.inserts), grouped(amount.updates),
                        grouped(amount.deletes), grouped(amount.bytes),
                    ]
                }))
        parts.append(sizes())
        parts.append(
            table(
                ["largest transaction", "bytes", "rows", "time", "GTID"],
                largest.map {
                    [
                        $0.info.start.description, grouped($0.bytes), grouped($0.rows),
                        readableTime($0.info.commitMicroseconds), $0.info.gtid?.description ?? "-",
                    ]
                }))
        parts.append(
            table(
                ["from (\(rates.seconds) s each)", "transactions", "rows", "bytes", "rows/s"],
                rates.sorted.map { start, piece in
                    [
                        readableTime(start * 1_000_000), grouped(piece.transactions), grouped(piece.rows),
                        grouped(piece.bytes), decimal(Double(piece.rows) / Double(rates.seconds)),
                    ]
                }))
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private func sizes() -> String {
        guard transactionBytes.count > 0 else { return "" }
        func row(_ name: String, _ sizes: SizeHistogram) -> [String] {
            [name] + Self.percentiles.map { grouped(sizes.percentile($0)) }
                + [grouped(sizes.largest), grouped(sizes.total / max(1, sizes.count))]
        }
        return table(
            ["per transaction"] + Self.percentiles.map { "\(Int($0)) %" } + ["largest", "mean"],
            [row("bytes", transactionBytes), row("rows", transactionRows)])
    }

    static let percentiles: [Double] = [50, 90, 99]

    /// Columns as wide as they must be; all but the first to the right.
    private func table(_ heading: [String], _ rows: [[String]]) -> String {
        guard !rows.isEmpty else { return "" }
        let lines = [heading] + rows
        let widths = heading.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line in
            let cells = zip(line, widths).enumerated().map { column, cell in
                let blanks = String(repeating: " ", count: cell.1 - cell.0.count)
                // Names and GTIDs begin at the left, numbers end at the right.
                let isText = column == 0 || heading[column] == "GTID"
                return isText ? cell.0 + blanks : blanks + cell.0
            }
            let text = cells.joined(separator: "  ")
            return text[...(text.lastIndex { $0 != " " } ?? text.startIndex)] + "\n"
        }.joined()
    }

    private func grouped(_ number: UInt64) -> String {
        var text = ""
        for (index, digit) in String(number).reversed().enumerated() {
            if index > 0, index % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }

    private func percent(_ part: UInt64, of whole: UInt64) -> String {
        decimal(whole == 0 ? 0 : Double(part) * 100 / Double(whole)) + " %"
    }

    private func decimal(_ number: Double) -> String {
        let tenths = Int64((number * 10).rounded())
        return "\(grouped(UInt64(tenths / 10))).\(tenths % 10)"
    }
}
