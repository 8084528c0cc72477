import CMariaDB
import Glibc

/// A prepared statement of MariaDB that takes many rows at once (COM_STMT_BULK_EXECUTE): id, k and two texts.
final class ArrayBound {
    private struct Failure: Error { let text: String }
    private static let textBytes = 128

    private let handle: UnsafeMutablePointer<MYSQL>
    private let statement: UnsafeMutablePointer<MYSQL_STMT>
    private let rowsMax: Int
    /// By row: the numbers, the texts' bytes, pointers to them, and their lengths.
    private let numbers: [UnsafeMutablePointer<Int32>]
    private let bytes: [UnsafeMutablePointer<CChar>]
    private let texts: [UnsafeMutablePointer<UnsafeMutablePointer<CChar>>]
    private let lengths: [UnsafeMutablePointer<UInt>]
    private var binds: [MYSQL_BIND] = []

    /// - Parameter textCount: how many texts follow the two numbers, 0 to 2.
    init(port: UInt16, sql: String, rowsMax: Int, textCount: Int) throws {
        guard let handle = mysql_init(nil),
            mysql_real_connect(handle, "127.0.0.1", "lutra", "lutra", nil, UInt32(port), nil, 0) != nil,
            let statement = mysql_stmt_init(handle)
        else { throw Failure(text: "no connection for array-bound statements") }
        self.handle = handle
        self.statement = statement
        self.rowsMax = rowsMax
        numbers = (0..<2).map { _ in .allocate(capacity: rowsMax) }
        bytes = (0..<textCount).map { _ in .allocate(capacity: rowsMax * Self.textBytes) }
        texts = (0..<textCount).map { _ in .allocate(capacity: rowsMax) }
        lengths = (0..<textCount).map { _ in .allocate(capacity: rowsMax) }
        for column in numbers {
            var bind = MYSQL_BIND()
            bind.buffer_type = MYSQL_TYPE_LONG
            bind.buffer = UnsafeMutableRawPointer(column)
            binds.append(bind)
        }
        for column in texts.indices {
            var bind = MYSQL_BIND()
            bind.buffer_type = MYSQL_TYPE_STRING
            bind.buffer = UnsafeMutableRawPointer(texts[column])
            bind.length = lengths[column]
            binds.append(bind)
            for row in 0..<rowsMax { texts[column][row] = bytes[column] + row * Self.textBytes }
        }
        try check(mysql_stmt_prepare(statement, sql, UInt(sql.utf8.count)) == 0)
        try check(mysql_autocommit(handle, 0) == 0)
    }

    deinit {
        mysql_stmt_close(statement)
        mysql_close(handle)
        numbers.forEach { $0.deallocate() }
        bytes.forEach { $0.deallocate() }
        texts.forEach { $0.deallocate() }
        lengths.forEach { $0.deallocate() }
    }

    /// The rows in pieces, and a commit.
    func run(_ order: ArraySlice<Int>) throws {
        var rest = order
        while !rest.isEmpty {
            try execute(rest.prefix(rowsMax))
            rest = rest.dropFirst(rowsMax)
        }
        try check(mysql_commit(handle) == 0)
    }

    private func execute(_ order: ArraySlice<Int>) throws {
        for (row, number) in order.enumerated() {
            numbers[0][row] = Int32(number)
            numbers[1][row] = Int32(Variant.k(number, 1))
            for column in texts.indices {
                let text = column == 0 ? Variant.long(number, 1) : Variant.short(number)
                strcpy(texts[column][row], text)
                lengths[column][row] = UInt(text.utf8.count)
            }
        }
        var size = UInt32(order.count)
        mysql_stmt_attr_set(statement, STMT_ATTR_ARRAY_SIZE, &size)
        try check(mysql_stmt_bind_param(statement, &binds) == 0)
        try check(mysql_stmt_execute(statement) == 0)
    }

    private func check(_ isGood: Bool) throws {
        guard !isGood else { return }
        throw Failure(text: String(cString: mysql_error(handle)) + " " + String(cString: mysql_stmt_error(statement)))
    }
}
