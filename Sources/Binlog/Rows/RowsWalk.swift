import Model

/// A pass over the rows of a chunk. It stops where the arrays that take them are full, and goes on from there: so the
/// row loop writes through pointers, and nothing is asked of an array for each event.
struct RowsWalk {
    private let whole: ByteCursor
    /// Where the chunk's bytes start in the batch's.
    private let base: Int
    /// Index in the batch of the chunk's first transaction.
    private let firstTransaction: UInt32
    /// The event that is being read.
    private(set) var event = 0
    /// Whether its columns are read and `cursor` stands at one of its rows.
    private var isInside = false
    private var cursor: ByteCursor
    private var first = PresentColumns()
    private var second = PresentColumns()

    init(_ bytes: ByteCursor, base: Int, firstTransaction: UInt32) {
        whole = bytes
        cursor = bytes
        self.base = base
        self.firstTransaction = firstTransaction
    }

    /// Appends rows and slices; `slices` is what the batch has behind its first `firstSlice`. Returns whether the
    /// chunk is read to its end: if not, there was no room for one more row.
    @inline(__always)
    mutating func run(
        _ events: Span<RowsEventRef>, _ tables: Span<RowsTable?>, _ steps: Span<ColumnStep>, firstSlice: Int,
        _ rows: inout OutputSpan<Row>, _ slices: inout OutputSpan<ColumnSlice>
    ) throws(RowsFault) -> Bool {
        while event < events.count {
            let ref = events[event]
            if let table = tables[Int(ref.table)] {
                let steps = steps.extracting(table.steps)
                if !isInside { try enter(ref, steps.count) }
                var reader = RowReader(cursor: cursor, origin: base &+ Int(ref.offset), firstSlice: firstSlice)
                let partialJSON = ref.isPartial ? table.jsonColumns : nil
                let (first, second, transaction) = (first, second, firstTransaction &+ ref.transaction)
                while !reader.cursor.isAtEnd {
                    guard rows.freeCapacity > 0, slices.freeCapacity >= 2 &* steps.count else {
                        cursor = reader.cursor
                        isInside = true
                        return false
                    }
                    let (before, after) = try Self.row(
                        &reader, ref.operation == .update, partialJSON, steps, first, second, &slices)
                    rows.append(
                        Row(
                            operation: ref.operation, flags: ref.flags, table: table.index, transaction: transaction,
                            before: ref.operation == .insert ? Row.noImage : before,
                            after: ref.operation == .delete ? Row.noImage : after))
                }
                isInside = false
            }
            event &+= 1
        }
        return true
    }

    /// How many of the chunk's bytes are read.
    func bytesRead(_ events: Span<RowsEventRef>) -> Int {
        guard event < events.count else { return whole.end }
        return Int(events[event].offset) + (isInside ? cursor.offset : 0)
    }

    /// Reads what stands before an event's rows.
    @inline(__always)
    private mutating func enter(_ ref: RowsEventRef, _ columns: Int) throws(RowsFault) {
        cursor = whole.part(Int(ref.offset), Int(ref.length))
        do throws(EventFault) {
            let count = Int(clamping: try cursor.packed())
            guard count == columns else {
                throw EventFault(
                    .binlogCorrupt, "the rows have \(count) columns but their table map has \(columns)")
            }
            first = try PresentColumns(&cursor, count: count)
            second = ref.operation == .update ? try PresentColumns(&cursor, count: count) : first
        } catch { throw RowsFault(fault: error, column: nil) }
        guard !cursor.isAtEnd else { throw RowsFault(fault: Self.noRows(first), column: nil) }
    }

    /// Static, as a method would copy the whole walk for each row. Returns where its images start in the batch.
    @inline(__always)
    private static func row(
        _ reader: inout RowReader, _ isUpdate: Bool, _ partialJSON: Int?, _ steps: Span<ColumnStep>,
        _ first: PresentColumns, _ second: PresentColumns, _ output: inout OutputSpan<ColumnSlice>
    ) throws(RowsFault) -> (UInt32, UInt32) {
        let start = reader.cursor.offset
        let image = try reader.image(steps, first, partial: nil, &output)
        var after = image
        if isUpdate {
            let partial = try partialJSON.map { (columns) throws(RowsFault) in
                try partialColumns(&reader.cursor, columns)
            }
            after = try reader.image(steps, second, partial: partial ?? nil, &output)
        }
        guard reader.cursor.offset > start else { throw RowsFault.noColumns }
        return (image, after)
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
    private static func partialColumns(_ cursor: inout ByteCursor, _ jsonColumns: Int) throws(RowsFault) -> Int? {
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

/// What the row loop needs of a table.
struct RowsTable {
    /// Its `ColumnStep`s in the decoder's list.
    let steps: Range<Int>
    /// JSON columns, each of which has a bit in the images of PARTIAL_UPDATE_ROWS.
    let jsonColumns: Int
    /// Index in the batch.
    let index: UInt32
}
