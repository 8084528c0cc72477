import Model

/// A hash of the values of the given columns of an image.
func keyHash(_ image: UInt32, _ ordinals: [Int], in batch: RowBatch) -> UInt64 {
    var hash: UInt64 = 0x9e37_79b9_7f4a_7c15
    for ordinal in ordinals {
        let slice = batch.slices[Int(image) + ordinal]
        hash = mix(hash ^ UInt64(slice.length))
        mixBytes(batch.bytes, slice.range, into: &hash)
    }
    return hash
}

/// Mixes bytes into a hash, eight at a time.
func mixBytes(_ bytes: [UInt8], _ range: Range<Int>, into hash: inout UInt64) {
    var place = range.lowerBound
    let end = range.upperBound
    while place < end {
        var word: UInt64 = 0
        let stop = min(place + 8, end)
        var shift: UInt64 = 0
        while place < stop {
            word |= UInt64(bytes[place]) << shift
            shift += 8
            place += 1
        }
        hash = mix(hash ^ word)
    }
}

/// Multiplies in 128 bits and folds the halves: each bit of the input reaches each bit of the output.
func mix(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: 0xa076_1d64_78bd_642f)
    return product.high ^ product.low
}

/// Whether two images hold the same bytes in the given columns, pair by pair.
func imagesEqual(
    _ left: UInt32, _ leftOrdinals: [Int], _ right: UInt32, _ rightOrdinals: [Int], in batch: RowBatch
) -> Bool {
    guard leftOrdinals.count == rightOrdinals.count else { return false }
    for place in leftOrdinals.indices {
        let a = batch.slices[Int(left) + leftOrdinals[place]]
        let b = batch.slices[Int(right) + rightOrdinals[place]]
        if !slicesEqual(a, b, in: batch.bytes) { return false }
    }
    return true
}

/// Whether two values hold the same bytes; NULL equals NULL.
func slicesEqual(_ left: ColumnSlice, _ right: ColumnSlice, in bytes: [UInt8]) -> Bool {
    guard left.length == right.length else { return false }
    guard left.hasBytes, left.offset != right.offset else { return true }
    var a = left.range.lowerBound
    var b = right.range.lowerBound
    let end = left.range.upperBound
    while a < end {
        if bytes[a] != bytes[b] { return false }
        a += 1
        b += 1
    }
    return true
}
