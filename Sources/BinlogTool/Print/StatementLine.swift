/// A statement as one line of text that every client sends on unchanged: string literals whose bytes are no plain text
/// are written in hexadecimal, which is the same value in a session with `SET NAMES binary`.
enum StatementLine {
    static func append(_ sql: ArraySlice<UInt8>, to text: inout [UInt8]) {
        var at = sql.startIndex
        while at < sql.endIndex {
            let byte = sql[at]
            at += 1
            switch byte {
            case 39: appendLiteral(sql, &at, to: &text)
            case 96:
                // A name: a doubled backtick ends it and begins it again, which comes to the same.
                text.append(byte)
                while at < sql.endIndex, sql[at] != 96 {
                    text.append(sql[at])
                    at += 1
                }
                if at < sql.endIndex { text.append(96) }
                at += 1
            default: text.append(byte)
            }
        }
        text.append(contentsOf: ";\n".utf8)
    }

    /// A literal from behind its opening quote. `\\` takes the next byte as it is.
    private static func appendLiteral(_ sql: ArraySlice<UInt8>, _ at: inout Int, to text: inout [UInt8]) {
        var content: [UInt8] = []
        while at < sql.endIndex, sql[at] != 39 {
            if sql[at] == 92, at + 1 < sql.endIndex { at += 1 }
            content.append(sql[at])
            at += 1
        }
        at += 1
        let isPlain = !content.contains { $0 < 32 && $0 != 9 && $0 != 10 && $0 != 13 || $0 == 127 }
        guard isPlain, isUTF8(content, 0..<content.count) else {
            if text.last.map({ $0 != 40 && $0 != 44 && $0 != 32 && $0 != 61 }) ?? false { text.append(32) }
            text.append(contentsOf: "x'".utf8)
            appendHexDigits(content[...], to: &text)
            return text.append(39)
        }
        text.append(39)
        for byte in content {
            switch byte {
            case 10: text.append(contentsOf: "\\n".utf8)
            case 13: text.append(contentsOf: "\\r".utf8)
            case 39, 92: text.append(contentsOf: [92, byte])
            default: text.append(byte)
            }
        }
        text.append(39)
    }
}
