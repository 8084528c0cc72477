import Binlog
import CAllocationCount
import Model
import Testing

/// Reading a log allocates by chunk, not by event or row.
@Suite struct AllocationTests {
    /// Allocations for each 1,000 rows that SELECT and EXTRACT may need. Chunks, batches and growing buffers take some.
    /// `make test` makes a release build; a debug build boxes what the optimizer keeps on the stack.
    private static var threshold: Double {
        #if DEBUG
            200_000
        #else
            20
        #endif
    }

    @Test(arguments: [1, 40]) func selectAndDecode(rowsInEvent: Int) throws {
        let transactions = 20_000 / rowsInEvent
        var log = LogBuilder()
        log.format()
        for number in 1...transactions {
            log.gtid(UInt64(number))
            log.query("BEGIN")
            log.tableMap(5, "a")
            log.insert(5, Array(1...rowsInEvent))
            log.xid()
        }
        let table = LoggedTable(name: TableName("t", "a"), columns: Self.columns)
        var selector = EventSelector(
            start: Checkpoint(position: BinlogPosition(file: log.file, offset: 4), gtids: .mysql(MySQLGTIDSet())),
            isMariaDB: false, limits: Limits(), isMapped: { _ in true })
        var rows = 0
        let before = allocation_count()
        for event in log.events {
            let isFull = try event.bytes.withUnsafeBytes { try selector.consume($0) }
            if isFull { rows += try Self.decode(selector.takeItems(), table) }
        }
        rows += try Self.decode(selector.takeItems(), table)
        let allocations = allocation_count() - before
        #expect(rows == transactions * rowsInEvent)
        let perThousand = Double(allocations) * 1_000 / Double(rows)
        #expect(perThousand < Self.threshold, "\(perThousand) allocations per 1,000 rows")
    }

    private static let columns = [ColumnType.long, .varchar(maxBytes: 40)].map {
        LoggedColumn(type: $0, definition: ColumnDefinition(name: "", dataType: "", fullType: ""))
    }

    private static func decode(_ items: [StreamItem], _ table: LoggedTable) throws -> Int {
        var rows = 0
        for case .rows(let chunk) in items {
            var batch = RowBatch(resume: chunk.resume)
            try RowsDecoder().decode(chunk, resolve: { _ in table }, into: &batch)
            rows += batch.rows.count
        }
        return rows
    }
}
