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
            let start = cursor.offset
            var before = Row.noImage
            var after = Row.noImage
            let image = try self.image(&cursor, first, steps, &slices, partial: nil)
            if event.operation == .insert { after = image } else { before = image }
            if event.operation == .update {
                let partial = event.isPartial ? try partialColumns(&cursor) : nil
                after = try self.image(&cursor, second, steps, &slices, partial: partial)
            }
            guard cursor.offset > start else {
                throw RowsFault(fault: EventFault(.binlogCorrupt, "a row has no columns"), column: nil)
            }
            rows.append(
                Row(
                    operation: event.operation, flags: event.flags, table: table.index, transaction: transaction,
                    before: before, after: after))
        }
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

    /// Reads one image: a bit for each column that is there, set where it is NULL, then the values.
    /// Returns the index of its first slice.
    @inline(__always)
    private func image(
        _ cursor: inout ByteCursor, _ present: PresentColumns, _ steps: Span<ColumnStep>,
        _ slices: inout [ColumnSlice], partial: Int?
    ) throws(RowsFault) -> UInt32 {
        let index = slices.count
        guard index < Int(UInt32.max) - steps.count else {
            throw RowsFault(fault: EventFault(.internalFault, "a batch has too many values"), column: nil)
        }
        let nulls = cursor.offset
        let nullBytes = (present.count + 7) / 8
        guard nullBytes <= cursor.remaining else { throw RowsFault(fault: .truncated, column: 0) }
        var fault: RowsFault?
        slices.append(addingCapacity: steps.count) { output in
            var reader = ImageReader(cursor: cursor, origin: origin)
            reader.cursor.pass(nullBytes)
            let isPlain = present.isAll && partial == nil && !cursor.hasBits(at: nulls, count: present.count)
            let fits =
                isPlain
                ? reader.readPlain(steps, &output)
                : reader.read(steps, present, nulls: nulls, partial: partial, &output)
            // Each column before the one that does not fit has its slice.
            if !fits { fault = RowsFault(fault: .truncated, column: output.count) }
            cursor = reader.cursor
        }
        if let fault { throw fault }
        return UInt32(index)
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
