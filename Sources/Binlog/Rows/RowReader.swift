import Model

/// The innermost loops: the images of one event's rows.
struct RowReader {
    var cursor: ByteCursor
    /// Where the event's bytes start in the batch's.
    let origin: Int
    /// How many slices the batch has before those that this reader makes.
    let firstSlice: Int

    /// Reads one image: a bit for each column that is there, set where it is NULL, then the values. `partial` is the
    /// place of a bit for each JSON column of the table that tells whether its value is a list of changes.
    /// Returns the index of its first slice.
    @inline(__always)
    mutating func image(
        _ steps: Span<ColumnStep>, _ present: PresentColumns, partial: Int?, _ output: inout OutputSpan<ColumnSlice>
    ) throws(RowsFault) -> UInt32 {
        let first = output.count
        let nulls = cursor.offset
        let nullBytes = (present.count &+ 7) >> 3
        guard nullBytes <= cursor.remaining else { throw RowsFault.truncated(column: 0) }
        cursor.pass(nullBytes)
        let fits =
            present.isAll && partial == nil
            ? readAll(steps, nulls: nulls, &output)
            : read(steps, present, nulls: nulls, partial: partial, &output)
        // Each column before the one that does not fit has its slice.
        guard fits else { throw RowsFault.truncated(column: output.count - first) }
        return UInt32(truncatingIfNeeded: firstSlice &+ first)
    }

    /// An image that has every column. False where it does not fit its event.
    @inline(__always)
    private mutating func readAll(
        _ steps: Span<ColumnStep>, nulls: Int, _ output: inout OutputSpan<ColumnSlice>
    ) -> Bool {
        // Local copies: with what a pointer may change, each slice would have to be written to memory before the next.
        let bytes = cursor
        let origin = origin
        var place = bytes.offset
        let fits = unsafe output.withUnsafeMutableBufferPointer { buffer, made in
            precondition(buffer.count &- made >= steps.count, "no room for the slices")
            var bits: UInt8 = 0
            var column = 0
            while column < steps.count {
                if column & 7 == 0 { bits = bytes.byte(at: nulls &+ column >> 3) }
                var slice = ColumnSlice.null
                if bits & 1 == 0 {
                    guard let there = Self.value(bytes, &place, steps[column], origin) else { break }
                    slice = there
                }
                // There is room for each column, as checked above.
                unsafe buffer.initializeElement(at: made &+ column, to: slice)
                bits >>= 1
                column &+= 1
            }
            made &+= column
            return column == steps.count
        }
        cursor.go(to: place)
        return fits
    }

    /// Any image.
    private mutating func read(
        _ steps: Span<ColumnStep>, _ present: PresentColumns, nulls: Int, partial: Int?,
        _ output: inout OutputSpan<ColumnSlice>
    ) -> Bool {
        var next = 0
        var json = -1
        var place = cursor.offset
        defer { cursor.go(to: place) }
        for column in steps.indices {
            let step = steps[column]
            if step.isJSON { json &+= 1 }
            if !present.isAll, !present.has(column, in: cursor) {
                output.append(.absent)
                continue
            }
            let isNull = cursor.byte(at: nulls &+ next >> 3) & 1 << UInt8(next & 7) != 0
            next &+= 1
            if isNull {
                output.append(.null)
                continue
            }
            guard var slice = Self.value(cursor, &place, step, origin) else { return false }
            if step.isJSON, let partial, cursor.byte(at: partial &+ json >> 3) & 1 << UInt8(json & 7) != 0 {
                slice.length |= ColumnSlice.partialJSONBit
            }
            output.append(slice)
        }
        return true
    }

    @inline(__always)
    private static func value(
        _ bytes: ByteCursor, _ place: inout Int, _ step: ColumnStep, _ origin: Int
    ) -> ColumnSlice? {
        let length = bytes.valueLength(
            at: place, prefix: step.prefixBytes, mask: step.lengthMask, width: step.width)
        guard length >= 0 else { return nil }
        let start = place &+ Int(step.prefixBytes)
        place = start &+ length
        // Within an event of at most 1 GiB and a batch of less than 4 GiB: both fit.
        return ColumnSlice(
            offset: UInt32(truncatingIfNeeded: origin &+ start), length: UInt32(truncatingIfNeeded: length))
    }
}
