package import Model

/// The SQL that brings one batch to the target, without the transaction around it.
package struct ApplyScript: Sendable {
    /// All statements, one after another, without separators.
    package var sql: [UInt8] = []
    package var statements: [Statement] = []

    /// One statement of the script.
    package struct Statement: Sendable {
        /// In `sql`.
        package var range: Range<Int>
        /// How many rows it must match, or nil where any number is right.
        package var expectedRows: UInt64?
        /// The first of the batch's rows that it carries, `noRow` for a session statement.
        package var row: UInt32
        /// Rows of the batch that it carries.
        package var rowCount: UInt32
        /// Number of the table plan.
        package var plan: UInt32

        package static let noRow = UInt32.max
    }

    package init() {}

    /// Closes the statement that was appended since `start`.
    mutating func finish(
        from start: Int, expectedRows: UInt64? = nil, row: UInt32 = Statement.noRow, rowCount: UInt32 = 0,
        plan: UInt32 = 0
    ) {
        statements.append(
            Statement(
                range: start..<sql.count, expectedRows: expectedRows, row: row, rowCount: rowCount, plan: plan))
    }

    /// Appends a whole statement that carries no row.
    package mutating func append(_ statement: String) {
        let start = sql.count
        sql.append(contentsOf: statement.utf8)
        finish(from: start)
    }

    /// Appends a whole statement that carries no row, with bytes in hexadecimal digits in the middle.
    package mutating func append(_ head: String, hex bytes: ArraySlice<UInt8>, _ tail: String) {
        let digits = Array("0123456789abcdef".utf8)
        let start = sql.count
        sql.append(contentsOf: head.utf8)
        for byte in bytes {
            sql.append(digits[Int(byte >> 4)])
            sql.append(digits[Int(byte & 15)])
        }
        sql.append(contentsOf: tail.utf8)
        finish(from: start)
    }
}

extension ApplyScript {
    /// The statements from one on that fit so many bytes, but at least so many as are demanded and there.
    package func statements(from first: Int, fitting bytes: Int, atLeast least: Int) -> Range<Int> {
        var size = 0
        var end = first
        while end < statements.count {
            size += statements[end].range.count + 1
            if size > bytes, end - first >= least { break }
            end += 1
        }
        return first..<end
    }

    /// Whether some of the statements must match a certain number of rows.
    package func hasExpectations(in range: Range<Int>) -> Bool {
        statements[range].contains { $0.expectedRows != nil }
    }

    /// Statements joined by semicolons, as one packet carries them.
    package func packet(opening: [UInt8], _ range: Range<Int>, commits: Bool) -> [UInt8] {
        var packet = opening
        packet.reserveCapacity(opening.count + statements[range].reduce(16) { $0 + $1.range.count + 1 })
        for statement in statements[range] {
            if !packet.isEmpty { packet.append(UInt8(ascii: ";")) }
            packet.append(contentsOf: sql[statement.range])
        }
        if commits { packet.append(contentsOf: packet.isEmpty ? "COMMIT".utf8 : ";COMMIT".utf8) }
        return packet
    }
}

/// How a script is written.
package struct ScriptOptions: Sendable {
    /// Rows of one statement at most.
    package var statementRows: Int
    /// Bytes of one statement at most, unless a single row is larger.
    package var statementBytes: Int
    /// Inserts replace rows that exist already: the second try after a duplicate key.
    package var overwritesExisting = false
    /// Rows that are inserted in order take the place of all that share a value of any unique key with them, where the
    /// table's keys are not known.
    package var replacesExisting = false
    /// Rows of tables that foreign keys join are folded where they can be; else they keep the source's order.
    package var foldsJoined = true

    package init(limits: Limits, packetBytes: Int) {
        statementRows = limits.statementRows
        // A quarter spare: the estimate of a row's size does not see escapes.
        statementBytes = min(limits.statementBytes, packetBytes / 4 * 3)
    }

    /// One row a statement: finds the row that the target refuses.
    package var isolating: ScriptOptions {
        var copy = self
        copy.statementRows = 1
        return copy
    }
}
