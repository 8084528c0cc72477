import Model

/// One pass over the rows of one event.
struct RowsWalk {
    let event: RowsEventRef
    let map: TableMap
    /// Index in the batch.
    let table: UInt32
    let transaction: UInt32
    /// Where the chunk's bytes start in the batch's.
    let base: Int

    /// Appends rows and slices. `body` starts at the column count.
    func run(_ body: ByteCursor, _ batch: inout RowBatch) -> RowsFault? {
        do throws(RowsFault) { try walk(body, &batch) } catch { return error }
        return nil
    }

    private func walk(_ body: ByteCursor, _ batch: inout RowBatch) throws(RowsFault) {
        var cursor = body
        let first: PresentColumns
        var second: PresentColumns?
        do throws(EventFault) {
            let count = Int(clamping: try cursor.packed())
            guard count == map.columns.count else {
                throw EventFault(
                    .binlogCorrupt, "the rows have \(count) columns but their table map has \(map.columns.count)")
            }
            first = try PresentColumns(&cursor, count: count)
            if event.operation == .update { second = try PresentColumns(&cursor, count: count) }
        } catch { throw RowsFault(fault: error, column: nil) }
        guard !cursor.isAtEnd else { throw RowsFault(fault: Self.noRows(first), column: nil) }
        let origin = base + Int(event.offset)
        while !cursor.isAtEnd {
            let start = cursor.offset
            var before = Row.noImage
            var after = Row.noImage
            let image = try self.image(&cursor, first, origin, &batch.slices)
            if event.operation == .insert { after = image } else { before = image }
            if let second {
                let partial = event.isPartial ? try partialColumns(&cursor) : nil
                after = try self.image(&cursor, second, origin, &batch.slices, partial: partial)
            }
            guard cursor.offset > start else {
                throw RowsFault(fault: EventFault(.binlogCorrupt, "a row has no columns"), column: nil)
            }
            batch.rows.append(
                Row(
                    operation: event.operation, flags: event.flags, table: table, transaction: transaction,
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
            try cursor.skip((map.jsonColumns + 7) / 8)
            return place
        } catch { throw RowsFault(fault: error, column: nil) }
    }

    /// Reads one image: a bit for each column that is there, set where it is NULL, then the values.
    /// Returns the index of its first slice.
    private func image(
        _ cursor: inout ByteCursor, _ present: PresentColumns, _ origin: Int, _ slices: inout [ColumnSlice],
        partial: Int? = nil
    ) throws(RowsFault) -> UInt32 {
        guard slices.count < Int(UInt32.max) - map.steps.count else {
            throw RowsFault(fault: EventFault(.internalFault, "a batch has too many values"), column: nil)
        }
        let index = UInt32(slices.count)
        var column = 0
        do throws(EventFault) {
            let nulls = cursor.offset
            try cursor.skip((present.count + 7) / 8)
            var next = 0
            var json = -1
            for step in map.steps {
                if step.isJSON { json += 1 }
                if !present.isAll, !present.has(column, in: cursor) {
                    slices.append(.absent)
                } else if cursor.byte(at: nulls + next >> 3) & 1 << UInt8(next & 7) != 0 {
                    slices.append(.null)
                    next += 1
                } else {
                    var slice = try value(&cursor, step, origin)
                    if step.isJSON, let partial, cursor.byte(at: partial + json >> 3) & 1 << UInt8(json & 7) != 0 {
                        slice.length |= ColumnSlice.partialJSONBit
                    }
                    slices.append(slice)
                    next += 1
                }
                column += 1
            }
        } catch { throw RowsFault(fault: error, column: column < map.steps.count ? column : nil) }
        return index
    }

    @inline(__always)
    private func value(
        _ cursor: inout ByteCursor, _ step: ColumnStep, _ origin: Int
    ) throws(EventFault) -> ColumnSlice {
        let length =
            step.prefixBytes == 0 ? Int(step.width) : Int(try cursor.unsigned(bytes: Int(step.prefixBytes)))
        let place = cursor.offset
        try cursor.skip(length)
        // Within an event of at most 1 GiB and a batch of less than 4 GiB: both fit.
        return ColumnSlice(offset: UInt32(origin + place), length: UInt32(length))
    }
}

/// Which columns an image has: a bit for each column, in the event's body.
struct PresentColumns {
    let count: Int
    let isAll: Bool
    private let place: Int

    init(_ cursor: inout ByteCursor, count columns: Int) throws(EventFault) {
        place = cursor.offset
        try cursor.skip((columns + 7) / 8)
        var count = 0
        for column in 0..<columns where Self.bit(cursor, place, column) { count += 1 }
        self.count = count
        isAll = count == columns
    }

    @inline(__always)
    func has(_ column: Int, in body: ByteCursor) -> Bool { Self.bit(body, place, column) }

    @inline(__always)
    private static func bit(_ body: ByteCursor, _ place: Int, _ column: Int) -> Bool {
        body.byte(at: place + column >> 3) & 1 << UInt8(column & 7) != 0
    }
}
