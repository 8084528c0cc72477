package import Model

/// GTID_LIST (MariaDB): a count of 28 bits and 4 flags, then domain 4, server 4, sequence 8 for each.
package func readGTIDList(_ body: ByteCursor) throws(EventFault) -> MariaDBGTIDPosition {
    var cursor = body
    let count = Int(try cursor.uint32() & 0x0fff_ffff)
    guard count <= cursor.remaining / 16 else { throw .truncated }
    var position = MariaDBGTIDPosition()
    for _ in 0..<count {
        position.insert(
            MariaDBGTID(domain: try cursor.uint32(), server: try cursor.uint32(), sequence: try cursor.uint64()))
    }
    return position
}

/// PREVIOUS_GTIDS (MySQL): a count of 8 bytes, then for each source: uuid 16, [tag], count 8, and pairs of first and
/// one past the last number, 8 bytes each.
///
/// Since 8.3 a set with tags has the top byte of the count 1 and the count in the bytes between; each source then has
/// a tag with a length of variable size (`Gtid_set::encode` in the server's `sql/rpl_gtid_set.cc`).
package func readPreviousGTIDs(_ body: ByteCursor) throws(EventFault) -> MySQLGTIDSet {
    var cursor = body
    let head = try cursor.uint64()
    let isTagged = head >> 56 == 1
    let count = isTagged ? (head << 8) >> 16 : head
    guard count <= UInt64(cursor.remaining / 24) else { throw .truncated }
    var set = MySQLGTIDSet()
    for _ in 0..<count {
        var source = MySQLGTIDSource(
            high: try cursor.uint64BigEndian(), low: try cursor.uint64BigEndian())
        if isTagged { source.tag = try cursor.gtidTag() }
        let ranges = try cursor.uint64()
        guard ranges <= UInt64(cursor.remaining / 16) else { throw .truncated }
        for _ in 0..<ranges {
            let first = try cursor.uint64()
            let end = try cursor.uint64()
            guard first > 0, end > first else { throw EventFault(.binlogCorrupt, "a GTID interval is empty") }
            set.insert(source, first...end - 1)
        }
    }
    return set
}
