package import Binlog
package import Model
package import Plan

/// One JSON object a line for each row, and for each statement. See `docs/binlog-tool.md` for the keys.
package struct JSONPrinter: LogVisitor {
    private let output: Output

    package init(_ output: Output) { self.output = output }

    package mutating func rows(_ rows: EventRows) throws(LutraError) {
        // What is the same for all rows of the event.
        var head: [UInt8] = []
        appendPlace(rows.transaction, offset: rows.event.position, to: &head)
        Self.append(",\"schema\":", rows.table.name.schema, to: &head)
        Self.append(",\"table\":", rows.table.name.table, to: &head)
        head.append(contentsOf: ",\"operation\":\"\(rows.event.operation)\"".utf8)
        for row in rows.batch.rows {
            output.text.append(contentsOf: head)
            for (key, image) in [("before", row.before), ("after", row.after)] where image != Row.noImage {
                output.text.append(contentsOf: ",\"\(key)\":{".utf8)
                try appendImage(image, row, rows)
                output.text.append(125)
            }
            output.text.append(contentsOf: "}\n".utf8)
            try output.flushIfFull()
        }
    }

    package mutating func statement(_ statement: LoggedStatement, _ parsed: ParsedStatement) throws(LutraError) {
        appendPlace(statement.transaction, offset: statement.start.offset, to: &output.text)
        Self.append(",\"schema\":", statement.schema, to: &output.text)
        output.append(",\"operation\":\"ddl\",\"sql\":")
        appendJSONString(parsed.sql[...], to: &output.text)
        output.append("}\n")
        try output.flushIfFull()
    }

    private func appendPlace(_ transaction: TransactionInfo, offset: UInt64, to text: inout [UInt8]) {
        Self.append("{\"file\":", transaction.start.file, to: &text)
        text.append(contentsOf: ",\"offset\":\(offset),\"time\":".utf8)
        text.append(contentsOf: "\"\(rfc3339(microsecondsSince1970: transaction.commitMicroseconds))\"".utf8)
        if let gtid = transaction.gtid { text.append(contentsOf: ",\"gtid\":\"\(gtid)\"".utf8) }
        Self.append(",\"transaction\":", transaction.start.description, to: &text)
    }

    private static func append(_ key: String, _ value: String, to text: inout [UInt8]) {
        text.append(contentsOf: key.utf8)
        appendJSONString(Array(value.utf8)[...], to: &text)
    }

    private func appendImage(_ image: UInt32, _ row: Row, _ rows: EventRows) throws(LutraError) {
        var isFirst = true
        for (ordinal, column) in rows.table.columns.enumerated() {
            let slice = rows.batch.slices[Int(image) + ordinal]
            if slice.isAbsent { continue }
            if !isFirst { output.text.append(44) }
            isFirst = false
            output.text.append(contentsOf: column.jsonKey)
            do throws(ValueError) {
                if slice.isPartialJSON {
                    try appendPartial(slice, ordinal, row, rows)
                } else {
                    try column.appendJSON(slice, of: rows.batch.bytes, to: &output.text)
                }
            } catch {
                throw rows.damaged(error, column)
            }
        }
    }

    /// The whole document where the row's image before the change has it, else the changes.
    private func appendPartial(
        _ slice: ColumnSlice, _ ordinal: Int, _ row: Row, _ rows: EventRows
    ) throws(ValueError) {
        if let document = try rows.patchedDocument(slice, ordinal, row) {
            output.text.append(contentsOf: document)
        } else {
            try appendJSONChanges(slice, of: rows.batch.bytes, to: &output.text)
        }
    }
}

extension LogTable.Column {
    /// Appends a value: NULL, or what its kind makes of it.
    func appendJSON(_ slice: ColumnSlice, of bytes: [UInt8], to text: inout [UInt8]) throws(ValueError) {
        guard !slice.isNull else { return text.append(contentsOf: "null".utf8) }
        let start = text.count
        switch try kind.append(slice.range, of: bytes, to: &text) {
        case .number, .json, .bits: break
        case .decimal, .binary:
            text.insert(34, at: start)
            text.append(34)
        case .text:
            let content = Array(text[start...])
            text.removeSubrange(start...)
            appendJSONString(content[...], to: &text)
        }
    }
}

/// Appends `[{"op": "replace", "path": "$.a", "value": 1}, …]`.
func appendJSONChanges(_ slice: ColumnSlice, of bytes: [UInt8], to text: inout [UInt8]) throws(ValueError) {
    text.append(contentsOf: "{\"$changes\": [".utf8)
    for (index, change) in try JSONChanges.read(bytes, slice.range).enumerated() {
        if index > 0 { text.append(contentsOf: ", ".utf8) }
        let operation = ["replace", "insert", "remove"][Int(min(change.operation, 2))]
        text.append(contentsOf: "{\"op\": \"\(operation)\", \"path\": ".utf8)
        appendJSONString(bytes[change.path], to: &text)
        if change.operation != 2 {
            text.append(contentsOf: ", \"value\": ".utf8)
            try JSONText.append(bytes, in: change.value, to: &text)
        }
        text.append(125)
    }
    text.append(contentsOf: "]}".utf8)
}

/// Appends UTF-8 text as a JSON string. Bytes that are no UTF-8 become U+FFFD.
func appendJSONString(_ content: ArraySlice<UInt8>, to text: inout [UInt8]) {
    text.append(34)
    var isASCII = true
    var needsEscape = false
    for byte in content {
        if byte >= 0x80 { isASCII = false }
        if byte < 32 || byte == 34 || byte == 92 { needsEscape = true }
    }
    let whole = isASCII ? content : Array(String(decoding: content, as: UTF8.self).utf8)[...]
    if needsEscape {
        for byte in whole { appendEscaped(byte, to: &text) }
    } else {
        text.append(contentsOf: whole)
    }
    text.append(34)
}

private func appendEscaped(_ byte: UInt8, to text: inout [UInt8]) {
    switch byte {
    case 10: text.append(contentsOf: "\\n".utf8)
    case 13: text.append(contentsOf: "\\r".utf8)
    case 9: text.append(contentsOf: "\\t".utf8)
    case 34, 92: text.append(contentsOf: [92, byte])
    case 0..<32:
        let digits = String(byte, radix: 16)
        text.append(contentsOf: ("\\u00" + (byte < 16 ? "0" : "") + digits).utf8)
    default: text.append(byte)
    }
}
