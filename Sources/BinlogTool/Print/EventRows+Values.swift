import Binlog
import Model

extension EventRows {
    /// A partial JSON value as the document that it makes; nil where the document before is not logged.
    func patchedDocument(_ slice: ColumnSlice, _ ordinal: Int, _ row: Row) throws(ValueError) -> [UInt8]? {
        guard row.before != Row.noImage else { return nil }
        let old = batch.slices[Int(row.before) + ordinal]
        guard old.hasBytes, !old.isPartialJSON else { return nil }
        var text: [UInt8] = []
        try JSONText.append(batch.bytes, in: old.range, to: &text)
        guard var document = JSONNode(text[...]) else { throw .badJSON }
        guard try document.apply(try JSONChanges.read(batch.bytes, slice.range), of: batch.bytes) else {
            throw .badJSON
        }
        var patched: [UInt8] = []
        document.append(to: &patched)
        return patched
    }

    func damaged(_ error: ValueError, _ column: LogTable.Column) -> LutraError {
        LutraError(
            .binlogCorrupt, error.text,
            place: [
                "file": transaction.start.file, "offset": "\(event.position)", "table": "\(table.name)",
                "column": column.name,
            ])
    }

    /// Whether two values of a column are the same bytes.
    func isUnchanged(_ left: ColumnSlice, _ right: ColumnSlice) -> Bool {
        guard left.length == right.length, !right.isPartialJSON else { return false }
        return !left.hasBytes || batch.bytes[left.range] == batch.bytes[right.range]
    }
}
