import Model

/// By what the rows of a target table depend on each other: rows that share the value of a key keep their order.
package struct ConflictKeys: Sendable {
    /// One unique key of the target.
    struct Key: Sendable {
        /// Tells its values from those of other keys and tables.
        let seed: UInt64
        let columns: [(ordinal: Int, normal: KeyNormal)]
    }

    let keys: [Key]
    /// What all rows of the table share when they must keep their order among each other, and with other tables' rows.
    let shared: [UInt64]
    /// Whether they must: there is no key, or one whose values a row image does not tell.
    let isSerial: Bool
    /// How values are laid out and hashed: rows of another layout cannot be compared with these.
    let layout: Int

    /// - Parameter orders: tables with a name in common here keep the order of their rows among each other.
    init(
        source: LoggedTable, target: TableDefinition, columns: [TablePlan.PlannedColumn], hasKey: Bool, orders: [String]
    ) {
        shared = (orders + ["table \(target.name)"]).map { Self.seed("order", $0) }
        var keys: [Key] = []
        var isKnown = orders.isEmpty && hasKey && !target.uniqueKeys.isEmpty
        var hasher = Hasher()
        for key in target.uniqueKeys {
            let parts = key.hasPrefixParts ? nil : Self.parts(of: key, source, target, columns)
            guard let parts else {
                isKnown = false
                continue
            }
            for part in parts {
                hasher.combine(source.columns[part.ordinal].type)
                hasher.combine(part.normal)
            }
            keys.append(Key(seed: Self.seed(key.name, "\(target.name)"), columns: parts))
        }
        self.keys = keys
        isSerial = !isKnown
        layout = hasher.finalize()
    }

    private static func parts(
        of key: KeyDefinition, _ source: LoggedTable, _ target: TableDefinition, _ columns: [TablePlan.PlannedColumn]
    ) -> [(ordinal: Int, normal: KeyNormal)]? {
        var parts: [(ordinal: Int, normal: KeyNormal)] = []
        for name in key.columns {
            guard let name, let planned = columns.first(where: { $0.name == name }),
                let place = target.ordinal(of: name),
                let normal = KeyNormal(source: source.columns[planned.ordinal], target: target.columns[place])
            else { return nil }
            parts.append((planned.ordinal, normal))
        }
        return parts
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
