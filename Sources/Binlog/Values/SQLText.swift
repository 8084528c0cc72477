/// Bytes inside a quoted SQL string, for sessions that read `\` as escape and speak `SET NAMES binary`.
package enum SQLText {
    /// Escapes `'` and `\` in everything from `start` on. The lexer needs no more, and other bytes stay as they are,
    /// whatever character set they belong to.
    package static func escape(from start: Int, in sql: inout [UInt8]) {
        var specials = 0
        for at in start..<sql.count where sql[at] == 39 || sql[at] == 92 { specials += 1 }
        guard specials > 0 else { return }
        var from = sql.count - 1
        sql.append(contentsOf: repeatElement(0, count: specials))
        var to = sql.count - 1
        while to > from {
            let byte = sql[from]
            sql[to] = byte
            to -= 1
            if byte == 39 || byte == 92 {
                sql[to] = 92
                to -= 1
            }
            from -= 1
        }
    }

    /// `'…'` with what `body` appends inside.
    package static func quote(
        in sql: inout [UInt8], _ body: (inout [UInt8]) throws(ValueError) -> Void
    ) throws(ValueError) {
        sql.append(39)
        let start = sql.count
        try body(&sql)
        escape(from: start, in: &sql)
        sql.append(39)
    }
}
