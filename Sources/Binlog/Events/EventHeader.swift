/// The first 19 bytes of each event, little endian: when 4, type 1, server id 4, length 4, end position 4, flags 2.
package struct EventHeader: Equatable, Sendable {
    package static let size = 19

    /// Seconds since 1970 UTC; 0 in events that the server makes up for a dump.
    package var timestamp: UInt32
    package var type: EventType
    package var server: UInt32
    /// Of the whole event with header and checksum.
    package var length: UInt32
    /// Low 32 bits of the offset where the next event starts; 0 in made-up events.
    package var endPosition: UInt32
    package var flags: UInt16

    /// The log is still open (in a FORMAT_DESCRIPTION event).
    package static let inUse: UInt16 = 0x1
    /// Made up by the server for a dump; not in the file.
    package static let artificial: UInt16 = 0x20
    /// Who does not know the type may skip the event.
    package static let ignorable: UInt16 = 0x80

    package init(_ cursor: inout ByteCursor) throws(EventFault) {
        timestamp = try cursor.uint32()
        type = EventType(rawValue: try cursor.byte())
        server = try cursor.uint32()
        length = try cursor.uint32()
        endPosition = try cursor.uint32()
        flags = try cursor.uint16()
    }

    package var isArtificial: Bool { flags & Self.artificial != 0 || endPosition == 0 }
}
