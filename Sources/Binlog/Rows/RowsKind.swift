import Model

/// What a rows event's type says of its layout.
struct RowsKind {
    var operation: RowOperation
    /// Version 2 has extra data in its post-header.
    var hasExtraData = false
    var isCompressed = false
    var isPartial = false
    /// Types 20 to 22, of MySQL 5.1 before 5.1.16: their bits for NULL lie as in that server's memory, which the log
    /// does not tell.
    var isBeforeRelease = false

    /// Nil when it is no rows event.
    @inline(__always)
    init?(_ type: EventType) {
        switch type.rawValue {
        case 20...22:
            operation = Self.operation(type.rawValue - 20)
            isBeforeRelease = true
        case 23...25: operation = Self.operation(type.rawValue - 23)
        case 30...32:
            operation = Self.operation(type.rawValue - 30)
            hasExtraData = true
        case 39:
            operation = .update
            hasExtraData = true
            isPartial = true
        case 166...168:
            operation = Self.operation(type.rawValue - 166)
            isCompressed = true
        case 169...171:
            operation = Self.operation(type.rawValue - 169)
            hasExtraData = true
            isCompressed = true
        default: return nil
        }
    }

    private static func operation(_ number: UInt8) -> RowOperation {
        number == 0 ? .insert : number == 1 ? .update : .delete
    }
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
