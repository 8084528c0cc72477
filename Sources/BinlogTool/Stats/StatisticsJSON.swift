import Binlog
import Foundation
import Model

extension LogStatistics {
    private struct Document: Encodable {
        struct Kind: Encodable { var type: String, events: UInt64, bytes: UInt64 }
        struct Table: Encodable {
            var schema: String, table: String
            var events: UInt64, rows: UInt64, inserts: UInt64, updates: UInt64, deletes: UInt64, bytes: UInt64
        }
        struct Sizes: Encodable { var p50: UInt64, p90: UInt64, p99: UInt64, largest: UInt64, total: UInt64 }
        struct Large: Encodable {
            var start: String, end: String, gtid: String?, time: String, bytes: UInt64, rows: UInt64
        }
        struct Piece: Encodable {
            var time: String, seconds: Int64, transactions: UInt64, rows: UInt64, bytes: UInt64
        }
        var events: UInt64, bytes: UInt64, transactions: UInt64, rows: UInt64, statements: UInt64
        var types: [Kind]
        var tables: [Table]
        var transactionBytes: Sizes, transactionRows: Sizes
        var largest: [Large]
        var rates: [Piece]
    }

    /// The same figures as one JSON document.
    package func json() throws -> String {
        let document = Document(
            events: types.values.reduce(0) { $0 + $1.events }, bytes: types.values.reduce(0) { $0 + $1.bytes },
            transactions: transactionBytes.count, rows: rowCount, statements: statements,
            types: types.sorted { $0.key < $1.key }.map {
                .init(type: EventType(rawValue: $0).description, events: $1.events, bytes: $1.bytes)
            },
            tables: tables.sorted { $0.key < $1.key }.map {
                .init(
                    schema: $0.schema, table: $0.table, events: $1.events, rows: $1.rows, inserts: $1.inserts,
                    updates: $1.updates, deletes: $1.deletes, bytes: $1.bytes)
            }, transactionBytes: sizes(transactionBytes), transactionRows: sizes(transactionRows),
            largest: largest.map {
                .init(
                    start: $0.info.start.description, end: $0.end.description, gtid: $0.info.gtid?.description,
                    time: rfc3339(microsecondsSince1970: $0.info.commitMicroseconds), bytes: $0.bytes, rows: $0.rows)
            },
            rates: rates.sorted.map {
                .init(
                    time: rfc3339(microsecondsSince1970: $0 * 1_000_000), seconds: rates.seconds,
                    transactions: $1.transactions, rows: $1.rows, bytes: $1.bytes)
            })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return String(decoding: try encoder.encode(document), as: UTF8.self)
    }

    private func sizes(_ histogram: SizeHistogram) -> Document.Sizes {
        .init(
            p50: histogram.percentile(50), p90: histogram.percentile(90), p99: histogram.percentile(99),
            largest: histogram.largest, total: histogram.total)
    }
}
