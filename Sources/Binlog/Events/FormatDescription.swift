import Model

/// How the events of one log file are written (FORMAT_DESCRIPTION event).
///
/// Body: binlog version 2, server version 50 (zero padded), created 4, header length 1, then one byte per event type
/// with the length of its post-header, then, since MySQL 5.6.1 and MariaDB 5.3, the checksum algorithm 1 and a CRC 4.
package struct FormatDescription: Equatable, Sendable {
    package enum Checksum: UInt8, Sendable { case none = 0, crc32 = 1 }

    package var serverVersion: String
    package var checksum: Checksum
    /// Length of the post-header by event type - 1.
    package let postHeaderLengths: [UInt8]
    /// Whether table maps may have optional metadata: MySQL since 8.0.1, MariaDB since 10.5, and what tells no version.
    package let hasTableMetadata: Bool
    /// By event type below 64, a bit for those whose table ids have 4 bytes instead of 6 (a post-header of 6).
    private let shortIDs: UInt64

    /// What is assumed before the first FORMAT_DESCRIPTION event.
    package init() {
        serverVersion = ""
        checksum = .none
        postHeaderLengths = []
        hasTableMetadata = true
        shortIDs = 0
    }

    /// Reads the body (with algorithm and CRC, where they are).
    package init(_ body: ByteCursor) throws(EventFault) {
        var cursor = body
        let version = try cursor.uint16()
        guard version == 4 else {
            throw EventFault(.binlogUnsupported, "the log has format version \(version); only 4 is known")
        }
        let name = try cursor.array(50)
        serverVersion = String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
        try cursor.skip(4)
        guard try cursor.byte() == UInt8(EventHeader.size) else {
            throw EventFault(.binlogUnsupported, "the log's event headers are not 19 bytes long")
        }
        let number = Self.versionNumber(serverVersion)
        hasTableMetadata = number == 0 || number >= (serverVersion.contains("MariaDB") ? 100_500 : 80_001)
        checksum = .none
        if Self.hasChecksumField(serverVersion) {
            guard cursor.remaining >= 5 else { throw .truncated }
            let algorithm = cursor.byte(at: cursor.end - 5)
            guard let known = Checksum(rawValue: algorithm == 255 ? 0 : algorithm) else {
                throw EventFault(.binlogUnsupported, "the log uses an unknown checksum algorithm, number \(algorithm)")
            }
            checksum = known
            cursor = cursor.dropLast(5)
        }
        postHeaderLengths = cursor.rest()
        shortIDs = Self.shortIDs(postHeaderLengths)
    }

    /// Bytes of the table id in a table map or rows event.
    @inline(__always)
    func tableIDBytes(_ type: EventType) -> Int {
        type.rawValue < 64 && shortIDs >> UInt64(type.rawValue) & 1 != 0 ? 4 : 6
    }

    private static func shortIDs(_ postHeaderLengths: [UInt8]) -> UInt64 {
        var bits: UInt64 = 0
        for (index, length) in postHeaderLengths.prefix(63).enumerated() where length == 6 {
            bits |= 2 << UInt64(index)
        }
        return bits
    }

    /// MySQL since 5.6.1, MariaDB since 5.3.
    static func hasChecksumField(_ version: String) -> Bool {
        let number = versionNumber(version)
        return number >= 50_601 || (version.contains("MariaDB") && number >= 50_300)
    }

    /// `10.11.19-MariaDB` is 101119; 0 where it is no version. Parts over 99 count as 99.
    static func versionNumber(_ version: String) -> Int {
        let numbers = version.split(whereSeparator: { !$0.isNumber }).prefix(3).map { min(Int($0) ?? 0, 99) }
        guard numbers.count == 3 else { return 0 }
        return numbers[0] * 10_000 + numbers[1] * 100 + numbers[2]
    }
}
