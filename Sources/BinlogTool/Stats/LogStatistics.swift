package import Binlog
package import Model
package import Plan

/// Counts what a log holds. Needs memory for each table, and for a few dozen other numbers.
package struct LogStatistics: LogVisitor {
    struct Amount {
        var events: UInt64 = 0
        var bytes: UInt64 = 0
    }

    struct TableAmount {
        var inserts: UInt64 = 0
        var updates: UInt64 = 0
        var deletes: UInt64 = 0
        var events: UInt64 = 0
        var bytes: UInt64 = 0
        var rows: UInt64 { inserts + updates + deletes }
    }

    struct Transaction {
        var info: TransactionInfo
        var bytes: UInt64
        var rows: UInt64
        var end: BinlogPosition
    }

    private(set) var types: [UInt8: Amount] = [:]
    private(set) var tables: [TableName: TableAmount] = [:]
    private(set) var statements: UInt64 = 0
    private(set) var rowCount: UInt64 = 0
    private(set) var transactionBytes = SizeHistogram()
    private(set) var transactionRows = SizeHistogram()
    private(set) var rates = RateSeries()
    /// The largest first.
    private(set) var largest: [Transaction] = []
    private let largestCount: Int
    /// Of the transaction that is being read.
    private var openBytes: UInt64 = 0
    private var openRows: UInt64 = 0
    private var openInfo: TransactionInfo?
    /// ROTATE, FORMAT_DESCRIPTION and the like: they belong to no transaction.
    private static let frame: Set<UInt8> = [3, 4, 15, 27, 35, 41, 161, 163, 164]

    /// - Parameter largest: how many of the largest transactions are kept.
    package init(largest: Int) { largestCount = max(0, largest) }

    package mutating func event(_ event: UnsafeRawBufferPointer) {
        guard event.count >= 19 else { return }
        // Made up for the reader: not in the log.
        let end = event[13] | event[14] | event[15] | event[16]
        if end == 0, Self.frame.contains(event[4]) { return }
        types[event[4], default: Amount()].events += 1
        types[event[4], default: Amount()].bytes += UInt64(event.count)
        if !Self.frame.contains(event[4]) { openBytes += UInt64(event.count) }
    }

    package mutating func rows(_ rows: EventRows) throws(LutraError) {
        let count = UInt64(rows.batch.rows.count)
        openInfo = rows.transaction
        openRows += count
        rowCount += count
        var amount = tables[rows.table.name] ?? TableAmount()
        switch rows.event.operation {
        case .insert: amount.inserts += count
        case .update: amount.updates += count
        case .delete: amount.deletes += count
        }
        amount.events += 1
        amount.bytes += UInt64(rows.event.length)
        tables[rows.table.name] = amount
    }

    package mutating func statement(_ statement: LoggedStatement, _ parsed: ParsedStatement) throws(LutraError) {
        statements += 1
        openInfo = statement.transaction
    }

    package mutating func ended(at position: BinlogPosition) throws(LutraError) {
        defer {
            openBytes = 0
            openRows = 0
            openInfo = nil
        }
        // Without it, nothing of the transaction was asked for.
        guard let info = openInfo else { return }
        transactionBytes.add(openBytes)
        transactionRows.add(openRows)
        rates.add(seconds: info.commitMicroseconds / 1_000_000, rows: openRows, bytes: openBytes)
        keepIfLarge(Transaction(info: info, bytes: openBytes, rows: openRows, end: position))
    }

    private mutating func keepIfLarge(_ transaction: Transaction) {
        guard largest.count < largestCount || transaction.bytes > largest.last?.bytes ?? .max else { return }
        let place = largest.firstIndex { $0.bytes < transaction.bytes } ?? largest.count
        largest.insert(transaction, at: place)
        if largest.count > largestCount { largest.removeLast() }
    }
}

/// How many values there were of each size, in steps of an eighth of a power of two: percentiles to within 10 %.
struct SizeHistogram {
    private(set) var count: UInt64 = 0
    private(set) var total: UInt64 = 0
    private(set) var largest: UInt64 = 0
    private var steps = [UInt64](repeating: 0, count: 64 * 8)

    mutating func add(_ value: UInt64) {
        count += 1
        total += value
        largest = max(largest, value)
        steps[Self.step(value)] += 1
    }

    private static func step(_ value: UInt64) -> Int {
        guard value >= 8 else { return Int(value) }
        let power = 63 - value.leadingZeroBitCount
        return (power - 2) * 8 + Int(value >> UInt64(power - 3) & 7)
    }

    /// The largest value of a step.
    private static func upperBound(_ step: Int) -> UInt64 {
        guard step >= 8 else { return UInt64(step) }
        let power = step / 8 + 2
        return (UInt64(8 + step % 8 + 1) << UInt64(power - 3)) &- 1
    }

    /// The value that so many of a hundred do not exceed.
    func percentile(_ percent: Double) -> UInt64 {
        let wanted = UInt64((Double(count) * percent / 100).rounded(.up))
        var seen: UInt64 = 0
        for (step, number) in steps.enumerated() where number > 0 {
            seen += number
            if seen >= wanted { return min(Self.upperBound(step), largest) }
        }
        return largest
    }
}

/// Transactions, rows and bytes by time, in at most 40 pieces of equal length.
struct RateSeries {
    struct Piece {
        var transactions: UInt64 = 0
        var rows: UInt64 = 0
        var bytes: UInt64 = 0
    }

    private static let widths: [Int64] = [
        1, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 21_600, 86_400, 604_800, 2_592_000, 31_536_000,
    ]
    private var width = 0
    /// By the piece's first second.
    private var pieces: [Int64: Piece] = [:]

    var seconds: Int64 { Self.widths[width] }
    var sorted: [(start: Int64, piece: Piece)] { pieces.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }

    mutating func add(seconds: Int64, rows: UInt64, bytes: UInt64) {
        merge(Piece(transactions: 1, rows: rows, bytes: bytes), at: seconds)
        while pieces.count > 40, width + 1 < Self.widths.count {
            width += 1
            let old = pieces
            pieces = [:]
            for (start, piece) in old { merge(piece, at: start) }
        }
    }

    private mutating func merge(_ piece: Piece, at second: Int64) {
        let start = second / seconds * seconds
        var sum = pieces[start] ?? Piece()
        sum.transactions += piece.transactions
        sum.rows += piece.rows
        sum.bytes += piece.bytes
        pieces[start] = sum
    }
}
