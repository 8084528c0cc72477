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
        _ events: Span<RowsEventRef>, _ tables: Span<RowsTable>, _ steps: UnsafeBufferPointer<ColumnStep>,
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
            // The decoder made both lists, each table's steps from one place in the other.
            let steps = unsafe UnsafeBufferPointer(rebasing: steps[table.steps])
            let needed = ref.operation == .update ? 2 &* steps.count : steps.count
            var next = start &+ (place == 0 ? head : place)
            while next < end {
                guard unsafe row < rowsEnd, unsafe slice + needed <= slicesEnd else {
                    place = next &- start
                    return .noRoom
                }
                let first = UInt32(truncatingIfNeeded: firstSlice &+ (unsafe Self.count(from: slicesStart, to: slice)))
                var images = needed
                repeat {
                    // There is room for each column, as checked right above.
                    next = unsafe image(at: next, end, steps, table, slice)
                    guard next >= 0 else { return .truncated(column: ~next) }
                    unsafe slice += steps.count
                    images &-= steps.count
                } while images > 0
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

    /// How many elements lie between two places of one buffer. The difference of pointers rounds towards zero, which
    /// takes three instructions more.
    @inline(__always)
    private static func count(
        from start: UnsafeMutablePointer<ColumnSlice>, to end: UnsafeMutablePointer<ColumnSlice>
    ) -> Int {
        Int((UInt(bitPattern: end) &- UInt(bitPattern: start)) / UInt(MemoryLayout<ColumnSlice>.stride))
    }

    /// Reads the image at `place` into `slices`. Returns where it ends, or the complement of a column's number whose
    /// value reaches past the event's end.
    ///
    /// Most images have no NULL: they are read without a look at each column's bit, and without the state that takes,
    /// for which there are too few registers.
    @inline(__always)
    private func image(
        at place: Int, _ end: Int, _ steps: UnsafeBufferPointer<ColumnStep>, _ table: RowsTable,
        _ slices: UnsafeMutablePointer<ColumnSlice>
    ) -> Int {
        guard table.nullBytes <= end &- place, var step = steps.baseAddress else { return ~0 }
        let nulls = bytes.bits(at: place, bytes: table.nullBytes) & table.nullBits
        var next = place &+ table.nullBytes
        guard nulls == 0 else { return unsafe image(nulls, at: next, end, steps, slices) }
        var slice = unsafe slices
        let last = unsafe step + steps.count
        // Pointers that move: an index costs more, as the compiler counts with it in two ways.
        while unsafe step < last {
            guard let value = unsafe bytes.slice(step.pointee, at: &next, end: end, base) else {
                return unsafe ~Self.count(from: slices, to: slice)
            }
            unsafe slice.initialize(to: value)
            unsafe slice += 1
            unsafe step += 1
        }
        return next
    }

    /// The same for an image whose columns at the places of these bits are NULL; `place` is behind its bitmap.
    @inline(never)
    private func image(
        _ nulls: UInt64, at place: Int, _ end: Int, _ steps: UnsafeBufferPointer<ColumnStep>,
        _ slices: UnsafeMutablePointer<ColumnSlice>
    ) -> Int {
        var (nulls, next, column) = (nulls, place, 0)
        while true {
            let run = min(nulls.trailingZeroBitCount, steps.count)
            while column < run {
                guard let value = unsafe bytes.slice(steps[column], at: &next, end: end, base) else { return ~column }
                unsafe (slices + column).initialize(to: value)
                column &+= 1
            }
            guard column < steps.count else { return next }
            unsafe (slices + column).initialize(to: .null)
            nulls &= nulls &- 1
            column &+= 1
        }
    }
}
