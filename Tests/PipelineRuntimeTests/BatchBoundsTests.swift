import Model
import PipelineRuntime
import Plan
import Testing

@Suite struct BatchBoundsTests {
    private static let table = LoggedTable(
        name: TableName("s", "t"),
        columns: (0..<2).map { _ in
            LoggedColumn(type: .long, definition: ColumnDefinition(name: "c", dataType: "int", fullType: "int"))
        })

    /// A batch of updates of two columns, the second of which is NULL: so many rows for each transaction.
    private static func batch(_ counts: [Int]) -> RowBatch {
        func start(_ number: Int) -> BinlogPosition { BinlogPosition(file: "log.1", offset: UInt64(100 * number)) }
        var batch = RowBatch(
            resume: Checkpoint(position: start(counts.count - 1), gtids: .none, eventsIntoTransaction: 7))
        batch.tables = [table]
        for (number, count) in counts.enumerated() {
            batch.transactions.append(
                TransactionInfo(gtid: nil, start: start(number), commitMicroseconds: 0, originServer: 1))
            for _ in 0..<count {
                let image = UInt32(batch.slices.count)
                for _ in 0..<2 {
                    // Bytes of the event that belong to no value.
                    batch.bytes += [0xff, UInt8(number), UInt8(batch.rows.count), 0, 0]
                    batch.slices += [ColumnSlice(offset: UInt32(batch.bytes.count - 4), length: 4), .null]
                }
                batch.rows.append(
                    Row(
                        operation: .update, flags: [], table: 0, transaction: UInt32(number), before: image,
                        after: image + 2))
            }
        }
        return batch
    }

    private static func values(_ batch: RowBatch) -> [[UInt8]] {
        batch.rows.flatMap { row in
            [row.before, row.after].map { image in
                #expect(batch.slices[Int(image) + 1].isNull)
                return Array(batch.bytes[batch.slices[Int(image)].range])
            }
        }
    }

    private static func bounds(rows: Int) -> BatchBounds {
        var limits = Limits()
        limits.batchRows = rows
        return BatchBounds(limits, LoadSpecification(mode: .transaction))
    }

    @Test func aBatchEndsBeforeTheTransactionThatMakesItTooLarge() {
        let bounds = Self.bounds(rows: 10)
        #expect(bounds.end(Self.batch([3, 4]), isInside: true, suited: .max) == .open)
        #expect(bounds.end(Self.batch([3, 4]), isInside: true, suited: 7) == .before(row: 3))
        #expect(bounds.end(Self.batch([3, 4, 5]), isInside: true, suited: .max) == .before(row: 7))
        #expect(bounds.end(Self.batch([3, 4, 5]), isInside: false, suited: .max) == .here)
    }

    @Test func onlyATransactionLargerThanABatchIsCut() {
        let bounds = Self.bounds(rows: 10)
        #expect(bounds.end(Self.batch([9]), isInside: true, suited: 1) == .open)
        #expect(bounds.end(Self.batch([10]), isInside: true, suited: 1) == .here)
    }

    @Test func dividingKeepsRowsAndPlaces() {
        let batch = Self.batch([3, 4, 5])
        var whole = batch
        let rest = Self.bounds(rows: 10).cut(&whole, before: 7)
        #expect(Self.values(whole) + Self.values(rest) == Self.values(batch))
        #expect(whole.rows.count == 7 && rest.rows.count == 5)
        #expect(rest.rows.allSatisfy { $0.transaction == 0 } && rest.transactions.map(\.start.offset) == [200])
        #expect(whole.bytes.count < batch.bytes.count && whole.slices.count == 28 && rest.slices.count == 20)
        // The transaction comes again from its start, and the rest goes on where all of it did.
        #expect(whole.resume.position == batch.resume.position && whole.resume.eventsIntoTransaction == 0)
        #expect(rest.resume == batch.resume)
    }
}
