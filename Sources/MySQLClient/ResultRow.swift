import CMariaDB

/// A row that was kept: values as the server sent them, as text.
package struct ResultRow: Sendable {
    package let names: [String]
    package let values: [[UInt8]?]

    /// The value as text, nil for NULL. Bytes that are not UTF-8 are replaced.
    package func text(_ index: Int) -> String? { values[index].map { String(decoding: $0, as: UTF8.self) } }

    /// The value of a column by name (letters compared without case), nil for NULL or no such column.
    package subscript(_ name: String) -> String? { index(of: name).flatMap { text($0) } }

    /// The bytes of a column by name, nil for NULL or no such column.
    package func bytes(_ name: String) -> [UInt8]? { index(of: name).flatMap { values[$0] } }

    private func index(of name: String) -> Int? { names.firstIndex { $0.lowercased() == name.lowercased() } }
}

/// A row on its way: valid only while the closure that received it runs.
package struct StreamedRow: ~Copyable {
    package let names: [String]
    let row: MYSQL_ROW
    let lengths: UnsafeMutablePointer<UInt>
    package let count: Int

    /// The value's bytes, nil for NULL.
    package borrowing func bytes(_ index: Int) -> UnsafeRawBufferPointer? {
        precondition(index < count, "no such column")
        return row[index].map { UnsafeRawBufferPointer(start: $0, count: Int(lengths[index])) }
    }
}
