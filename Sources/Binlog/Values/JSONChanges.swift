/// A partial JSON value: a list of changes to the document that the column holds (`binlog_row_value_options`).
///
/// Each change: operation (1 byte: 0 replace, 1 insert, 2 remove), path and, unless it removes, binary JSON; both
/// with a length before them (MySQL source, `json_diff.cc`).
package enum JSONChanges {
    package struct Change: Sendable {
        /// 0 replaces, 1 inserts, 2 removes.
        package var operation: UInt8
        package var path: Range<Int>
        package var value: Range<Int>
    }

    /// Appends nested JSON functions over `column`, a quoted name: the first change innermost.
    ///
    /// - Parameter fidelity: what of the values' types the target's SQL can say.
    package static func append(
        _ bytes: [UInt8], in range: Range<Int>, column: [UInt8], fidelity: JSONFidelity, depthLimit: Int = 100,
        to sql: inout [UInt8]
    ) throws(ValueError) {
        let changes = try read(bytes, range)
        for change in changes.reversed() { sql.append(contentsOf: function(change, bytes).utf8) }
        sql.append(contentsOf: column)
        for change in changes {
            sql.append(contentsOf: ",_utf8mb4".utf8)
            try SQLText.quote(in: &sql) { (sql) throws(ValueError) in sql.append(contentsOf: bytes[change.path]) }
            if change.operation != 2 {
                sql.append(44)
                let isTyped = try JSONExpression.isTyped(bytes, in: change.value, depthLimit: depthLimit)
                if fidelity != .text && isTyped {
                    try JSONExpression.append(
                        bytes, in: change.value, fidelity: fidelity, depthLimit: depthLimit, to: &sql)
                } else {
                    // Both flavours take the result as JSON; CAST(… AS JSON) is MySQL's alone.
                    sql.append(contentsOf: "JSON_EXTRACT(_utf8mb4".utf8)
                    try SQLText.quote(in: &sql) { (sql) throws(ValueError) in
                        try JSONText.append(bytes, in: change.value, depthLimit: depthLimit, to: &sql)
                    }
                    sql.append(contentsOf: ",_utf8mb4'$')".utf8)
                }
            }
            sql.append(41)
        }
    }

    private static func function(_ change: Change, _ bytes: [UInt8]) -> String {
        switch change.operation {
        case 0: "JSON_REPLACE("
        case 2: "JSON_REMOVE("
        // An insert whose path ends with an array index moves what follows.
        default: change.path.last.map { bytes[$0] } == 93 ? "JSON_ARRAY_INSERT(" : "JSON_INSERT("
        }
    }

    /// The changes of a partial value, in order.
    package static func read(_ bytes: [UInt8], _ range: Range<Int>) throws(ValueError) -> [Change] {
        var changes: [Change] = []
        var at = range.lowerBound
        while at < range.upperBound {
            let operation = bytes[at]
            guard operation <= 2 else { throw .badJSON }
            let path = try sized(bytes, at + 1..<range.upperBound)
            at = path.upperBound
            var value = at..<at
            if operation != 2 {
                value = try sized(bytes, at..<range.upperBound)
                at = value.upperBound
            }
            changes.append(Change(operation: operation, path: path, value: value))
        }
        return changes
    }

    /// A length as the protocol packs it (1, 3, 4 or 9 bytes), and that many bytes.
    private static func sized(_ bytes: [UInt8], _ range: Range<Int>) throws(ValueError) -> Range<Int> {
        guard let first = range.first.map({ bytes[$0] }) else { throw .badJSON }
        let width = first < 251 ? 0 : first == 252 ? 2 : first == 253 ? 3 : first == 254 ? 8 : -1
        guard width >= 0, width < range.count else { throw .badJSON }
        let rest = range.dropFirst(1 + width)
        let length =
            width == 0 ? UInt64(first) : try JSONScalar.word(bytes, range.dropFirst(), width)
        guard length <= UInt64(rest.count) else { throw .badJSON }
        return rest.prefix(Int(length))
    }
}
