/// One object or array of MySQL's binary JSON, its extent checked once.
///
/// Layout (MySQL source, `json_binary.h`): element count, size in bytes, then for objects a key entry each (offset,
/// 2 bytes of length), then a value entry each (type, offset or the value itself), then keys and values. Counts,
/// sizes and offsets take 2 bytes, in a large container 4; offsets count from the container's start.
struct JSONContainer {
    let isObject: Bool
    let count: Int
    private let start: Int
    private let end: Int
    private let width: Int

    /// - Parameter range: where the container may lie, from its element count on.
    init(type: UInt8, in bytes: [UInt8], range: Range<Int>) throws(ValueError) {
        isObject = type <= 1
        width = type == 0 || type == 2 ? 2 : 4
        guard range.count >= 2 * width else { throw .badJSON }
        start = range.lowerBound
        count = JSONContainer.number(bytes, start, width)
        let size = JSONContainer.number(bytes, start + width, width)
        guard size <= range.count else { throw .badJSON }
        end = start + size
        let entry = (isObject ? width + 2 : 0) + 1 + width
        guard count <= size, 2 * width + count * entry <= size else { throw .badJSON }
    }

    /// Where the key's bytes are.
    func key(_ index: Int, in bytes: [UInt8]) throws(ValueError) -> Range<Int> {
        let entry = start + 2 * width + index * (width + 2)
        let offset = JSONContainer.number(bytes, entry, width)
        let length = JSONContainer.number(bytes, entry + width, 2)
        guard offset <= end - start, length <= end - start - offset else { throw .badJSON }
        return start + offset..<start + offset + length
    }

    /// The value's type and where its bytes are: to the container's end, or inside the entry for small ones.
    func value(_ index: Int, in bytes: [UInt8]) throws(ValueError) -> (type: UInt8, range: Range<Int>) {
        let headers = 2 * width + (isObject ? count * (width + 2) : 0)
        let entry = start + headers + index * (1 + width)
        let type = bytes[entry]
        // Literals and 16 bits always fit the entry, 32 bits that of a large container.
        if type >= 4, type <= 6 || width == 4 && (type == 7 || type == 8) {
            return (type, entry + 1..<entry + 1 + width)
        }
        let offset = JSONContainer.number(bytes, entry + 1, width)
        // A value behind its own entries: no container can hold itself.
        guard offset >= headers + count * (1 + width), offset <= end - start else { throw .badJSON }
        return (type, start + offset..<end)
    }

    static func number(_ bytes: [UInt8], _ at: Int, _ width: Int) -> Int {
        var value = 0
        for index in 0..<width { value |= Int(bytes[at + index]) << (8 * index) }
        return value
    }
}
