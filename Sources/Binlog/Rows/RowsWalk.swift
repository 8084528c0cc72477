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
    /// Where its next row starts in its body; 0 where none was read.
    private var place = 0

    init(_ bytes: ByteCursor, base: Int, firstTransaction: UInt32) {
        whole = bytes
        self.base = base
        self.firstTransaction = firstTransaction
    }

    /// Appends rows and slices; `slices` is what the batch has behind its first `firstSlice`. Returns whether the
    /// chunk is read to its end: if not, there was no room for one more row.
    mutating func run(
        _ events: Span<RowsEventRef>, _ tables: Span<RowsTable>, _ steps: Span<ColumnStep>, firstSlice: Int,
        _ rows: inout OutputSpan<Row>, _ slices: inout OutputSpan<ColumnSlice>
    ) throws(RowsFault) -> Bool {
        while true {
            switch wholeRows(events, tables, steps, firstSlice, &rows, &slices) {
            case .end: return true
            case .noRoom: return false
            case .truncated(let column): throw RowsFault.truncated(column: column)
            case .other:
                guard try otherRows(events[event], tables, steps, firstSlice, &rows, &slices) else { return false }
            }
        }
    }

    @inline(never)
    private mutating func wholeRows(
        _ events: Span<RowsEventRef>, _ tables: Span<RowsTable>, _ steps: Span<ColumnStep>, _ firstSlice: Int,
        _ rows: inout OutputSpan<Row>, _ slices: inout OutputSpan<ColumnSlice>
    ) -> WholeRows.Stop {
        let reader = WholeRows(bytes: whole, base: base, firstTransaction: firstTransaction, firstSlice: firstSlice)
        return unsafe rows.withUnsafeMutableBufferPointer { rows, rowsMade in
            unsafe slices.withUnsafeMutableBufferPointer { slices, slicesMade in
                var state = WholeRows.State(event: event, place: place, rows: rowsMade, slices: slicesMade)
                defer { (event, place, rowsMade, slicesMade) = (state.event, state.place, state.rows, state.slices) }
                return unsafe events.withUnsafeBufferPointer { events in
                    unsafe tables.withUnsafeBufferPointer { tables in
                        unsafe steps.withUnsafeBufferPointer { steps in
                            unsafe reader.read(events, tables, steps, &state, rows, slices)
                        }
                    }
                }
            }
        }
    }

    /// Reads one event; false where there was no room for all of it.
    private mutating func otherRows(
        _ ref: RowsEventRef, _ tables: Span<RowsTable>, _ steps: Span<ColumnStep>, _ firstSlice: Int,
        _ rows: inout OutputSpan<Row>, _ slices: inout OutputSpan<ColumnSlice>
    ) throws(RowsFault) -> Bool {
        let table = tables[Int(ref.table)]
        let reader = RowReader(
            bytes: whole.part(Int(ref.offset), Int(ref.length)), origin: base &+ Int(ref.offset),
            firstSlice: firstSlice,
            row: Row(
                operation: ref.operation, flags: ref.flags, table: table.index,
                transaction: firstTransaction &+ ref.transaction, before: Row.noImage, after: Row.noImage))
        let steps = steps.extracting(table.firstStep..<table.firstStep + table.columns)
        place = try reader.read(from: place, table, ref, steps, &rows, &slices)
        guard place == reader.bytes.end else { return false }
        event += 1
        place = 0
        return true
    }

    /// How many of the chunk's bytes are read.
    func bytesRead(_ events: Span<RowsEventRef>) -> Int {
        event < events.count ? Int(events[event].offset) + place : whole.end
    }
}

/// What the row loop needs of a table.
struct RowsTable {
    /// Whether its rows are wanted at all.
    let isRead: Bool
    /// Where its `ColumnStep`s are in the decoder's list, one a column.
    let firstStep: Int
    let columns: Int
    /// Bytes of an image's bits for NULL.
    let nullBytes: Int
    /// Which of the 64 bits at an image's start tell of a NULL. A head in 8 bytes means at most 56 columns.
    let nullBits: UInt64
    /// JSON columns, each of which has a bit in the images of PARTIAL_UPDATE_ROWS.
    let jsonColumns: Int
    /// Index in the batch.
    let index: UInt32
    /// How events begin that have each column, with one bitmap or two.
    private let one: RowsHead
    private let two: RowsHead

    /// `index` is nil where its rows are not wanted.
    init(index: UInt32?, firstStep: Int, _ map: TableMap) {
        isRead = index != nil
        self.index = index ?? 0
        self.firstStep = firstStep
        columns = map.steps.count
        nullBytes = (columns + 7) >> 3
        nullBits = 1 << UInt64(min(columns, 63)) - 1
        jsonColumns = map.jsonColumns
        (one, two) = (map.oneBitmap, map.twoBitmaps)
    }

    /// Where the first row starts in the body of an event that says, within its first eight bytes, that its images
    /// have each column; nil for all others. The body lies in a chunk's bytes from `start` to `end`.
    @inline(__always)
    func wholeHead(_ chunk: ByteCursor, _ start: Int, _ end: Int, _ ref: RowsEventRef) -> Int? {
        precondition(end <= chunk.end, "not within the bytes")
        guard !ref.isPartial, ref.length > 8 else { return nil }
        let first = chunk.load(at: start, as: UInt64.self)
        if ref.operation == .update { return first & two.mask == two.value ? two.length : nil }
        return first & one.mask == one.value ? one.length : nil
    }
}

/// How the body of a rows event begins whose images have each column: the column count in one byte and bitmaps with all
/// bits set, as a number of `length` bytes.
struct RowsHead: Sendable {
    var length = 0
    /// Without the bits behind the last column, which mean nothing.
    var mask: UInt64 = 0
    /// What no start is where they do not fit into 8 bytes, or there are no columns.
    var value: UInt64 = 1

    init(columns: Int, bitmaps: Int) {
        let bytes = (columns + 7) / 8
        guard columns > 0, 1 + bitmaps * bytes <= 8 else { return }
        length = 1 + bitmaps * bytes
        mask = 0xff
        for bitmap in 0..<bitmaps { mask |= (1 << UInt64(columns) - 1) << UInt64(8 * (1 + bitmap * bytes)) }
        value = mask & ~0xff | UInt64(columns)
    }
}
