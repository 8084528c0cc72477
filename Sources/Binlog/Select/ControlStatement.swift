/// Statements that frame transactions. The whole statement is compared, never a part of it.
enum ControlStatement {
    case begin, commit, rollback, rollbackTo, savepoint, xaStart, xaEnd, xaFinish, comment

    /// Nil for any other statement.
    init?(_ sql: [UInt8]) {
        // The longest of them is an XA statement with two identifiers of 64 bytes in hexadecimal.
        let words = sql.prefix(1_024).split(maxSplits: 3, whereSeparator: { $0 <= 0x20 || $0 == UInt8(ascii: ";") })
            .prefix(3).map { String(decoding: $0.prefix(16), as: UTF8.self).uppercased() }
        guard let first = words.first else {
            self = .comment
            return
        }
        let second = words.count > 1 ? words[1] : nil
        switch (first, second) {
        case ("BEGIN", nil): self = .begin
        case ("COMMIT", nil): self = .commit
        case ("ROLLBACK", nil): self = .rollback
        case ("ROLLBACK", "TO"?): self = .rollbackTo
        case ("SAVEPOINT", _?): self = .savepoint
        case ("RELEASE", "SAVEPOINT"?): self = .savepoint
        case ("XA", "START"?), ("XA", "BEGIN"?): self = .xaStart
        case ("XA", "END"?), ("XA", "PREPARE"?): self = .xaEnd
        case ("XA", "COMMIT"?), ("XA", "ROLLBACK"?): self = .xaFinish
        case ("#", "DUM"?), ("#", "DUMMY"?): self = .comment
        default: return nil
        }
    }
}
