import Binlog
import Model

/// Little endian bytes of a number.
func little(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
func little(_ value: Int, _ count: Int) -> [UInt8] { little(UInt64(value), count) }

/// Bytes of hexadecimal digits; spaces are for the reader.
func hex(_ text: String) -> [UInt8] {
    let digits = text.filter { !$0.isWhitespace }.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

func hexText(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// One event and the place in its file where it starts.
struct BuiltEvent {
    var bytes: [UInt8]
    var start: BinlogPosition
    var type: UInt8 { bytes[4] }
}

/// Writes a binlog event by event, as a server would send it.
struct LogBuilder {
    var events: [BuiltEvent] = []
    var file = "binlog.000001"
    var offset: UInt64 = 4
    var hasChecksums = true
    var serverVersion = "8.0.36"
    static let uuid = (high: UInt64(0x1111_2222_3333_4444), low: UInt64(0x5555_6666_7777_8888))
    static let time: UInt32 = 1_700_000_000

    /// The bytes of one event. An artificial one has the end position 0.
    func event(_ type: EventType, _ body: [UInt8], flags: UInt16 = 0, end: UInt64, checksum: Bool) -> [UInt8] {
        var bytes = little(Int(Self.time), 4) + [type.rawValue] + little(7, 4)
        bytes += little(EventHeader.size + body.count + (checksum ? 4 : 0), 4) + little(end & 0xffff_ffff, 4)
        bytes += little(Int(flags), 2) + body
        if checksum { bytes += little(Int(checksumOf(bytes)), 4) }
        return bytes
    }

    mutating func add(_ type: EventType, _ body: [UInt8], flags: UInt16 = 0) {
        let length = UInt64(EventHeader.size + body.count + (hasChecksums ? 4 : 0))
        let bytes = event(type, body, flags: flags, end: offset + length, checksum: hasChecksums)
        events.append(BuiltEvent(bytes: bytes, start: BinlogPosition(file: file, offset: offset)))
        offset += length
    }

    /// An event that the server makes up for the dump.
    mutating func addArtificial(_ type: EventType, _ body: [UInt8], checksum: Bool? = nil, end: UInt64 = 0) {
        let bytes = event(type, body, flags: 0x20, end: end, checksum: checksum ?? hasChecksums)
        events.append(BuiltEvent(bytes: bytes, start: BinlogPosition(file: file, offset: offset)))
    }

    /// An event of a real server at this place.
    mutating func addReal(_ bytes: [UInt8]) {
        var copy = bytes
        copy.replaceSubrange(13..<17, with: little(offset + UInt64(bytes.count), 4))
        events.append(BuiltEvent(bytes: copy.withChecksum, start: BinlogPosition(file: file, offset: offset)))
        offset += UInt64(bytes.count)
    }

    static func rotateBody(_ file: String, _ position: UInt64 = 4) -> [UInt8] { little(position, 8) + Array(file.utf8) }

    /// FORMAT_DESCRIPTION always has the checksum's field.
    var formatBody: [UInt8] {
        var body = little(4, 2) + Array(serverVersion.utf8)
        body += Array(repeating: 0, count: 52 - body.count) + little(0, 4) + [19]
        // Post-header lengths: 8 for table maps (19), 8 and 10 for rows.
        var lengths = Array(repeating: UInt8(0), count: 42)
        for type in [19, 23, 24, 25] { lengths[type - 1] = 8 }
        for type in [30, 31, 32, 39] { lengths[type - 1] = 10 }
        return body + lengths + [hasChecksums ? 1 : 0]
    }

    mutating func format() {
        let body = formatBody
        let length = UInt64(EventHeader.size + body.count + 4)
        let bytes = event(.formatDescription, body, end: offset + length, checksum: true)
        events.append(BuiltEvent(bytes: bytes, start: BinlogPosition(file: file, offset: offset)))
        offset += length
    }

    /// The real ROTATE at the end of a file, and what a dump sends at the start of the next one.
    mutating func nextFile(_ name: String, isCrash: Bool = false) {
        if !isCrash { add(.rotate, Self.rotateBody(name)) }
        file = name
        offset = 4
        addArtificial(.rotate, Self.rotateBody(name))
        format()
    }

    mutating func gtid(_ number: UInt64, isAnonymous: Bool = false) {
        var body: [UInt8] = [0] + little(Self.uuid.high.byteSwapped, 8) + little(Self.uuid.low.byteSwapped, 8)
        body += little(number, 8) + [2] + little(0, 16)
        // Commit times: the original differs from the immediate one.
        body += little(1 << 55 | 1_700_000_000_000_009, 7) + little(1_700_000_000_000_000 + number, 7)
        add(isAnonymous ? .anonymousGTID : .gtid, body)
    }

    mutating func mariadbGTID(_ sequence: UInt64, flags: UInt8 = 0, domain: UInt32 = 0) {
        add(
            .mariadbGTID,
            little(sequence, 8) + little(Int(domain), 4) + [flags]
                + Array(repeating: 0, count: flags & 2 != 0 ? 8 : 6), flags: 8)
    }

    static func queryBody(_ sql: String, schema: String = "t") -> [UInt8] {
        // Status variables: flags2, sql_mode, microseconds.
        let variables: [UInt8] = [0] + little(0, 4) + [1] + little(0x4000, 8) + [128] + little(7, 3)
        let head: [UInt8] = little(1, 4) + little(0, 4) + [UInt8(schema.utf8.count)] + little(0, 2)
        return head + little(variables.count, 2) + variables + Array(schema.utf8) + [0] + Array(sql.utf8)
    }

    mutating func query(_ sql: String, schema: String = "t") { add(.query, Self.queryBody(sql, schema: schema)) }
    mutating func xid() { add(.xid, little(1, 8)) }

    /// A table of two columns: `a INT, b VARCHAR(10)`.
    static func tableMapBody(_ id: Int, _ name: String, schema: String = "t") -> [UInt8] {
        var body: [UInt8] = little(id, 6) + little(1, 2) + [UInt8(schema.utf8.count)]
        body += Array(schema.utf8) + [0, UInt8(name.utf8.count)]
        return body + Array(name.utf8) + [0, 2, 3, 15, 2, 10, 0, 3]
    }

    mutating func tableMap(_ id: Int, _ name: String) { add(.tableMap, Self.tableMapBody(id, name)) }

    static func image(_ a: Int, _ b: String) -> [UInt8] {
        [0] + little(a, 4) + [UInt8(b.utf8.count)] + Array(b.utf8)
    }

    static func rowsBody(_ id: Int, _ images: [[UInt8]], version: Int = 2, isUpdate: Bool = false) -> [UInt8] {
        var body = little(id, 6) + little(1, 2)
        if version == 2 { body += little(2, 2) }
        return body + [2, 3] + (isUpdate ? [3] : []) + images.flatMap { $0 }
    }

    /// INSERT of rows whose `a` are these numbers.
    mutating func insert(_ id: Int, _ values: [Int], version: Int = 2) {
        let images = values.map { Self.image($0, "v\($0)") }
        add(version == 2 ? .writeRows : .writeRowsV1, Self.rowsBody(id, images, version: version))
    }
}

private func checksumOf(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBytes { crc32(ByteCursor($0)) }
}

extension LogBuilder {
    /// FORMAT_DESCRIPTION of a server before 5.6.1, without the checksum's field.
    mutating func addOldFormat() {
        var body = little(4, 2) + Array(serverVersion.utf8)
        body += Array(repeating: 0, count: 52 - body.count) + little(0, 4) + [19] + Array(repeating: 0, count: 27)
        add(.formatDescription, body)
    }
}

extension [UInt8] {
    /// The event with the CRC that fits its bytes.
    var withChecksum: [UInt8] {
        guard count >= 4 else { return self }
        return dropLast(4) + little(Int(checksumOf(Array(dropLast(4)))), 4)
    }
}
