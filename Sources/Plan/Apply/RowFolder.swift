package import Model

/// Folds the changes of each row of one target table within a batch into its net effect (the nine cases of otter.md
/// §4.1, with key changes followed through chains, swaps and cycles).
///
/// A row is followed by the bytes of its key from image to image: what one change leaves is what the next one finds,
/// byte for byte, so that no collation is needed here. Applying all deletes before all inserts then makes the order of
/// the net effects irrelevant: after the deletes only rows remain that keep their unique values, and the source held
/// all final values at once.
package struct RowFolder {
    /// What the batch did to one row.
    package struct Effect {
        /// The image before the batch, `Row.noImage` when the row did not exist.
        package var initial: UInt32
        /// The image after the batch, `Row.noImage` when the row is gone.
        package var final: UInt32
        /// The table plans (by number) that the images are laid out by; they differ where shards are merged.
        package var initialPlan: UInt32
        package var finalPlan: UInt32
        /// The image that the row had last, even when it is gone.
        package var last: UInt32
        /// The last row of the batch that changed it, for messages.
        package var row: UInt32
    }

    package private(set) var effects: [Effect] = []
    /// The ordinals of the key's columns by plan number.
    private let keys: [[Int]]
    /// Open addressing over `effects`, by the hash of a row's present key; a power of two in size.
    private var buckets: [Bucket]
    private var used = 0

    private struct Bucket {
        var hash: UInt64
        /// Index into `effects`, or one of the marks.
        var effect: UInt32
        static let empty = UInt32.max
        static let removed = UInt32.max - 1
    }

    package init(keys: [[Int]], expectedRows: Int) {
        self.keys = keys
        var size = 64
        while size < expectedRows * 2 { size <<= 1 }
        buckets = Array(repeating: Bucket(hash: 0, effect: Bucket.empty), count: size)
    }

    /// Takes in the next change, which is laid out by the plan of that number.
    package mutating func add(_ row: Row, index: UInt32, plan: UInt32, in batch: RowBatch) {
        switch row.operation {
        case .insert:
            let hash = keyHash(row.after, keys[Int(plan)], in: batch)
            if let found = find(hash, row.after, plan, in: batch) {
                set(found, final: row.after, plan: plan, row: index)
            } else {
                append(
                    Effect(
                        initial: Row.noImage, final: row.after, initialPlan: plan, finalPlan: plan, last: row.after,
                        row: index), hash: hash)
            }
        case .delete:
            let hash = keyHash(row.before, keys[Int(plan)], in: batch)
            if let found = find(hash, row.before, plan, in: batch) {
                effects[Int(buckets[found].effect)].final = Row.noImage
                effects[Int(buckets[found].effect)].row = index
            } else {
                append(
                    Effect(
                        initial: row.before, final: Row.noImage, initialPlan: plan, finalPlan: plan, last: row.before,
                        row: index), hash: hash)
            }
        case .update:
            update(row, index: index, plan: plan, in: batch)
        }
    }

    private mutating func update(_ row: Row, index: UInt32, plan: UInt32, in batch: RowBatch) {
        let key = keys[Int(plan)]
        let hash = keyHash(row.before, key, in: batch)
        let keepsKey = imagesEqual(row.before, key, row.after, key, in: batch)
        let number: UInt32
        if let found = find(hash, row.before, plan, in: batch) {
            set(found, final: row.after, plan: plan, row: index)
            guard !keepsKey else { return }
            number = buckets[found].effect
            buckets[found].effect = Bucket.removed
        } else {
            effects.append(
                Effect(
                    initial: row.before, final: row.after, initialPlan: plan, finalPlan: plan, last: row.after,
                    row: index))
            number = UInt32(effects.count - 1)
        }
        // The row sits at its new key now. What was deleted there before keeps its own effect in the list.
        let newHash = keepsKey ? hash : keyHash(row.after, key, in: batch)
        if let taken = findOther(than: number, newHash, row.after, plan, in: batch) {
            buckets[taken].effect = number
        } else {
            insert(number, hash: newHash)
        }
    }

    private mutating func set(_ bucket: Int, final image: UInt32, plan: UInt32, row: UInt32) {
        let number = Int(buckets[bucket].effect)
        effects[number].final = image
        effects[number].finalPlan = plan
        effects[number].last = image
        effects[number].row = row
    }

    private mutating func append(_ effect: Effect, hash: UInt64) {
        effects.append(effect)
        insert(UInt32(effects.count - 1), hash: hash)
    }

    private mutating func insert(_ number: UInt32, hash: UInt64) {
        if (used + 1) * 4 > buckets.count * 3 { grow() }
        var place = Int(truncatingIfNeeded: hash) & (buckets.count - 1)
        while buckets[place].effect != Bucket.empty { place = (place + 1) & (buckets.count - 1) }
        buckets[place] = Bucket(hash: hash, effect: number)
        used += 1
    }

    private mutating func grow() {
        let old = buckets
        buckets = Array(repeating: Bucket(hash: 0, effect: Bucket.empty), count: old.count * 2)
        used = 0
        for bucket in old where bucket.effect < Bucket.removed { insert(bucket.effect, hash: bucket.hash) }
    }

    private func find(_ hash: UInt64, _ image: UInt32, _ plan: UInt32, in batch: RowBatch) -> Int? {
        findOther(than: Bucket.empty, hash, image, plan, in: batch)
    }

    private func findOther(
        than number: UInt32, _ hash: UInt64, _ image: UInt32, _ plan: UInt32, in batch: RowBatch
    ) -> Int? {
        var place = Int(truncatingIfNeeded: hash) & (buckets.count - 1)
        while buckets[place].effect != Bucket.empty {
            let bucket = buckets[place]
            if bucket.effect < Bucket.removed, bucket.hash == hash, bucket.effect != number {
                let effect = effects[Int(bucket.effect)]
                if imagesEqual(effect.last, keys[Int(effect.finalPlan)], image, keys[Int(plan)], in: batch) {
                    return place
                }
            }
            place = (place + 1) & (buckets.count - 1)
        }
        return nil
    }
}
