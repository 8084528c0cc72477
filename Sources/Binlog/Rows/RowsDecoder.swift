package import Model

/// The EXTRACT stage's first half: rows events to rows, as slices of the batch's bytes.
package struct RowsDecoder: Sendable {
    package init() {}

    /// Appends the rows of a chunk to a batch. A table for which `resolve` answers nil is skipped. `resolve` is asked
    /// once per chunk and table map.
    ///
    /// Throws what `resolve` throws, `schema-mismatch` where it answers another number of columns than the log has,
    /// and `binlog-corrupt` for rows that do not fit their event. The batch is then not to be used.
    package func decode(
        _ chunk: EventChunk, resolve: (TableMap) throws(LutraError) -> LoggedTable?, into batch: inout RowBatch
    ) throws(LutraError) {
        let base = batch.bytes.count
        guard base + chunk.bytes.count < Int(UInt32.max) else {
            throw LutraError(.internalFault, "a batch of rows grew over 4 GiB")
        }
        var tables: [RowsTable] = []
        var steps: [ColumnStep] = []
        tables.reserveCapacity(chunk.tables.count)
        steps.reserveCapacity(chunk.tables.reduce(0) { $0 + $1.steps.count })
        for map in chunk.tables {
            let index = try index(of: map, resolve, in: &batch)
            tables.append(RowsTable(index: index, firstStep: steps.count, map))
            steps += map.steps
        }
        if batch.bytes.isEmpty { batch.bytes = chunk.bytes } else { batch.bytes.append(contentsOf: chunk.bytes) }
        let firstTransaction = appendTransactions(chunk, to: &batch)
        if let (fault, event) = walk(chunk, tables, steps, base, firstTransaction, &batch.rows, &batch.slices) {
            throw located(fault, event, chunk.tables[Int(event.table)], chunk)
        }
        batch.resume = chunk.resume
    }

    /// Returns the first fault with its event.
    private func walk(
        _ chunk: EventChunk, _ tables: [RowsTable], _ steps: [ColumnStep], _ base: Int, _ firstTransaction: UInt32,
        _ rows: inout [Row], _ slices: inout [ColumnSlice]
    ) -> (RowsFault, RowsEventRef)? {
        // A row has at most two images.
        let widest = tables.reduce(0) { max($0, 2 * $1.columns) }
        let (firstRow, firstSlice) = (rows.count, slices.count)
        // The slices refer to `batch.bytes` by offset; the chunk has the same bytes.
        return unsafe chunk.bytes.withUnsafeBytes { bytes in
            var walk = unsafe RowsWalk(ByteCursor(bytes), base: base, firstTransaction: firstTransaction)
            var isDone = false
            do throws(RowsFault) {
                while !isDone {
                    let read = walk.bytesRead(chunk.events.span)
                    // The rest is likely to be as what is read; at first, a row of some columns for each event.
                    Self.makeRoom(&rows, chunk.events.count - walk.event, since: firstRow, read: read, of: bytes.count)
                    Self.makeRoom(&slices, 1_024 + widest, since: firstSlice, read: read, of: bytes.count)
                    let start = slices.count
                    let room = min(slices.capacity, Int(UInt32.max)) - start
                    guard room >= widest else {
                        throw RowsFault(fault: EventFault(.internalFault, "a batch has too many values"), column: nil)
                    }
                    try slices.append(addingCapacity: room) { slices throws(RowsFault) in
                        try rows.append(addingCapacity: rows.capacity - rows.count) { rows throws(RowsFault) in
                            isDone = try walk.run(
                                chunk.events.span, tables.span, steps.span, firstSlice: start, &rows, &slices)
                        }
                    }
                }
                return nil
            } catch { return (error, chunk.events[walk.event]) }
        }
    }

    /// Reserves what the whole chunk will take when its first `read` bytes took what is there since `since`; at least
    /// `least` more.
    private static func makeRoom<Element>(
        _ array: inout [Element], _ least: Int, since: Int, read: Int, of total: Int
    ) {
        let made = array.count - since
        let rest = read == 0 ? 0 : Int(Double(made) * Double(total - read) / Double(read) * 1.1)
        let needed = array.count + max(rest, least)
        // Grown by parts, each of several chunks would copy all that is there.
        if needed > array.capacity { array.reserveCapacity(max(needed, 2 * array.capacity)) }
    }

    private func index(
        of map: TableMap, _ resolve: (TableMap) throws(LutraError) -> LoggedTable?, in batch: inout RowBatch
    ) throws(LutraError) -> UInt32? {
        guard let table = try resolve(map) else { return nil }
        guard table.columns.count == map.columns.count else {
            throw LutraError(
                .schemaMismatch,
                "the log has \(map.columns.count) columns where the table's definition has \(table.columns.count)",
                place: ["table": "\(map.name)"])
        }
        try refuseOldFractions(map, table)
        if let known = batch.tables.lastIndex(where: { $0 === table }) { return UInt32(known) }
        batch.tables.append(table)
        return UInt32(batch.tables.count - 1)
    }

    /// MariaDB with `mysql56_temporal_format=OFF` logs a TIME(3) as a TIME of old servers but with other bytes, and the
    /// log does not tell the digits: its own replicas know them from their table alone.
    private func refuseOldFractions(_ map: TableMap, _ table: LoggedTable) throws(LutraError) {
        guard map.hasOldTimes else { return }
        for column in table.columns where column.type.isOldTime && column.definition.fullType.contains("(") {
            throw LutraError(
                .binlogUnsupported, "a time with fraction digits is logged in MariaDB's old format",
                place: ["table": "\(map.name)", "column": column.definition.name],
                hint: "SET GLOBAL mysql56_temporal_format = ON on the source, then ALTER TABLE … FORCE")
        }
    }

    /// Returns the index in the batch of the chunk's first transaction, which may go on from the chunk before.
    private func appendTransactions(_ chunk: EventChunk, to batch: inout RowBatch) -> UInt32 {
        guard let last = batch.transactions.last else {
            batch.transactions = chunk.transactions
            return 0
        }
        guard let first = chunk.transactions.first, last.start == first.start else {
            batch.transactions.append(contentsOf: chunk.transactions)
            return UInt32(batch.transactions.count - chunk.transactions.count)
        }
        batch.transactions.append(contentsOf: chunk.transactions.dropFirst())
        return UInt32(batch.transactions.count - chunk.transactions.count)
    }

    private func located(
        _ fault: RowsFault, _ event: RowsEventRef, _ map: TableMap, _ chunk: EventChunk
    ) -> LutraError {
        let file = chunk.transactions[Int(event.transaction)].start.file
        var error = fault.fault.located(file: file, offset: event.position, type: event.type)
            .at("table", "\(map.name)")
        if let column = fault.column {
            let names = map.metadata.names
            error = error.at("column", column < names.count ? names[column] : "number \(column + 1)")
                .at("type", "\(map.columns[column])")
        }
        return error
    }
}

/// A fault and the column where it was met.
struct RowsFault: Error {
    var fault: EventFault
    var column: Int?

    /// Not inlined, that the loops which throw it stay small.
    static var noColumns: RowsFault {
        @inline(never) get { RowsFault(fault: EventFault(.binlogCorrupt, "a row has no columns"), column: nil) }
    }

    @inline(never)
    static func truncated(column: Int) -> RowsFault { RowsFault(fault: .truncated, column: column) }
}
