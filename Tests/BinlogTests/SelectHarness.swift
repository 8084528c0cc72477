import Binlog
import Model

/// One row as text: `insert t.a 01000000|7631` with the values in hexadecimal.
struct SeenRow: Equatable, CustomStringConvertible {
    var text: String
    var gtid: String
    var description: String { text }
}

/// SELECT and EXTRACT over events, with everything that came out as text.
struct Reading {
    var selector: EventSelector
    var items: [StreamItem] = []

    init(
        file: String = "binlog.000001", offset: UInt64 = 4, gtids: GTIDState = .none, isMariaDB: Bool = false,
        limits: Limits = Limits(), takesBack: Bool = false,
        isMapped: @escaping @Sendable (TableName) -> Bool = { $0.table != "other" }
    ) {
        let start = Checkpoint(position: BinlogPosition(file: file, offset: offset), gtids: gtids)
        selector = EventSelector(
            start: start, isMariaDB: isMariaDB, limits: limits, takesBack: takesBack, isMapped: isMapped)
    }

    init(resume: Checkpoint, isMariaDB: Bool = false) {
        selector = EventSelector(
            start: resume, isMariaDB: isMariaDB, limits: Limits(), isMapped: { $0.table != "other" })
    }

    mutating func consume(_ bytes: [UInt8]) throws {
        var overflowed: [StreamItem] = []
        try bytes.withUnsafeBytes { bytes in
            _ = try selector.consume(bytes) { overflowed += $0 }
        }
        items += overflowed
    }

    mutating func consume(_ log: LogBuilder) throws { for event in log.events { try consume(event.bytes) } }
    mutating func take() { items += selector.takeItems() }

    /// Reads a whole log and takes all.
    static func of(_ log: LogBuilder, isMariaDB: Bool = false) throws -> Reading {
        var reading = Reading(isMariaDB: isMariaDB)
        try reading.consume(log)
        reading.take()
        return reading
    }

    var committed: Checkpoint { selector.committed }

    /// What came out, in short: rows, statements, and `progress`.
    func story() throws -> [String] {
        try items.flatMap { item -> [String] in
            switch item {
            case .rows(let chunk): return try rowTexts(chunk).map(\.text)
            case .statement(let statement): return ["statement " + String(decoding: statement.sql, as: UTF8.self)]
            case .xa(let change):
                switch change.kind {
                case .prepared: return ["prepared \(change.xid)"]
                case .finished: return ["finished \(change.xid)"]
                case .missed: return ["missed \(change.xid)"]
                }
            case .undone: return ["undone"]
            case .progress: return ["progress"]
            }
        }
    }

    func rows() throws -> [SeenRow] {
        try items.flatMap { item -> [SeenRow] in if case .rows(let chunk) = item { try rowTexts(chunk) } else { [] } }
    }
}

/// Rows of a chunk as text.
func rowTexts(_ chunk: EventChunk) throws -> [SeenRow] {
    var batch = RowBatch(resume: chunk.resume)
    try RowsDecoder().decode(chunk, resolve: logged, into: &batch)
    return batch.rows.map { row in
        let table = batch.tables[Int(row.table)]
        func image(_ start: UInt32) -> String {
            guard start != Row.noImage else { return "" }
            let slices = batch.slices[Int(start)..<Int(start) + table.columns.count]
            return " "
                + slices.map { slice in
                    if slice.isNull { return "NULL" }
                    if slice.isAbsent { return "-" }
                    return (slice.isPartialJSON ? "partial:" : "") + hexText(batch.bytes[slice.range])
                }.joined(separator: "|")
        }
        let gtid = batch.transactions[Int(row.transaction)].gtid?.description ?? ""
        return SeenRow(text: "\(row.operation) \(table.name)" + image(row.before) + image(row.after), gtid: gtid)
    }
}

/// A definition made of nothing but the table map.
func logged(_ map: TableMap) -> LoggedTable? {
    LoggedTable(
        name: map.name,
        columns: map.columns.map {
            LoggedColumn(type: $0, definition: ColumnDefinition(name: "", dataType: "", fullType: ""))
        })
}

/// The code of the error that a body throws.
func code(_ body: () throws -> Void) -> String? {
    do { try body() } catch let error as LutraError { return error.code.name } catch { return "\(error)" }
    return nil
}

func row(_ a: Int, table: String = "a") -> String {
    "insert t.\(table) \(hexText(little(a, 4)))|\(hexText(Array("v\(a)".utf8)))"
}
