import Model

/// By what the rows of a target table depend on each other: rows that share the value of a key keep their order, and so
/// do a row and the one that it references.
package struct ConflictKeys: Sendable {
    /// One unique key of the target.
    struct Key: Sendable {
        /// Tells its values from those of other keys and tables.
        let seed: UInt64
        let columns: [(ordinal: Int, normal: KeyNormal)]
        /// How values are laid out and hashed: rows of another layout cannot be compared with these.
        let layout: Int
    }

    let keys: [Key]
    /// The unique keys of other tables, or of this one, whose values the rows reference.
    let references: [Key]
    /// Set where changes of some joined table's rows cascade: those rows have this value, and all rows of the joined
    /// tables reference it.
    let cascade: UInt64?
    let isCascadeParent: Bool
    /// What all rows of the table share when they must keep their order among each other, and with other tables' rows.
    let shared: [UInt64]
    /// Why they must; nil where the values of keys tell which rows depend on each other.
    let serialReason: String?
    var isSerial: Bool { serialReason != nil }

    init(
        source: LoggedTable, target: TableDefinition, columns: [TablePlan.PlannedColumn], hasKey: Bool,
        facts: TargetTableFacts
    ) {
        // What a trigger writes is not known.
        let others = facts.hasTriggers ? [Self.seed("order", "triggers")] : []
        let joined = facts.foreignKeys.map { [Self.seed("foreign keys", "\($0.group)")] } ?? []
        shared = joined + others + [Self.seed("table", "\(target.name)")]
        keys = target.uniqueKeys.compactMap { key in
            key.hasPrefixParts ? nil : Self.key(key, of: target.name, in: key.columns, source, target, columns)
        }
        let foreign = facts.foreignKeys?.references ?? []
        references = foreign.compactMap { Self.key($0.key, of: $0.parent, in: $0.columns, source, target, columns) }
        let cascades = facts.foreignKeys.flatMap { $0.hasCascades ? $0 : nil }
        cascade = cascades.map { Self.seed("cascade", "\($0.group)") }
        isCascadeParent = cascades?.isCascadeParent ?? false
        serialReason =
            if !hasKey {
                "it has no key"
            } else if facts.hasTriggers {
                "it has triggers on the target"
            } else if facts.allowsChange {
                "its keys may be changed by the target (errors.value: overwrite)"
            } else if let joined = facts.foreignKeys, joined.references == nil {
                "one of its foreign keys references no whole unique key"
            } else if keys.count < target.uniqueKeys.count || references.count < foreign.count {
                "values of one of its keys cannot be compared here"
            } else {
                nil
            }
    }

    /// The values of a key of `table` in columns of the target; nil where they cannot be compared.
    private static func key(
        _ key: KeyDefinition, of table: TableName, in names: [String?], _ source: LoggedTable,
        _ target: TableDefinition, _ columns: [TablePlan.PlannedColumn]
    ) -> Key? {
        var parts: [(ordinal: Int, normal: KeyNormal)] = []
        var hasher = Hasher()
        for name in names {
            guard let name, let planned = columns.first(where: { $0.name == name }),
                let place = target.ordinal(of: name),
                let normal = KeyNormal(source: source.columns[planned.ordinal], target: target.columns[place])
            else { return nil }
            parts.append((planned.ordinal, normal))
            hasher.combine(normal)
            if normal.dependsOnType { hasher.combine(source.columns[planned.ordinal].type) }
        }
        return Key(seed: seed(key.name, "\(table)"), columns: parts, layout: hasher.finalize())
    }

    private static func seed(_ first: String, _ second: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in first.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        hash = mix(hash)
        for byte in second.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return mix(hash)
    }

    /// What a key's values in an image hash to.
    enum Value {
        case hash(UInt64)
        /// NULL meets no other value.
        case null
        /// The image does not hold it.
        case absent
        /// How it compares is not known.
        case unclear
    }

    static func value(_ key: Key, _ image: UInt32, in batch: RowBatch) -> Value {
        var hash = key.seed
        for (ordinal, normal) in key.columns {
            let slice = batch.slices[Int(image) + ordinal]
            if slice.isAbsent { return .absent }
            if slice.isNull { return .null }
            if slice.isPartialJSON || !normal.mix(slice, of: batch.bytes, into: &hash) { return .unclear }
        }
        // 0 is kept free for "no value".
        return .hash(hash == 0 ? 1 : hash)
    }
}
