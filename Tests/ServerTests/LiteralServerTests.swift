import Binlog
import Capture
import Load
import Model
import MySQLClient
import Plan
import TestKit
import Testing

/// Values go from a server's log into SQL for another server and arrive as they were.
@Suite(.serialized) struct LiteralServerTests {
    /// A column's type, its values in rows, and how to look at it (`?` is the column).
    private struct Column {
        var type: String
        var values: [String]
        var look = "?"
    }

    private static let text = "HEX(?)"

    private static let columns: [Column] = [
        Column(type: "TINYINT", values: ["-128", "127", "NULL"]),
        Column(type: "SMALLINT UNSIGNED", values: ["0", "65535", "NULL"]),
        Column(type: "MEDIUMINT", values: ["-8388608", "8388607", "0"]),
        Column(type: "INT UNSIGNED", values: ["0", "4294967295", "NULL"]),
        Column(type: "BIGINT", values: ["-9223372036854775808", "9223372036854775807", "0"]),
        Column(type: "BIGINT UNSIGNED", values: ["18446744073709551615", "9223372036854775808", "NULL"]),
        Column(
            type: "DECIMAL(65,30)",
            values: ["-99999999999999999999999999999999999.999999999999999999999999999999", "0.000000001", "NULL"]),
        Column(type: "FLOAT", values: ["-3.40282e38", "1.17549e-38", "0.1"], look: "?+0e0"),
        Column(type: "DOUBLE", values: ["-1.7976931348623157e308", "2.2250738585072014e-308", "0.1"]),
        Column(type: "BIT(64)", values: ["b'1'", "18446744073709551615", "NULL"], look: "?+0"),
        Column(type: "YEAR", values: ["1901", "2155", "0"]),
        Column(type: "DATE", values: ["'0000-00-00'", "'9999-12-31'", "'2020-00-00'"]),
        Column(type: "TIME", values: ["'-838:59:59'", "'838:59:59'", "'00:00:00'"]),
        Column(type: "TIME(6)", values: ["'-00:00:00.000001'", "'838:59:58.999999'", "NULL"]),
        Column(type: "DATETIME(6)", values: ["'0000-00-00'", "'9999-12-31 23:59:59.999999'", "'2020-02-30 01:02:03'"]),
        Column(
            type: "TIMESTAMP(3) NULL",
            values: ["'1970-01-01 00:00:01'", "'2038-01-19 03:14:07.000'", "'0000-00-00 00:00:00'"]),
        Column(type: "CHAR(5) CHARACTER SET latin1", values: ["_latin1 x'e9275c'", "''", "NULL"], look: text),
        Column(type: "VARCHAR(9) CHARACTER SET gbk", values: ["_gbk x'b5c4815c'", "'a '", "''"], look: text),
        Column(
            type: "VARCHAR(9) CHARACTER SET utf8mb4",
            values: ["_utf8mb4 x'f09f9880'", "'a''\\\\'", "NULL"], look: text),
        Column(type: "TEXT CHARACTER SET ucs2", values: ["_ucs2 x'00270101'", "''", "NULL"], look: text),
        Column(type: "BINARY(4)", values: ["x'0001'", "x'ff005c27'", "x''"], look: text),
        Column(type: "VARBINARY(4)", values: ["x'0000'", "x'ff5c271a'", "x''"], look: text),
        Column(type: "BLOB", values: ["x'000a0d1a5c2722'", "x'00'", "NULL"], look: text),
        Column(type: "ENUM('a','é','c,d')", values: ["'a'", "'é'", "NULL"], look: "CONCAT(?+0, HEX(?))"),
        Column(type: "SET('a','b','ü')", values: ["''", "'a,ü'", "'a,b,ü'"], look: "CONCAT(?+0, HEX(?))"),
        Column(
            type: "GEOMETRY",
            values: ["ST_GeomFromText('POINT(1 -2.5)')", "ST_GeomFromText('LINESTRING(0 0,1 1)')", "NULL"], look: text),
    ]

