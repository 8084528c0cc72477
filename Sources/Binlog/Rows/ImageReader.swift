import Model

/// The innermost loops: the values of one row image.
struct ImageReader {
    /// Behind the bits for NULL.
    var cursor: ByteCursor
    /// Where the event's bytes start in the batch's.
    let origin: Int

    /// An image that has every column, none of them NULL. False where it does not fit its event.
    @inline(__always)
    mutating func readPlain(_ steps: Span<ColumnStep>, _ output: inout OutputSpan<ColumnSlice>) -> Bool {
        for column in steps.indices {
            guard let slice = value(steps[column]) else { return false }
            output.append(slice)
        }
        return true
    }

    /// Any image. `nulls` and `partial` are places of bits: for each column that is there whether it is NULL, and for
    /// each JSON column of the table whether its value is a list of changes.
    @inline(__always)
    mutating func read(
        _ steps: Span<ColumnStep>, _ present: PresentColumns, nulls: Int, partial: Int?,
        _ output: inout OutputSpan<ColumnSlice>
    ) -> Bool {
        var next = 0
        var json = -1
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
            guard var slice = value(step) else { return false }
            if step.isJSON, let partial, cursor.byte(at: partial &+ json >> 3) & 1 << UInt8(json & 7) != 0 {
                slice.length |= ColumnSlice.partialJSONBit
            }
            output.append(slice)
        }
        return true
    }

    @inline(__always)
    private mutating func value(_ step: ColumnStep) -> ColumnSlice? {
        let length = cursor.passValue(prefix: step.prefixBytes, width: step.width)
        guard length >= 0 else { return nil }
        // Within an event of at most 1 GiB and a batch of less than 4 GiB: both fit.
        return ColumnSlice(
            offset: UInt32(truncatingIfNeeded: origin &+ cursor.offset &- length),
            length: UInt32(truncatingIfNeeded: length))
    }
}
