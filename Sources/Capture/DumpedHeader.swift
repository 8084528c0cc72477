import Model
import MySQLClient

/// The 19 bytes before every event: seconds 4, type 1, server id 4, length 4, end offset 4, flags 2, little endian
/// (MySQL internals manual, "Binlog Event Header"). For searching a log; decoding proper is in `Binlog`.
package struct DumpedHeader {
    enum EventType: UInt8 {
        case query = 2, rotate = 4, formatDescription = 15, xid = 16, heartbeat = 27
        case gtid = 33, anonymousGTID = 34, previousGTIDs = 35, heartbeatV2 = 41, gtidTagged = 42
        case mariadbCheckpoint = 161, mariadbGTID = 162, mariadbGTIDList = 163
        case other = 0
    }

    let seconds: UInt32
    let type: EventType
    let length: UInt32
    /// Where the next event starts; 0 in an artificial event.
    let end: UInt64
    /// Made up by the server for a dump.
    let isArtificial: Bool
    static let artificial: UInt16 = 0x20

    var start: UInt64 { end >= UInt64(length) ? end - UInt64(length) : 0 }

    /// Nil when there are fewer bytes than a header.
    init?(_ event: UnsafeRawBufferPointer) {
        guard event.count >= 19 else { return nil }
        seconds = UInt32(littleEndian: event.loadUnaligned(fromByteOffset: 0, as: UInt32.self))
        type = EventType(rawValue: event[4]) ?? .other
        length = UInt32(littleEndian: event.loadUnaligned(fromByteOffset: 9, as: UInt32.self))
        end = UInt64(UInt32(littleEndian: event.loadUnaligned(fromByteOffset: 13, as: UInt32.self)))
        let flags = UInt16(littleEndian: event.loadUnaligned(fromByteOffset: 17, as: UInt16.self))
        isArtificial = flags & Self.artificial != 0
    }

    /// Where the next event starts: the header holds 32 bits of it, and files may be longer.
    func end(after offset: UInt64) -> UInt64 {
        let near = (offset & ~0xffff_ffff) | end
        return near < offset ? near + (1 << 32) : near
    }

    var startsTransaction: Bool {
        switch type {
        case .gtid, .anonymousGTID, .gtidTagged, .mariadbGTID: true
        default: false
        }
    }

    /// Whether the event belongs to a transaction, its GTID included, and not to the file's frame.
    var isTransactionPart: Bool {
        switch type {
        case .rotate, .formatDescription, .heartbeat, .heartbeatV2, .previousGTIDs, .mariadbCheckpoint,
            .mariadbGTIDList:
            false
        case .query, .xid, .gtid, .anonymousGTID, .gtidTagged, .mariadbGTID, .other: true
        }
    }

    /// The file that a ROTATE event names: offset 8 bytes, then the name, then perhaps a checksum of 4 bytes, which
    /// the event itself does not tell. The name is the current one (at the start of a dump) or the next number.
    package static func file(ofRotate event: UnsafeRawBufferPointer, current: String) -> String? {
        guard event.count > 27 else { return nil }
        let name = event[27...]
        for candidate in [next(after: current), current].compactMap({ $0 }) where name.starts(with: candidate.utf8) {
            return candidate
        }
        // Another base name: the server was restarted with another setting. Names end in digits behind a dot.
        let plain = name.prefix { $0 != UInt8(ascii: ".") }
        let digits = name[plain.endIndex...].dropFirst().prefix { (48...57).contains($0) }
        return digits.isEmpty ? nil : String(decoding: name[..<digits.endIndex], as: UTF8.self)
    }

    /// `binlog.000009` → `binlog.000010`, `binlog.999999` → `binlog.1000000`.
    package static func next(after file: String) -> String? {
        guard let dot = file.lastIndex(of: "."), let number = UInt64(file[file.index(after: dot)...]) else {
            return nil
        }
        let digits = String(number + 1)
        let width = file.distance(from: dot, to: file.endIndex) - 1
        return file[...dot] + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// Where a search in a log is. Headers hold 32 bits of the position; files may be longer.
struct DumpedPlace {
    /// The event that was read last.
    private(set) var start: BinlogPosition
    /// What comes after it.
    private(set) var end: BinlogPosition

    init(_ begin: BinlogPosition) {
        start = begin
        end = begin
    }

    /// Moves behind an event; false for one that takes no place in the file, or that begins another file.
    mutating func advance(_ header: DumpedHeader, _ event: UnsafeRawBufferPointer) -> Bool {
        if header.type == .rotate {
            let file = DumpedHeader.file(ofRotate: event, current: end.file) ?? end.file
            // A dump begins with a ROTATE to the place where it was asked to begin.
            if file != end.file || !header.isArtificial { end = BinlogPosition(file: file, offset: 4) }
            return false
        }
        guard header.end > 0, !header.isArtificial, header.type != .heartbeat, header.type != .heartbeatV2 else {
            return false
        }
        let offset = header.end(after: end.offset)
        start = BinlogPosition(file: end.file, offset: offset - min(offset, UInt64(header.length)))
        end.offset = offset
        return header.type != .formatDescription
    }
}

extension BinlogPosition {
    /// Whether it lies before everything that is left of the same series of files.
    func isPurged(oldest: BinlogFile) -> Bool {
        func base(_ name: String) -> Substring { name[..<(name.lastIndex(of: ".") ?? name.endIndex)] }
        return base(file) == base(oldest.name) && self < BinlogPosition(file: oldest.name, offset: 4)
    }
}