    @Test(arguments: [Flavor.mariadb, .mysql], [Flavor.mariadb, .mysql])
    func everyTypeArrives(_ from: Flavor, _ to: Flavor) throws {
        guard from.isAvailable, to.isAvailable else { return }
        let source = try TestServers.shared(from, .source).connect()
        let target = try TestServers.shared(to, .target).connect()
        defer { source.close(); target.close() }
        let name = TableName("literals", "t")
        let setup = """
            DROP DATABASE IF EXISTS literals; CREATE DATABASE literals CHARACTER SET utf8mb4; SET NAMES utf8mb4; \
            SET time_zone='+00:00'; \(SessionMode.strict)
            """
        for connection in [source, target] { try connection.execute(setup) }
        let list = Self.columns.enumerated().map { "c\($0) \($1.type)" }.joined(separator: ", ")
        for connection in [source, target] {
            try connection.execute("CREATE TABLE \(name.quoted) (id INT PRIMARY KEY, \(list))")
        }
        let start = try #require(try source.binlogEnd())
        for row in 0..<3 {
            let values = Self.columns.map { $0.values[row] }.joined(separator: ", ")
            try source.execute("INSERT INTO \(name.quoted) VALUES (\(row), \(values))")
        }
        let batch = try read(source, name, from: start)
        #expect(batch.rows.count == 3)
        let definition = try #require(try SchemaReader(target).definition(of: name))
        let plans = try zip(batch.tables[0].columns, definition.columns).map {
            try LiteralPlan(source: $0, target: $1, server: target.server.dialect)
        }
        try target.execute("SET NAMES binary")
        for row in batch.rows { try write(row, batch, plans, name, target) }
        let looks = Self.columns.enumerated().map { $1.look.replacing("?", with: "c\($0)") }.joined(separator: ", ")
        let query = "SELECT \(looks) FROM \(name.quoted) ORDER BY id"
        let (before, after) = (try source.query(query), try target.query(query))
        for row in 0..<3 {
            for (index, column) in Self.columns.enumerated() {
                #expect(before[row].text(index) == after[row].text(index), "\(column.type) \(column.values[row])")
            }
        }
        for row in batch.rows { try find(row, batch, plans, name, target) }
        for connection in [source, target] { try connection.execute("DROP DATABASE literals") }
    }

    private func read(_ source: Connection, _ name: TableName, from start: Checkpoint) throws -> RowBatch {
        let definition = try #require(try SchemaReader(source).definition(of: name))
        var selector = EventSelector(
            start: start, isMariaDB: source.server.flavor == .mariadb, limits: Limits(), isMapped: { $0 == name })
        let stream = try DumpStream.open(source.options, from: .position(start.position), .look)
        defer { stream.close() }
        while let event = try stream.next() { try selector.consume(event) }
        var batch = RowBatch(resume: start)
        let decoder = RowsDecoder()
        for case .rows(let chunk) in selector.takeItems() {
            try decoder.decode(chunk, resolve: { LoggedTable($0, definition) }, into: &batch)
        }
        return batch
    }

    private func write(
        _ row: Row, _ batch: RowBatch, _ plans: [LiteralPlan], _ name: TableName, _ target: Connection
    ) throws {
        var sql = Array("INSERT INTO \(name.quoted) VALUES (".utf8)
        for (index, plan) in plans.enumerated() {
            if index > 0 { sql.append(UInt8(ascii: ",")) }
            try plan.appendLiteral(batch.slices[Int(row.after) + index], of: batch.bytes, to: &sql)
        }
        sql.append(UInt8(ascii: ")"))
        try target.execute(sql)
    }

    /// Each value is found by its exact match and by its key condition, in the row that holds it.
    private func find(
        _ row: Row, _ batch: RowBatch, _ plans: [LiteralPlan], _ name: TableName, _ target: Connection
    ) throws {
        for (index, plan) in plans.enumerated() {
            let slice = batch.slices[Int(row.after) + index]
            var exact = Array("UPDATE \(name.quoted) SET id = id WHERE ".utf8)
            try plans[0].appendKeyCondition(batch.slices[Int(row.after)], of: batch.bytes, to: &exact)
            exact += Array(" AND ".utf8)
            var key = exact
            try plan.appendExactMatch(slice, of: batch.bytes, to: &exact)
            #expect(try target.execute(exact) == [1], "exact: \(String(decoding: exact, as: UTF8.self))")
            // A FLOAT and a geometry are no keys.
            guard index > 0, !["FLOAT", "GEOMETRY"].contains(Self.columns[index - 1].type) else { continue }
            try plan.appendKeyCondition(slice, of: batch.bytes, to: &key)
            #expect(try target.execute(key) == [1], "key: \(String(decoding: key, as: UTF8.self))")
        }
    }
}
