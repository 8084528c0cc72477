/// The first 19 bytes of each event, little endian: when 4, type 1, server id 4, length 4, end position 4, flags 2.
package struct EventHeader: Equatable, Sendable {
    /// Computed, as the flags below: a stored constant is a call and a load.
    package static var size: Int { 19 }

    /// Where the fields stand that are read alone.
    static var typePlace: Int { 4 }
    static var lengthPlace: Int { 9 }
    static var endPlace: Int { 13 }
    static var flagsPlace: Int { 17 }

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
    package static var inUse: UInt16 { 0x1 }
    /// Made up by the server for a dump; not in the file.
    package static var artificial: UInt16 { 0x20 }
    /// Who does not know the type may skip the event.
    package static var ignorable: UInt16 { 0x80 }

    @inline(__always)
    package init(_ cursor: inout ByteCursor) throws(EventFault) {
        let start = cursor.offset
        try cursor.skip(Self.size)
        timestamp = cursor.load(at: start, as: UInt32.self)
        type = EventType(rawValue: cursor.byte(at: start + 4))
        server = cursor.load(at: start + 5, as: UInt32.self)
        length = cursor.load(at: start + 9, as: UInt32.self)
        endPosition = cursor.load(at: start + 13, as: UInt32.self)
        flags = cursor.load(at: start + 17, as: UInt16.self)
    }

    package var isArtificial: Bool { flags & Self.artificial != 0 || endPosition == 0 }
}
