import Model

/// The payloads of the replication commands (MySQL internals manual, "Replication Protocol").
enum DumpCommand {
    /// `flags` of both commands.
    struct Flags: OptionSet {
        let rawValue: UInt16
        /// End at the end of the last file.
        static let nonBlocking = Flags(rawValue: 1)
        /// MySQL since 8.0.26: heartbeats with 64 bits of the position (`USE_HEARTBEAT_EVENT_V2` in
        /// `rpl_constants.h`). MariaDB has another meaning for this bit.
        static let heartbeatV2 = Flags(rawValue: 2)
        /// The set of GTIDs is what counts (`BINLOG_THROUGH_GTID`).
        static let byGTID = Flags(rawValue: 4)
    }

    /// COM_REGISTER_SLAVE: server id 4, host, user and password as 1-byte length and bytes, port 2, rank 4, source 4.
    static func register(serverID: UInt32) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: serverID)
        let host = Array("lutra".utf8)
        bytes.append(UInt8(host.count))
        bytes += host
        bytes += [0, 0]
        bytes.append(littleEndian: UInt16(0))
        bytes.append(littleEndian: UInt32(0))
        bytes.append(littleEndian: UInt32(0))
        return bytes
    }

    /// COM_BINLOG_DUMP: offset 4, flags 2, server id 4, file name to the end.
    static func dump(file: String, offset: UInt32, serverID: UInt32, _ flags: Flags) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: offset)
        bytes.append(littleEndian: flags.rawValue)
        bytes.append(littleEndian: serverID)
        bytes += Array(file.utf8)
        return bytes
    }

    /// COM_BINLOG_DUMP_GTID: flags 2, server id 4, length of file name 4, name, offset 8, length of the
    /// set 4, set.
    static func dump(after set: MySQLGTIDSet, serverID: UInt32, _ flags: Flags) -> [UInt8] {
        let encoded = set.encoded
        var bytes: [UInt8] = []
        bytes.append(littleEndian: flags.union(.byGTID).rawValue)
        bytes.append(littleEndian: serverID)
        bytes.append(littleEndian: UInt32(0))
        bytes.append(littleEndian: UInt64(4))
        bytes.append(littleEndian: UInt32(encoded.count))
        return bytes + encoded
    }
}

extension MySQLGTIDSet {
    /// The binary form of COM_BINLOG_DUMP_GTID and of PREVIOUS_GTIDS events: a count of sources, 8 bytes; for each
    /// its uuid, 16 bytes, a count of intervals, 8, and these: first and one past the last, 8 each.
    ///
    /// With tags (MySQL 8.3+) the count stands in bytes 1–6 between two format bytes of value 1, and each uuid is
    /// followed by the tag: its length times two (a variable-length integer), and its letters.
    package var encoded: [UInt8] {
        let sources = self.sources
        let isTagged = sources.contains { !$0.tag.isEmpty }
        var bytes: [UInt8] = []
        let count = UInt64(sources.count)
        bytes.append(littleEndian: isTagged ? 1 << 56 | count << 8 | 1 : count)
        for source in sources {
            bytes.append(littleEndian: source.high.byteSwapped)
            bytes.append(littleEndian: source.low.byteSwapped)
            if isTagged {
                bytes.append(UInt8(source.tag.utf8.count) << 1)
                bytes += Array(source.tag.utf8)
            }
            let ranges = self.ranges(of: source)
            bytes.append(littleEndian: UInt64(ranges.count))
            for range in ranges {
                bytes.append(littleEndian: range.lowerBound)
                bytes.append(littleEndian: range.upperBound + 1)
            }
        }
        return bytes
    }
}

extension [UInt8] {
    /// Appends the integer's bytes, lowest first.
    mutating func append<Integer: FixedWidthInteger>(littleEndian value: Integer) {
        for shift in stride(from: 0, to: Integer.bitWidth, by: 8) {
            append(UInt8(truncatingIfNeeded: value >> Integer(shift)))
        }
    }
}
