import Model

/// What a rows event's type says of its layout. One byte, that it is passed on in a register.
struct RowsKind {
    private let bits: UInt8

    private static var extra: UInt8 { 4 }
    private static var compressed: UInt8 { 8 }
    private static var partial: UInt8 { 16 }
    private static var beforeRelease: UInt8 { 32 }

    /// Nil when it is no rows event.
    @inline(__always)
    init?(_ type: EventType) {
        let operation: UInt8
        let form: UInt8
        switch type.rawValue {
        case 30...32: (operation, form) = (type.rawValue &- 30, Self.extra)
        case 23...25: (operation, form) = (type.rawValue &- 23, 0)
        case 20...22: (operation, form) = (type.rawValue &- 20, Self.beforeRelease)
        case 39: (operation, form) = (1, Self.extra | Self.partial)
        case 166...168: (operation, form) = (type.rawValue &- 166, Self.compressed)
        case 169...171: (operation, form) = (type.rawValue &- 169, Self.extra | Self.compressed)
        default: return nil
        }
        bits = operation | form
    }

    private init(bits: UInt8) { self.bits = bits }

    /// The same once its rows are unpacked.
    var uncompressed: RowsKind { RowsKind(bits: bits & ~Self.compressed) }

    @inline(__always)
    var operation: RowOperation { RowOperation(rawValue: bits & 3) ?? .delete }
    /// Version 2 has extra data in its post-header.
    var hasExtraData: Bool { bits & Self.extra != 0 }
    /// Whether the rows stand as they are, in a layout that the log tells.
    var isPlain: Bool { bits & (Self.compressed | Self.beforeRelease) == 0 }
    var isCompressed: Bool { bits & Self.compressed != 0 }
    var isPartial: Bool { bits & Self.partial != 0 }
    /// Types 20 to 22, of MySQL 5.1 before 5.1.16: their bits for NULL lie as in that server's memory, which the log
    /// does not tell.
    var isBeforeRelease: Bool { bits & Self.beforeRelease != 0 }
}

/// Flags of a rows event's post-header.
struct RowsEventFlags: OptionSet {
    let rawValue: UInt16
    static let endOfStatement = RowsEventFlags(rawValue: 0x1)
    static let noForeignKeyChecks = RowsEventFlags(rawValue: 0x2)
    static let relaxedUniqueChecks = RowsEventFlags(rawValue: 0x4)
    /// MySQL since 9.6: the log also has what cascades did (mysqlbinlog: USE_SQL_FOREIGN_KEY_F).
    static let sqlForeignKeys = RowsEventFlags(rawValue: 0x10)

    @inline(__always)
    var rowFlags: RowFlags {
        // In raw values: array literals of option sets, the empty one included, are built at run time.
        var flags = RowFlags(rawValue: 0)
        let foreignKeys = Self.noForeignKeyChecks.rawValue | Self.sqlForeignKeys.rawValue
        if rawValue & foreignKeys != 0 { flags.insert(.foreignKeysOff) }
        if contains(.relaxedUniqueChecks) { flags.insert(.uniqueChecksOff) }
        return flags
    }
}
