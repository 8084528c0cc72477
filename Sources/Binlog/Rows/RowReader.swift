import Model

/// The rows of one event of any kind.
struct RowReader {
    /// The event's body.
    let bytes: ByteCursor
    /// Where it starts in the batch's bytes.
    let origin: Int
    /// How many slices the batch has before those that this reader makes.
    let firstSlice: Int
    /// What each row is like, but for its images.
    let row: Row

    /// Reads rows from a place on (0: from the event's head on) while there is room. Returns where it stopped.
    ///
    /// Before the rows: the column count, and a bit for each column that the images have (updates: twice).
    func read(
        from start: Int, _ table: RowsTable, _ ref: RowsEventRef, _ steps: Span<ColumnStep>,
        _ rows: inout OutputSpan<Row>, _ slices: inout OutputSpan<ColumnSlice>
    ) throws(RowsFault) -> Int {
        var cursor = bytes
        let (first, second) = try head(&cursor, steps.count, isUpdate: ref.operation == .update)
        if start > 0 { cursor.go(to: start) }
        var row = row
        while !cursor.isAtEnd {
            guard rows.freeCapacity > 0, slices.freeCapacity >= 2 &* steps.count else { return cursor.offset }
            let place = cursor.offset
            if ref.operation != .insert { row.before = try image(&cursor, steps, first, partial: nil, &slices) }
            if ref.operation != .delete {
                let partial = ref.isPartial ? try partialColumns(&cursor, table.jsonColumns) : nil
                row.after = try image(&cursor, steps, second, partial: partial, &slices)
            }
            guard cursor.offset > place else { throw RowsFault.noColumns }
            rows.append(row)
        }
        return cursor.offset
    }

    private func head(
        _ cursor: inout ByteCursor, _ columns: Int, isUpdate: Bool
    ) throws(RowsFault) -> (PresentColumns, PresentColumns) {
        do throws(EventFault) {
            let count = Int(clamping: try cursor.packed())
            guard count == columns else {
                throw EventFault(
                    .binlogCorrupt, "the rows have \(count) columns but their table map has \(columns)")
            }
            let first = try PresentColumns(&cursor, count: count)
            let second = isUpdate ? try PresentColumns(&cursor, count: count) : first
            guard !cursor.isAtEnd else { throw noRows(first) }
            return (first, second)
        } catch { throw RowsFault(fault: error, column: nil) }
    }

    /// Reads one image: a bit for each column that is there, set where it is NULL, then the values. `partial` is the
    /// place of a bit for each JSON column of the table that tells whether its value is a list of changes.
    /// Returns the index of its first slice.
    private func image(
        _ cursor: inout ByteCursor, _ steps: Span<ColumnStep>, _ present: PresentColumns, partial: Int?,
        _ output: inout OutputSpan<ColumnSlice>
    ) throws(RowsFault) -> UInt32 {
        let first = output.count
        let nulls = cursor.offset
        let nullBytes = (present.count &+ 7) >> 3
        guard nullBytes <= cursor.remaining else { throw RowsFault.truncated(column: 0) }
        cursor.pass(nullBytes)
        var next = 0
        var json = -1
        var place = cursor.offset
        for column in steps.indices {
            let step = steps[column]
            if step.isJSON { json &+= 1 }
            if !present.isAll, !present.has(column, in: cursor) {
                output.append(.absent)
                continue
            }
            let isNull = Self.bit(cursor, nulls, next)
            next &+= 1
            if isNull {
                output.append(.null)
                continue
            }
            guard var slice = cursor.slice(step, at: &place, end: cursor.end, origin) else {
                throw RowsFault.truncated(column: column)
            }
            if step.isJSON, let partial, Self.bit(cursor, partial, json) { slice.length |= ColumnSlice.partialJSONBit }
            output.append(slice)
        }
        cursor.go(to: place)
        return UInt32(truncatingIfNeeded: firstSlice &+ first)
    }

    @inline(__always)
    private static func bit(_ bytes: ByteCursor, _ place: Int, _ number: Int) -> Bool {
        bytes.byte(at: place &+ number >> 3) & 1 << UInt8(number & 7) != 0
    }

    /// MySQL logs an INSERT of nothing but defaults as no bytes at all: how many rows it made cannot be told.
    private func noRows(_ present: PresentColumns) -> EventFault {
        guard present.count == 0 else { return EventFault(.binlogCorrupt, "a rows event has no rows") }
        return EventFault(
            .binlogUnsupported, "a row was logged without any column",
            hint: "SET GLOBAL binlog_row_image = FULL on the source, or give the table a primary key; "
                + "then load the table again")
    }

    /// An after image of PARTIAL_UPDATE_ROWS starts with packed options; with bit 0 set, a bit for each JSON column of
    /// the table follows that tells whether its value is a list of changes. Returns the place of these bits.
    private func partialColumns(_ cursor: inout ByteCursor, _ jsonColumns: Int) throws(RowsFault) -> Int? {
        do throws(EventFault) {
            let options = try cursor.packed()
            guard options <= 1 else {
                throw EventFault(.binlogUnsupported, "a row has value options that are not known")
            }
            guard options == 1 else { return nil }
            let place = cursor.offset
            try cursor.skip((jsonColumns + 7) / 8)
            return place
        } catch { throw RowsFault(fault: error, column: nil) }
    }
}
