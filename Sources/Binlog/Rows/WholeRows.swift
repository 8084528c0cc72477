import Model

/// The innermost loops: rows of events whose images have each column, which are nearly all. One pass goes through the
/// events of a chunk without a call, an array or a copy of what it holds: small transactions have one row an event.
struct WholeRows {
    /// The chunk's bytes.
    let bytes: ByteCursor
    /// Where they start in the batch's.
    let base: Int
    /// Index in the batch of the chunk's first transaction.
    let firstTransaction: UInt32
    /// How many slices the batch has before those that are made here.
    let firstSlice: Int

    /// How far it is.
    struct State {
        var event: Int
        /// Where the event's next row starts in its body; 0 where none was read.
        var place: Int
        /// How many there are.
        var rows: Int
        var slices: Int
    }

    enum Stop {
        case end, noRoom
        /// At an event of another kind.
        case other
        case truncated(column: Int)
    }

    /// Reads on from where `state` is.
    ///
    /// An image: a bit for each column, set where it is NULL, then the values of the others.
    @inline(__always)
    func read(
        _ events: Span<RowsEventRef>, _ tables: Span<RowsTable>, _ steps: Span<ColumnStep>,
        _ state: inout State, _ rows: UnsafeMutableBufferPointer<Row>,
        _ slices: UnsafeMutableBufferPointer<ColumnSlice>
    ) -> Stop {
        guard let rowsStart = rows.baseAddress, let slicesStart = slices.baseAddress else {
            return state.event < events.count ? .noRoom : .end
        }
        // Pointers that move, and no counts: there are too few registers for both.
        var (row, slice) = unsafe (rowsStart + state.rows, slicesStart + state.slices)
        let (rowsEnd, slicesEnd) = unsafe (rowsStart + rows.count, slicesStart + slices.count)
        var (event, place) = (state.event, state.place)
        defer {
            state = State(
                event: event, place: place, rows: unsafe row - rowsStart, slices: unsafe slice - slicesStart)
        }
        while event < events.count {
            let ref = events[event]
            let table = tables[Int(ref.table)]
            guard table.isRead else {
                event &+= 1
                continue
            }
            let start = Int(ref.offset)
            let end = start &+ Int(ref.length)
            guard let head = table.wholeHead(bytes, start, end, ref) else { return .other }
            let steps = steps.extracting(table.steps)
            let images = ref.operation == .update ? 2 : 1
            var next = start &+ (place == 0 ? head : place)
            while next < end {
                guard unsafe row < rowsEnd, unsafe slicesEnd - slice >= images &* steps.count else {
                    place = next &- start
                    return .noRoom
                }
                let first = UInt32(truncatingIfNeeded: firstSlice &+ (unsafe slice - slicesStart))
                var left = images
                repeat {
                    // There is room for each column, as checked right above.
                    let column = unsafe image(&next, end, steps, &slice)
                    guard column == steps.count else { return .truncated(column: column) }
                    left &-= 1
                } while left > 0
                let second = first &+ UInt32(truncatingIfNeeded: steps.count)
                unsafe row.initialize(
                    to: Row(
                        operation: ref.operation, flags: ref.flags, table: table.index,
                        transaction: firstTransaction &+ ref.transaction,
                        before: ref.operation == .insert ? Row.noImage : first,
                        after: ref.operation == .insert ? first : ref.operation == .update ? second : Row.noImage))
                unsafe row += 1
            }
            event &+= 1
            place = 0
        }
        return .end
    }

    /// Reads the image at `place`, which moves behind it, as `slice` does. Returns how many columns it has read: not
    /// all where a value reaches past the event's end.
    @inline(__always)
    private func image(
        _ place: inout Int, _ end: Int, _ steps: Span<ColumnStep>, _ slice: inout UnsafeMutablePointer<ColumnSlice>
    ) -> Int {
        let start = place
        let nullBytes = (steps.count &+ 7) >> 3
        guard nullBytes <= end &- start else { return 0 }
        var next = start &+ nullBytes
        // The bitmap's bits from column `word` on, of which those before `wordEnd` are still to come.
        var (nulls, word, wordEnd) = (UInt64(0), 0, 0)
        var column = 0
        while column < steps.count {
            if column == wordEnd {
                nulls = bytes.bits(at: start &+ column >> 3, bytes: nullBytes &- column >> 3)
                word = column
                wordEnd = min(column &+ 64, steps.count)
            }
            // Up to the next NULL, of which most rows have none.
            let run = min(word &+ nulls.trailingZeroBitCount, wordEnd)
            while column < run {
                guard let value = bytes.slice(steps[column], at: &next, end: end, base) else { return column }
                unsafe slice.initialize(to: value)
                unsafe slice += 1
                column &+= 1
            }
            if column < wordEnd {
                unsafe slice.initialize(to: .null)
                unsafe slice += 1
                nulls &= nulls &- 1
                column &+= 1
            }
        }
        place = next
        return column
    }
}
