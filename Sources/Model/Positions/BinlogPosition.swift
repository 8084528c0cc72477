/// A place in a binlog: file and byte offset. Comparable: by length of the name first, so that `.1000000` follows
/// `.999999`.
package struct BinlogPosition: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    package var file: String
    /// Bytes from the start of the file; 4 is the first event.
    package var offset: UInt64

    package init(file: String, offset: UInt64) {
        self.file = file
        self.offset = offset
    }

    package static func < (left: BinlogPosition, right: BinlogPosition) -> Bool {
        if left.file == right.file { return left.offset < right.offset }
        return left.file.utf8.count == right.file.utf8.count
            ? left.file < right.file : left.file.utf8.count < right.file.utf8.count
    }

    /// `FILE:OFFSET`, as `--start` and `--stop-at` take it.
    package var description: String { "\(file):\(offset)" }
}
