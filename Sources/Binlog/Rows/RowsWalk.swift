import Model

/// One pass over the rows of one event. Holds no reference: making one costs nothing.
struct RowsWalk {
    let event: RowsEventRef
    let table: RowsTable
    /// Index in the batch.
    let transaction: UInt32
    /// Where the event's bytes start in the batch's.
    let origin: Int

    /// Appends rows and slices. `body` starts at the column count; `steps` are the table's.
    @inline(__always)
    func run(
        _ body: ByteCursor, _ steps: Span<ColumnStep>, _ rows: inout [Row], _ slices: inout [ColumnSlice]
    ) throws(RowsFault) {
        var cursor = body
        let first: PresentColumns
        let second: PresentColumns
        do throws(EventFault) {
            let count = Int(clamping: try cursor.packed())
            guard count == steps.count else {
                throw EventFault(
                    .binlogCorrupt, "the rows have \(count) columns but their table map has \(steps.count)")
            }
            first = try PresentColumns(&cursor, count: count)
            second = event.operation == .update ? try PresentColumns(&cursor, count: count) : first
        } catch { throw RowsFault(fault: error, column: nil) }
        guard !cursor.isAtEnd else { throw RowsFault(fault: Self.noRows(first), column: nil) }
        while !cursor.isAtEnd {
            let index = slices.count
            guard index < Int(UInt32.max) - 2 * steps.count else {
                throw RowsFault(fault: EventFault(.internalFault, "a batch has too many values"), column: nil)
            }
            // As many rows as there is room for: most often all.
            let room = max(2 * steps.count, min(slices.capacity - index, Int(UInt32.max) - index))
            try slices.append(addingCapacity: room) { output throws(RowsFault) in
                var reader = RowReader(cursor: cursor, origin: origin, firstSlice: index)
                while !reader.cursor.isAtEnd, output.freeCapacity >= 2 * steps.count {
                    rows.append(try row(&reader, steps, first, second, &output))
                }
                cursor = reader.cursor
            }
        }
    }

    @inline(__always)
    private func row(
        _ reader: inout RowReader, _ steps: Span<ColumnStep>, _ first: PresentColumns, _ second: PresentColumns,
        _ output: inout OutputSpan<ColumnSlice>
    ) throws(RowsFault) -> Row {
        let start = reader.cursor.offset
        var before = Row.noImage
        var after = Row.noImage
        let image = try reader.image(steps, first, partial: nil, &output)
        if event.operation == .insert { after = image } else { before = image }
        if event.operation == .update {
            let partial = event.isPartial ? try partialColumns(&reader.cursor) : nil
            after = try reader.image(steps, second, partial: partial, &output)
        }
        guard reader.cursor.offset > start else {
            throw RowsFault(fault: EventFault(.binlogCorrupt, "a row has no columns"), column: nil)
        }
        return Row(
            operation: event.operation, flags: event.flags, table: table.index, transaction: transaction,
            before: before, after: after)
    }

    /// MySQL logs an INSERT of nothing but defaults as no bytes at all: how many rows it made cannot be told.
    private static func noRows(_ present: PresentColumns) -> EventFault {
        guard present.count == 0 else { return EventFault(.binlogCorrupt, "a rows event has no rows") }
        return EventFault(
            .binlogUnsupported, "a row was logged without any column",
            hint: "SET GLOBAL binlog_row_image = FULL on the source, or give the table a primary key; "
                + "then load the table again")
    }

    /// An after image of PARTIAL_UPDATE_ROWS starts with packed options; with bit 0 set, a bit for each JSON column of
    /// the table follows that tells whether its value is a list of changes. Returns the place of these bits.
    private func partialColumns(_ cursor: inout ByteCursor) throws(RowsFault) -> Int? {
        do throws(EventFault) {
            let options = try cursor.packed()
            guard options <= 1 else {
                throw EventFault(.binlogUnsupported, "a row has value options that are not known")
            }
            guard options == 1 else { return nil }
            let place = cursor.offset
            try cursor.skip((table.jsonColumns + 7) / 8)
            return place
        } catch { throw RowsFault(fault: error, column: nil) }
    }
}

/// What the row loop needs of a table.
struct RowsTable {
    /// Its `ColumnStep`s in the decoder's list.
    let steps: Range<Int>
    /// JSON columns, each of which has a bit in the images of PARTIAL_UPDATE_ROWS.
    let jsonColumns: Int
    /// Index in the batch.
    let index: UInt32
}
