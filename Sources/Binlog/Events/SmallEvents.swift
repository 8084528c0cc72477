import Model

/// ROTATE: position 8, then the next file's name.
package struct RotateEvent: Equatable, Sendable {
    package var position: UInt64
    package var file: String

    package init(_ body: ByteCursor) throws(EventFault) {
        var cursor = body
        position = try cursor.uint64()
        guard position <= UInt64(Int64.max) else {
            throw EventFault(.binlogCorrupt, "the next file's position is out of range")
        }
        guard !cursor.isAtEnd else { throw .truncated }
        file = try cursor.text(cursor.remaining)
    }
}

/// HEARTBEAT (27: the file's name; the position is the header's) and HEARTBEAT_V2 (41: fields of type 1, packed
/// length, value; 1 is the file's name, 2 the packed position, 0 the end).
package struct HeartbeatEvent: Equatable, Sendable {
    package var file: String
    package var position: UInt64

    package init(_ body: ByteCursor, header: EventHeader) throws(EventFault) {
        var cursor = body
        file = ""
        position = UInt64(header.endPosition)
        guard header.type == .heartbeatV2 else {
            file = try cursor.text(cursor.remaining)
            return
        }
        while !cursor.isAtEnd {
            let type = try cursor.byte()
            if type == 0 { return }
            var value = try cursor.slice(try cursor.packedCount())
            switch type {
            case 1: file = try value.text(value.remaining)
            case 2: position = min(try value.packed(), UInt64(Int64.max))
            default: break
            }
        }
    }
}

/// INCIDENT: number 2, then a message with a length of 1 byte.
package struct IncidentEvent: Equatable, Sendable {
    package var number: UInt16
    package var message: String

    package init(_ body: ByteCursor) throws(EventFault) {
        var cursor = body
        number = try cursor.uint16()
        message = cursor.isAtEnd ? "" : try cursor.text(Int(try cursor.byte()))
    }
}

/// XA_PREPARE: one-phase flag 1, format id 4, lengths 4 and 4, then the identifiers.
package struct XAPrepareEvent: Equatable, Sendable {
    /// `XA COMMIT … ONE PHASE`: the transaction is committed here.
    package var isOnePhase: Bool
    package var xid: XAIdentifier

    package init(_ body: ByteCursor) throws(EventFault) {
        var cursor = body
        isOnePhase = try cursor.byte() != 0
        let format = try cursor.uint32()
        let lengths = (Int(try cursor.uint32()), Int(try cursor.uint32()))
        guard lengths.0 <= 64, lengths.1 <= 64 else {
            throw EventFault(.binlogCorrupt, "an XA transaction has an identifier of more than 64 bytes")
        }
        xid = XAIdentifier(
            transaction: try cursor.array(lengths.0), branch: try cursor.array(lengths.1), format: format)
    }
}
