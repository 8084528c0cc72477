import Binlog
import Model
import Plan

/// Reads one input to the end: events, rows, and every value as SQL and JSON. What a damaged log may do is end with a
/// `LutraError`; whatever else it does ends the process.
package struct Trial {
    package private(set) var rows = 0
    package private(set) var values = 0
    /// Codes of the errors that were met: of the log, and of single values.
    package private(set) var errors: [String] = []
    private var text: [UInt8] = []
    private let target: ServerDialect
    private static let targets = [
        ServerDialect(.mariadb, 10, 11), ServerDialect(.mysql, 9, 7), ServerDialect(.mysql, 5, 7),
    ]

    package init(_ input: FuzzInput) {
        target = Self.targets[input.takeEvery % 3]
        var limits = Limits()
        limits.chunkBytes = 4 << 10
        let start = Checkpoint(position: BinlogPosition(file: "binlog.000001", offset: 4), gtids: .none)
        var selector = EventSelector(
            start: start, isMariaDB: input.isMariaDB, limits: limits, isMapped: { $0.table != "other" })
        for (index, event) in input.events.enumerated() {
            do {
                var overflowed: [StreamItem] = []
                try event.withUnsafeBytes { bytes in
                    _ = try selector.consume(bytes) { items throws(LutraError) in
                        overflowed += items
                    }
                }
                read(overflowed)
            } catch {
                // Anything but a `LutraError` shows as what it is.
                errors.append((error as? LutraError)?.code.name ?? "\(error)")
                break
            }
            if (index + 1) % input.takeEvery == 0 { read(selector.takeItems()) }
        }
        read(selector.takeItems())
    }

    private mutating func read(_ items: [StreamItem]) {
        for item in items {
            switch item {
            case .rows(let chunk): decode(chunk)
            case .statement(let statement): text = statement.sql
            case .xa(let change): text = Array(change.xid.utf8)
            case .undone(let checkpoint), .progress(let checkpoint):
                text = Array(checkpoint.gtids.description.utf8)
            }
        }
    }

    private mutating func decode(_ chunk: EventChunk) {
        var batch = RowBatch(resume: chunk.resume)
        do throws(LutraError) {
            try RowsDecoder().decode(chunk, resolve: { FuzzColumns.table($0) }, into: &batch)
        } catch {
            errors.append(error.code.name)
            return
        }
        let plans = batch.tables.map { table in
            table.columns.map { column in
                try? LiteralPlan(source: column, target: column.definition, server: target)
            }
        }
        for row in batch.rows {
            rows += 1
            let columns = plans[Int(row.table)]
            for image in [row.before, row.after] where image != Row.noImage {
                for (index, plan) in columns.enumerated() {
                    render(batch.slices[Int(image) + index], batch.bytes, plan)
                }
            }
        }
    }

    private mutating func render(_ slice: ColumnSlice, _ bytes: [UInt8], _ plan: LiteralPlan?) {
        guard !slice.isAbsent, let plan else { return }
        values += 1
        text.removeAll(keepingCapacity: true)
        do throws(LutraError) {
            try plan.appendLiteral(slice, of: bytes, to: &text)
            if !slice.isPartialJSON {
                try plan.appendKeyCondition(slice, of: bytes, to: &text)
                try plan.appendExactMatch(slice, of: bytes, to: &text)
            }
        } catch { errors.append(error.code.name) }
        guard slice.hasBytes else { return }
        // Any bytes may be asked for as JSON.
        do throws(ValueError) { try JSONText.append(bytes, in: slice.range, to: &text) } catch {}
    }
}
