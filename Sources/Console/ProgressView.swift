package import Model

/// Renders snapshots as lines of text. Pure: it draws nothing itself.
package struct ProgressView: Sendable {
    /// The pipeline's name: `hz → us`.
    package var title: String
    /// Tables that get a line of their own; the rest is summed.
    package var tableLines = 8

    package init(title: String) { self.title = title }

    /// The lines of the display, none wider than `width`.
    ///
    /// - Parameters:
    ///   - width: columns of the terminal, at least 20.
    ///   - height: rows of the terminal: tables are left out before the display would scroll.
    package func lines(
        _ snapshot: ProgressSnapshot, rate: Double?, width: Int = 80, height: Int = 24
    ) -> [String] {
        var lines = ["\(title)  \(snapshot.phase)"]
        lines.append(counters(snapshot, rate: rate))
        if let load = snapshot.load, snapshot.phase == .loading { lines.append(loadLine(load, rate: rate)) }
        if let position = position(snapshot) { lines.append("  at " + position) }
        if let wait = snapshot.targetWait {
            let time = durationText(microseconds: wait.seconds * 1_000_000)
            lines.append("  ! the target has been busy for \(time): \(wait.state)")
        }
        if let error = snapshot.errors.last {
            lines.append("  ! \(error)" + (snapshot.errors.count > 1 ? " (+\(snapshot.errors.count - 1) more)" : ""))
        }
        let room = max(0, min(tableLines, height - lines.count - 3))
        if room > 0 { lines += tables(snapshot.tables, width: width, most: room) }
        return lines.map { fitted($0, max(20, width)) }
    }

    /// The lines that stay on the screen when the run is over.
    package func summary(_ snapshot: ProgressSnapshot, elapsedMicroseconds: Int64) -> [String] {
        let seconds = Double(max(1, elapsedMicroseconds)) / 1_000_000
        let average = UInt64(Double(snapshot.rowsApplied) / seconds)
        var line = "\(title)  \(snapshot.phase): \(grouped(snapshot.rowsApplied)) rows in "
        line += "\(durationText(microseconds: elapsedMicroseconds)) (\(grouped(average)) rows/s)"
        var lines = [line]
        if let position = position(snapshot) { lines.append("  at " + position) }
        return lines.map { fitted($0, 200) }
    }

    private func counters(_ snapshot: ProgressSnapshot, rate: Double?) -> String {
        var parts = ["\(grouped(snapshot.rowsApplied)) rows"]
        if let rate { parts.append("\(grouped(UInt64(rate))) rows/s") }
        if let lag = snapshot.lagMicroseconds { parts.append("lag \(durationText(microseconds: lag))") }
        if let delay = snapshot.delayMicroseconds { parts.append("delay \(durationText(microseconds: delay))") }
        parts.append("\(byteText(snapshot.bytesRead)) read")
        if snapshot.openRows > 0 { parts.append("\(grouped(snapshot.openRows)) in an open transaction") }
        if snapshot.batchRows > 0 { parts.append("batch \(grouped(UInt64(snapshot.batchRows)))") }
        if snapshot.isThrottled { parts.append("throttled") }
        return "  " + parts.joined(separator: " · ")
    }

    private func loadLine(_ load: ProgressSnapshot.LoadProgress, rate: Double?) -> String {
        // The estimate may be too low: the bar then stays just short of full.
        let share = load.rowsEstimate == 0 ? 0 : min(0.99, Double(load.rowsDone) / Double(load.rowsEstimate))
        let filled = Int(share * 20)
        var line = "  [" + String(repeating: "#", count: filled) + String(repeating: ".", count: 20 - filled) + "] "
        line += "\(Int(share * 100))% · tables \(load.tablesDone)/\(load.tablesTotal) · "
        line += "\(grouped(load.rowsDone)) of about \(grouped(load.rowsEstimate)) rows"
        if let microseconds = etaMicroseconds(load, rate: rate) {
            line += " · ETA \(durationText(microseconds: microseconds))"
        }
        return line
    }

    private func etaMicroseconds(_ load: ProgressSnapshot.LoadProgress, rate: Double?) -> Int64? {
        guard let rate, rate >= 1, load.rowsEstimate > load.rowsDone else { return nil }
        return Int64(min(Double(load.rowsEstimate - load.rowsDone) / rate, 1e9) * 1_000_000)
    }

    private func position(_ snapshot: ProgressSnapshot) -> String? {
        guard let position = snapshot.checkpoint?.position ?? snapshot.sourcePosition else { return nil }
        guard let read = snapshot.sourcePosition, read != position else { return "\(position)" }
        return "\(position), read up to \(read)"
    }

    private func tables(
        _ counts: [TableName: ProgressSnapshot.RowCounts], width: Int, most: Int
    ) -> [String] {
        guard !counts.isEmpty else { return [] }
        let sorted = counts.sorted { ($1.value.total, $0.key) < ($0.value.total, $1.key) }
        let shown = sorted.count <= most ? sorted.count : most - 1
        let nameWidth = max(12, width - 2 - 3 * 13)
        var lines = [row("table", ["inserts", "updates", "deletes"], nameWidth)]
        for (name, count) in sorted.prefix(max(0, shown)) {
            lines.append(row(name.description, cells(count), nameWidth))
        }
        let rest = sorted.dropFirst(max(0, shown))
        if !rest.isEmpty {
            var sum = ProgressSnapshot.RowCounts()
            for (_, count) in rest { sum += count }
            lines.append(row("\(rest.count) more tables", cells(sum), nameWidth))
        }
        return lines
    }

    private func cells(_ count: ProgressSnapshot.RowCounts) -> [String] {
        [grouped(count.inserts), grouped(count.updates), grouped(count.deletes)]
    }

    private func row(_ name: String, _ cells: [String], _ nameWidth: Int) -> String {
        "  " + padded(fitted(name, nameWidth), nameWidth) + cells.map { leftPadded($0, 13) }.joined()
    }
}
