import Model

/// QUERY: a statement with what is needed to run it again.
///
/// Post-header: thread 4, seconds 4, length of the schema 1, error 2, length of the status variables 2. Then the
/// variables, the schema and a zero byte, and the text.
package struct QueryEvent: Equatable, Sendable {
    package var schema: String
    package var sql: [UInt8]
    /// The error that the statement ended with on the source; 0 for none.
    package var errorCode: UInt16
    package var sqlMode: UInt64?
    /// Collation ids: `character_set_client`, `collation_connection`, `collation_server`.
    package var clientCollation: UInt16?
    package var connectionCollation: UInt16?
    package var serverCollation: UInt16?
    package var timeZone: String?
    /// Microseconds after the header's second.
    package var microseconds: UInt32 = 0

    /// `extra` is the length of what a derived event (EXECUTE_LOAD_QUERY: 13) adds to the post-header.
    package init(_ body: ByteCursor, extra: Int = 0, isCompressed: Bool = false, limit: Int) throws(EventFault) {
        var cursor = body
        try cursor.skip(8)
        let schemaLength = Int(try cursor.byte())
        errorCode = try cursor.uint16()
        let variablesLength = Int(try cursor.uint16())
        try cursor.skip(extra)
        let variables = try cursor.slice(variablesLength)
        schema = try cursor.text(schemaLength)
        try cursor.skip(1)
        if isCompressed {
            sql = []
            try inflateMariaDB(cursor, into: &sql, limit: limit)
        } else {
            sql = cursor.rest()
        }
        var status = variables
        // A variable that is unknown or cut ends the list; the statement itself is whole.
        while !status.isAtEnd { if (try? readVariable(&status)) != true { break } }
    }

    /// The statement's text alone, still compressed where it is; for the few texts that frame transactions.
    @inline(__always)
    static func text(_ body: ByteCursor, extra: Int) throws(EventFault) -> ByteCursor {
        let postHeader = 13
        guard body.remaining >= postHeader else { throw .truncated }
        let schemaLength = Int(body.byte(at: body.offset &+ 8))
        let variablesLength = Int(body.load(at: body.offset &+ 11, as: UInt16.self))
        var cursor = body
        // The schema ends with a zero byte. Sums of lengths of at most 16 bits, which cannot wrap.
        try cursor.skip(postHeader &+ extra &+ variablesLength &+ schemaLength &+ 1)
        return cursor
    }

    /// Reads one variable; false when it is unknown.
    private mutating func readVariable(_ cursor: inout ByteCursor) throws(EventFault) -> Bool {
        switch try cursor.byte() {
        case 0, 3, 10: try cursor.skip(4)
        case 1: sqlMode = try cursor.uint64()
        case 2: try cursor.skip(Int(try cursor.byte()) + 1)
        case 4:
            clientCollation = try cursor.uint16()
            connectionCollation = try cursor.uint16()
            serverCollation = try cursor.uint16()
        case 5: timeZone = try cursor.text(Int(try cursor.byte()))
        case 6: try cursor.skip(Int(try cursor.byte()))
        case 7, 8, 18: try cursor.skip(2)
        case 9, 17, 129: try cursor.skip(8)
        case 11:
            try cursor.skip(Int(try cursor.byte()))
            try cursor.skip(Int(try cursor.byte()))
        case 12:
            let count = try cursor.byte()
            if count == 254 { break }
            for _ in 0..<count { while try cursor.byte() != 0 {} }
        case 13, 128: microseconds = UInt32(try cursor.unsigned(bytes: 3))
        case 16, 19, 20: try cursor.skip(1)
        case 130: if try cursor.byte() & 12 != 0 { try cursor.skip(8) }
        case 131: try cursor.skip(4 * Int(try cursor.byte()))
        default: return false
        }
        return true
    }
}
