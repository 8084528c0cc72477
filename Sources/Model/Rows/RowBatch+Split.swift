extension RowBatch {
    /// Moves the rows from one on, all of one transaction, into a batch of their own, which resumes where this one did.
    ///
    /// - Precondition: the row is there, and all behind it are of its transaction.
    package mutating func splitOff(from start: Int) -> RowBatch {
        let image = rows[start].firstImage
        let offset = slices[Int(image)...].reduce(UInt32(bytes.count)) { $1.hasBytes ? min($0, $1.offset) : $0 }
        var rest = RowBatch(resume: resume)
        rest.tables = tables
        rest.transactions = [transactions[Int(rows[start].transaction)]]
        rest.bytes = Array(bytes[Int(offset)...])
        rest.slices = slices[Int(image)...].map { $0.moved(back: offset) }
        rest.rows = rows[start...].map { row in
            precondition(row.transaction == rows[start].transaction, "a batch is split before its last transaction")
            return row.moved(back: image)
        }
        bytes.removeSubrange(Int(offset)...)
        slices.removeSubrange(Int(image)...)
        rows.removeSubrange(start...)
        return rest
    }
}

extension Row {
    /// The index of the first of its images.
    fileprivate var firstImage: UInt32 { before == Row.noImage ? after : before }

    /// As the first transaction's row, with its images so many slices earlier.
    fileprivate func moved(back count: UInt32) -> Row {
        func moved(_ image: UInt32) -> UInt32 { image == Row.noImage ? image : image - count }
        return Row(
            operation: operation, flags: flags, table: table, transaction: 0, before: moved(before),
            after: moved(after))
    }
}

extension ColumnSlice {
    fileprivate func moved(back count: UInt32) -> ColumnSlice {
        hasBytes ? ColumnSlice(offset: offset - count, length: length) : self
    }
}
