/// Statements that frame transactions. The whole statement is compared, never a part of it.
package enum ControlStatement {
    case begin, commit, rollback, rollbackTo, savepoint, releaseSavepoint, xaStart, xaEnd, xaFinish, comment

    /// The two that frame most transactions, exactly as the servers write them. Allocates nothing.
    @inline(__always)
    package init?(frame text: ByteCursor) {
        guard text.remaining == 5 || text.remaining == 6 else { return nil }
        switch text.load(at: text.offset, as: UInt32.self) {
        case 0x49_47_45_42 where text.remaining == 5 && text.byte(at: text.end &- 1) == 0x4e: self = .begin
        case 0x4d_4d_4f_43 where text.remaining == 6 && text.load(at: text.end &- 2, as: UInt16.self) == 0x54_49:
            self = .commit
        default: return nil
        }
    }

    /// Nil for any other statement.
    package init?(_ sql: [UInt8]) {
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
        case ("RELEASE", "SAVEPOINT"?): self = .releaseSavepoint
        case ("XA", "START"?), ("XA", "BEGIN"?): self = .xaStart
        case ("XA", "END"?), ("XA", "PREPARE"?): self = .xaEnd
        case ("XA", "COMMIT"?), ("XA", "ROLLBACK"?): self = .xaFinish
        case ("#", "DUM"?), ("#", "DUMMY"?): self = .comment
        default: return nil
        }
    }

    /// Whether an `xaFinish` is XA COMMIT.
    package static func commitsXA(_ sql: [UInt8]) -> Bool {
        let words = sql.prefix(64).split(maxSplits: 2, whereSeparator: { $0 <= 0x20 })
        return words.count > 1 && String(decoding: words[1], as: UTF8.self).uppercased() == "COMMIT"
    }

    /// What follows `SAVEPOINT`, `ROLLBACK TO` or `ROLLBACK TO SAVEPOINT`, in lower case. Both servers write the name
    /// in backticks, the same way each time.
    package static func savepointName(_ sql: [UInt8]) -> [UInt8] {
        var rest = sql.map { (65...90).contains($0) ? $0 | 0x20 : $0 }[...].drop { $0 <= 0x20 }
        for keyword in ["rollback ", "to ", "savepoint "] where rest.starts(with: keyword.utf8) {
            rest = rest.dropFirst(keyword.utf8.count).drop { $0 <= 0x20 }
        }
        return Array(rest)
    }
}
