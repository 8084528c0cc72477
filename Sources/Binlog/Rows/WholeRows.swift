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
    /// An image: a bit for each column, set where it is NULL, then the values of the others. Events, tables and steps
    /// are read where they stand: what is copied of them has no register to go to.
    @inline(__always)
    func read(
        _ events: UnsafeBufferPointer<RowsEventRef>, _ tables: UnsafeBufferPointer<RowsTable>,
        _ steps: UnsafeBufferPointer<ColumnStep>, _ state: inout State, _ rows: UnsafeMutableBufferPointer<Row>,
        _ slices: UnsafeMutableBufferPointer<ColumnSlice>
    ) -> Stop {
        guard let rowsStart = rows.baseAddress, let slicesStart = slices.baseAddress,
            let eventsStart = events.baseAddress, let tablesStart = tables.baseAddress,
            let stepsStart = steps.baseAddress
        else {
            if state.event >= events.count { return .end }
            // More room is no help where no table has a column.
            return unsafe rows.baseAddress == nil || slices.baseAddress == nil ? .noRoom : .other
        }
        // Pointers that move, and no counts: there are too few registers for both.
        var (row, slice) = unsafe (rowsStart + state.rows, slicesStart + state.slices)
        let (rowsEnd, slicesEnd) = unsafe (rowsStart + rows.count, slicesStart + slices.count)
        var (ref, place) = unsafe (eventsStart + state.event, state.place)
        let eventsEnd = unsafe eventsStart + events.count
        defer {
            state = State(
                event: unsafe ref - eventsStart, place: place, rows: unsafe row - rowsStart,
                slices: unsafe slice - slicesStart)
        }
        while unsafe ref < eventsEnd {
            precondition(unsafe Int(ref.pointee.table) < tables.count, "an event of no table")
            let table = unsafe tablesStart + Int(ref.pointee.table)
            guard unsafe table.pointee.isRead else {
                unsafe ref += 1
                continue
            }
            let start = unsafe Int(ref.pointee.offset)
            let end = unsafe start &+ Int(ref.pointee.length)
            guard let head = unsafe table.pointee.wholeHead(bytes, start, end, ref.pointee) else { return .other }
            // The decoder made both lists: each table's steps are in the other.
            let first = unsafe stepsStart + table.pointee.firstStep
            let columns = unsafe table.pointee.columns
            let needed = unsafe ref.pointee.operation == .update ? 2 &* columns : columns
            var next = start &+ (place == 0 ? head : place)
            while next < end {
                guard unsafe row < rowsEnd, unsafe slice + needed <= slicesEnd else {
                    place = next &- start
                    return .noRoom
                }
                let index = unsafe UInt32(truncatingIfNeeded: firstSlice &+ Self.count(from: slicesStart, to: slice))
                var images = needed
                repeat {
                    // There is room for each column, as checked right above.
                    next = unsafe image(at: next, end, table, first, slice)
                    guard next >= 0 else { return .truncated(column: ~next) }
                    unsafe slice += columns
                    images &-= columns
                } while images > 0
                unsafe row.initialize(to: self.row(ref, table, images: index))
                unsafe row += 1
            }
            unsafe ref += 1
            place = 0
        }
        return .end
    }

    /// A row of an event whose images start at that index in the batch.
    @inline(__always)
    private func row(_ ref: UnsafePointer<RowsEventRef>, _ table: UnsafePointer<RowsTable>, images: UInt32) -> Row {
        let operation = unsafe ref.pointee.operation
        let second = unsafe images &+ UInt32(truncatingIfNeeded: table.pointee.columns)
        return unsafe Row(
            operation: operation, flags: ref.pointee.flags, table: table.pointee.index,
            transaction: firstTransaction &+ ref.pointee.transaction,
            before: operation == .insert ? Row.noImage : images,
            after: operation == .insert ? images : operation == .update ? second : Row.noImage)
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
    /// Most images have no NULL: they are read without a look at each column's bit, and without the state that takes.
    @inline(__always)
    private func image(
        at place: Int, _ end: Int, _ table: UnsafePointer<RowsTable>, _ steps: UnsafePointer<ColumnStep>,
        _ slices: UnsafeMutablePointer<ColumnSlice>
    ) -> Int {
        let nullBytes = unsafe table.pointee.nullBytes
        guard nullBytes <= end &- place else { return ~0 }
        let nulls = unsafe bytes.bits(at: place, bytes: nullBytes) & table.pointee.nullBits
        var next = place &+ nullBytes
        guard nulls == 0 else { return unsafe image(nulls, at: next, end, table, steps, slices) }
        var (step, slice) = unsafe (steps, slices)
        let last = unsafe steps + table.pointee.columns
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
        _ nulls: UInt64, at place: Int, _ end: Int, _ table: UnsafePointer<RowsTable>,
        _ steps: UnsafePointer<ColumnStep>, _ slices: UnsafeMutablePointer<ColumnSlice>
    ) -> Int {
        var (nulls, next, column) = (nulls, place, 0)
        let columns = unsafe table.pointee.columns
        while true {
            let run = min(nulls.trailingZeroBitCount, columns)
            while column < run {
                guard let value = unsafe bytes.slice(steps[column], at: &next, end: end, base) else { return ~column }
                unsafe (slices + column).initialize(to: value)
                column &+= 1
            }
            guard column < columns else { return next }
            unsafe (slices + column).initialize(to: .null)
            nulls &= nulls &- 1
            column &+= 1
        }
    }
}
