package import Binlog
package import Model
package import MySQLClient
package import Plan

/// Statements that do again what the log did.
package struct SQLPrinter: LogVisitor {
    private let output: Output
    private var writer: StatementWriter
    private var open: BinlogPosition?
    private var hasBegun = false

    package init(_ output: Output, server: ServerVersion) {
        self.output = output
        writer = StatementWriter(server: server)
        output.append(StatementWriter.opening)
    }

    package mutating func rows(_ rows: EventRows) throws(LutraError) {
        head(rows.transaction)
        if !hasBegun { output.append("BEGIN;\n") }
        hasBegun = true
        try writer.append(rows, undoes: false, to: &output.text)
        try output.flushIfFull()
    }

    package mutating func statement(_ statement: LoggedStatement, _ parsed: ParsedStatement) throws(LutraError) {
        head(statement.transaction)
        if !statement.schema.isEmpty { output.append("USE \(quotedIdentifier(statement.schema));\n") }
        // Its own session: the text as the parser read it is UTF-8.
        output.append("SET NAMES utf8mb4;\n")
        if let mode = statement.sqlMode { output.append("SET SESSION sql_mode=\(mode);\n") }
        let delimiter = parsed.sql.contains(UInt8(ascii: ";")) ? Self.delimiter(parsed.sql) : ";"
        if delimiter != ";" { output.append("DELIMITER \(delimiter)\n") }
        output.text.append(contentsOf: parsed.sql)
        output.append("\(delimiter)\n")
        if delimiter != ";" { output.append("DELIMITER ;\n") }
        output.append("SET NAMES binary;\n\(SessionMode.strict);\n")
        try output.flushIfFull()
    }

    package mutating func ended(at position: BinlogPosition) throws(LutraError) {
        if hasBegun { output.append("COMMIT;\n") }
        hasBegun = false
        open = nil
        try output.flushIfFull()
    }

    /// What the log left open is left undone.
    package mutating func finish() {
        guard hasBegun else { return }
        output.append("-- the log ends inside this transaction\nROLLBACK;\n")
    }

    private mutating func head(_ transaction: TransactionInfo) {
        guard open != transaction.start else { return }
        open = transaction.start
        output.append(transaction.comment)
    }

    /// One that the statement does not hold.
    private static func delimiter(_ sql: [UInt8]) -> String {
        var delimiter = "$$"
        let text = String(decoding: sql, as: UTF8.self)
        while text.contains(delimiter) { delimiter += "$" }
        return delimiter
    }
}

extension TransactionInfo {
    /// `-- binlog.000002:1457 2026-01-31 12:00:00 UTC 0-1-12`
    var comment: String {
        "-- \(start) \(readableTime(commitMicroseconds))" + (gtid.map { " \($0)" } ?? "") + "\n"
    }
}
