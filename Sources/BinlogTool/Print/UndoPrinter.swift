package import Binlog
package import Model
package import MySQLClient
package import Plan

/// Statements that take back what the log did, last change first. They wait in a temporary file until the log is read.
package struct UndoPrinter: LogVisitor {
    private let spool: BackwardSpool
    private var writer: StatementWriter
    private var open: TransactionInfo?
    /// What the spool held when it began.
    private var sizeAtOpen: Int64 = 0

    /// - Throws: `LutraError` with `file-unreadable` when there is no temporary file to be had.
    package init(server: ServerVersion) throws(LutraError) {
        spool = try BackwardSpool()
        writer = StatementWriter(server: server)
    }

    package mutating func rows(_ rows: EventRows) throws(LutraError) {
        // Read backwards, a transaction's end comes first.
        if open?.start != rows.transaction.start {
            sizeAtOpen = spool.size
            try spool.append(Array("COMMIT;\n".utf8))
        }
        open = rows.transaction
        var text: [UInt8] = []
        try writer.append(rows, undoes: true, to: &text)
        try spool.append(text)
    }

    package mutating func statement(_ statement: LoggedStatement, _ parsed: ParsedStatement) throws(LutraError) {
        switch parsed.statement {
        // What is created before its rows came may stay when they are gone.
        case .createTable, .createSchema, .createIndex, .other: return
        default: break
        }
        throw LutraError(
            .notUndoable, "a statement cannot be taken back",
            place: [
                "position": statement.start.description,
                "statement": String(decoding: parsed.sql.prefix(200), as: UTF8.self),
            ],
            hint: "undo the part behind it with --start \(statement.resume.position), or leave its table out with "
                + "--table")
    }

    package var takesOpenTransactions: Bool { false }

    package mutating func ended(at position: BinlogPosition) throws(LutraError) {
        guard let open else { return }
        try spool.append(Array((open.comment + "BEGIN;\n").utf8))
        self.open = nil
    }

    /// Writes all statements, last one first.
    package mutating func finish(_ output: Output) throws(LutraError) {
        // What was not committed needs no undoing.
        if open != nil { spool.truncate(to: sizeAtOpen) }
        open = nil
        output.append(StatementWriter.opening)
        try spool.forEachBackward { (block) throws(LutraError) in
            output.text.append(contentsOf: block)
            try output.flushIfFull()
        }
    }
}
