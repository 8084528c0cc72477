package import Model

/// What starts a transaction, in one form for MySQL (33, 34, 42) and MariaDB (162).
package struct GTIDEvent: Equatable, Sendable {
    /// Nil in ANONYMOUS_GTID.
    package var gtid: GTID?
    /// Commit on the first server, microseconds since 1970 UTC; 0 where the event does not say.
    package var originalCommitMicroseconds: Int64 = 0
    /// Commit on the server that wrote this log.
    package var immediateCommitMicroseconds: Int64 = 0
    package var mariadb = MariaDBFlags(rawValue: 0)
    package var mariadbExtra = MariaDBExtraFlags(rawValue: 0)

    /// `flags2` of MariaDB's event.
    package struct MariaDBFlags: OptionSet, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        /// One event follows, without an end of its own.
        package static let standalone = MariaDBFlags(rawValue: 1)
        package static let groupCommitID = MariaDBFlags(rawValue: 2)
        package static let transactional = MariaDBFlags(rawValue: 4)
        package static let allowParallel = MariaDBFlags(rawValue: 8)
        package static let waited = MariaDBFlags(rawValue: 16)
        package static let ddl = MariaDBFlags(rawValue: 32)
        package static let preparedXA = MariaDBFlags(rawValue: 64)
        package static let completedXA = MariaDBFlags(rawValue: 128)
    }

    /// `flags_extra` of MariaDB's event (since 10.8).
    package struct MariaDBExtraFlags: OptionSet, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static let multiEngine = MariaDBExtraFlags(rawValue: 1)
        /// ALTER in two phases: has begun; nothing changes yet.
        package static let startAlter = MariaDBExtraFlags(rawValue: 2)
        package static let commitAlter = MariaDBExtraFlags(rawValue: 4)
        package static let rollbackAlter = MariaDBExtraFlags(rawValue: 8)
    }

    private init() {}

    @inline(__always)
    package static func read(_ body: ByteCursor, header: EventHeader) throws(EventFault) -> GTIDEvent {
        switch header.type {
        case .mariadbGTID: try mariadb(body, server: header.server)
        case .gtidTagged: try tagged(body)
        default: try mysql(body, isAnonymous: header.type == .anonymousGTID)
        }
    }

    /// Flags 1, uuid 16 (big endian), number 8; then, as far as the server's version writes them: 2, last committed 8,
    /// sequence number 8; commit time 7 with bit 55 set where the original's 7 follow. Behind it come the transaction's
    /// length and server versions.
    @inline(__always)
    private static func mysql(_ body: ByteCursor, isAnonymous: Bool) throws(EventFault) -> GTIDEvent {
        var cursor = body
        var event = GTIDEvent()
        try cursor.skip(1)
        let source = MySQLGTIDSource(
            high: try cursor.uint64BigEndian(), low: try cursor.uint64BigEndian())
        let number = try cursor.uint64()
        if !isAnonymous { event.gtid = .mysql(source, number: try checked(number)) }
        guard cursor.remaining >= 17, try cursor.byte() == 2 else { return event }
        try cursor.skip(16)
        guard cursor.remaining >= 7 else { return event }
        try event.readCommitTimes(&cursor)
        return event
    }

    @inline(__always)
    private mutating func readCommitTimes(_ cursor: inout ByteCursor) throws(EventFault) {
        let mark: UInt64 = 1 << 55
        let immediate = try cursor.unsigned(bytes: 7)
        immediateCommitMicroseconds = Int64(immediate & ~mark)
        originalCommitMicroseconds = immediateCommitMicroseconds
        if immediate & mark != 0 { originalCommitMicroseconds = Int64(try cursor.unsigned(bytes: 7)) }
    }

    /// Sequence 8, domain 4, flags 1; group commit id 8 or XA identifier by flags; extra flags 1 where present.
    @inline(__always)
    private static func mariadb(_ body: ByteCursor, server: UInt32) throws(EventFault) -> GTIDEvent {
        var cursor = body
        var event = GTIDEvent()
        let sequence = try cursor.uint64()
        let domain = try cursor.uint32()
        event.gtid = .mariadb(MariaDBGTID(domain: domain, server: server, sequence: sequence))
        event.mariadb = MariaDBFlags(rawValue: try cursor.byte())
        // The group's number, which nobody needs.
        if event.mariadb.contains(.groupCommitID) { try cursor.skip(8) }
        if event.mariadb.rawValue & (MariaDBFlags.preparedXA.rawValue | MariaDBFlags.completedXA.rawValue) != 0 {
            try cursor.skip(4)
            let lengths = Int(try cursor.byte()) + Int(try cursor.byte())
            try cursor.skip(lengths)
        }
        // Zero where the event is padded to its least length.
        if !cursor.isAtEnd { event.mariadbExtra = MariaDBExtraFlags(rawValue: try cursor.byte()) }
        return event
    }

    /// The field format of MySQL 8.3: version, size, last field that must be known, then pairs of field number and
    /// value. All numbers have variable length.
    private static func tagged(_ body: ByteCursor) throws(EventFault) -> GTIDEvent {
        var cursor = body
        var event = GTIDEvent()
        var source = MySQLGTIDSource(high: 0, low: 0)
        var number: UInt64 = 0
        var original: UInt64?
        let version = try cursor.variableUnsigned()
        _ = try cursor.variableUnsigned()
        guard version == 1, try cursor.variableUnsigned() <= 11 else {
            throw EventFault(.binlogUnsupported, "a GTID has fields that are not known")
        }
        fields: while !cursor.isAtEnd {
            switch try cursor.variableUnsigned() {
            case 0: _ = try cursor.variableUnsigned()
            case 1:
                for _ in 0..<8 { source.high = source.high << 8 | (try cursor.variableUnsigned() & 0xff) }
                for _ in 0..<8 { source.low = source.low << 8 | (try cursor.variableUnsigned() & 0xff) }
            case 2: number = try cursor.variableSigned()
            case 3: source.tag = try cursor.gtidTag()
            case 4, 5: _ = try cursor.variableSigned()
            case 6: event.immediateCommitMicroseconds = Int64(clamping: try cursor.variableUnsigned())
            case 7: original = try cursor.variableUnsigned()
            case 8...11: _ = try cursor.variableUnsigned()
            default: break fields
            }
        }
        event.originalCommitMicroseconds = original.map(Int64.init(clamping:)) ?? event.immediateCommitMicroseconds
        event.gtid = .mysql(source, number: try checked(number))
        return event
    }

    private static func checked(_ number: UInt64) throws(EventFault) -> UInt64 {
        guard number > 0, number < UInt64(Int64.max) else {
            throw EventFault(.binlogCorrupt, "a GTID has a number out of range")
        }
        return number
    }
}

extension ByteCursor {
    /// A number of 1 to 9 bytes, little endian: as many low bits of the first byte are set as bytes follow it, then a
    /// clear bit, then the number.
    mutating func variableUnsigned() throws(EventFault) -> UInt64 {
        let first = try byte()
        let extra = (~first).trailingZeroBitCount
        if extra >= 8 { return try uint64() }
        let high = try unsigned(bytes: extra)
        let low = UInt64(first) >> UInt64(extra + 1)
        return extra == 7 ? high : low | high << UInt64(7 - extra)
    }

    /// A tag: its length and at most 32 letters, digits and underscores. Empty without one.
    mutating func gtidTag() throws(EventFault) -> String {
        let bytes = try array(Int(clamping: try variableUnsigned()))
        let isTag = bytes.allSatisfy { $0 == 95 || (48...57).contains($0) || (97...122).contains($0) }
        guard isTag, bytes.count <= 32, bytes.first.map({ (48...57).contains($0) }) != true else {
            throw EventFault(.binlogCorrupt, "a GTID's tag is no name")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A signed number that is not negative: its lowest bit is the sign.
    mutating func variableSigned() throws(EventFault) -> UInt64 { try variableUnsigned() >> 1 }
}
