/// The part of a MySQL GTID before the number: a server's uuid and, since 8.3, an optional tag.
package struct MySQLGTIDSource: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The 16 bytes of the uuid, big endian, in two words.
    package var high: UInt64
    package var low: UInt64
    private var words: GTIDTag

    /// Lower case, at most 32 letters, digits and underscores; empty without a tag.
    package var tag: String {
        get { words.text }
        set { words = GTIDTag(newValue) }
    }

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
        words = .none
    }

    /// Reads `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`, in either case, dashes optional; nil for anything else.
    package init?(uuid: some StringProtocol) {
        let digits = uuid.utf8.filter { $0 != UInt8(ascii: "-") }
        guard digits.count == 32, let text = String(validating: digits, as: UTF8.self),
            let high = UInt64(text.prefix(16), radix: 16), let low = UInt64(text.suffix(16), radix: 16),
            !text.contains("+")
        else { return nil }
        self.init(high: high, low: low)
    }

    package var uuid: String {
        func hex(_ word: UInt64, _ digits: Int) -> String {
            let text = String(word, radix: 16)
            return String(repeating: "0", count: digits - text.count) + text
        }
        return [
            hex(high >> 32, 8), hex(high >> 16 & 0xffff, 4), hex(high & 0xffff, 4), hex(low >> 48, 4),
            hex(low & 0xffff_ffff_ffff, 12),
        ].joined(separator: "-")
    }

    package var description: String { tag.isEmpty ? uuid : uuid + ":" + tag }

    package static func < (left: Self, right: Self) -> Bool {
        if left.high != right.high { return left.high < right.high }
        if left.low != right.low { return left.low < right.low }
        return left.words < right.words
    }
}

/// A set of MySQL GTIDs: closed intervals by source, sorted, disjoint and not adjacent.
package struct MySQLGTIDSet: Hashable, Sendable {
    private struct Member: Hashable, Sendable {
        var source: MySQLGTIDSource
        var ranges: [ClosedRange<UInt64>]

        /// Adds what follows the last interval; false where it is another place.
        mutating func extend(by range: ClosedRange<UInt64>) -> Bool {
            let last = ranges.count - 1
            guard last >= 0, ranges[last].upperBound &+ 1 == range.lowerBound else { return false }
            ranges[last] = ranges[last].lowerBound...range.upperBound
            return true
        }
    }

    /// Sorted by source. There are few: a list is found through faster than a dictionary, and changed in place.
    private var members: [Member] = []

    package init() {}

    package var isEmpty: Bool { members.isEmpty }

    package var sources: [MySQLGTIDSource] { members.map(\.source) }

    /// Where the source is, or where it belongs.
    private func place(of source: MySQLGTIDSource) -> (index: Int, isThere: Bool) {
        let index = members.firstIndex { !($0.source < source) } ?? members.count
        return (index, index < members.count && members[index].source == source)
    }

    package func ranges(of source: MySQLGTIDSource) -> [ClosedRange<UInt64>] {
        let (index, isThere) = place(of: source)
        return isThere ? members[index].ranges : []
    }

    private mutating func set(_ ranges: [ClosedRange<UInt64>], of source: MySQLGTIDSource) {
        let (index, isThere) = place(of: source)
        if isThere {
            members[index].ranges = ranges
        } else {
            members.insert(Member(source: source, ranges: ranges), at: index)
        }
    }

    package mutating func insert(_ source: MySQLGTIDSource, _ number: UInt64) { insert(source, number...number) }

    package mutating func insert(_ source: MySQLGTIDSource, _ range: ClosedRange<UInt64>) {
        // The usual case, in place: what follows the last interval.
        for index in members.indices where members[index].source == source {
            if members[index].extend(by: range) { return }
        }
        var merged = range
        var result: [ClosedRange<UInt64>] = []
        for interval in ranges(of: source) {
            let touches =
                interval.lowerBound <= merged.upperBound.addingSaturated(1)
                && merged.lowerBound <= interval.upperBound.addingSaturated(1)
            if touches {
                merged = min(interval.lowerBound, merged.lowerBound)...max(interval.upperBound, merged.upperBound)
            } else {
                result.append(interval)
            }
        }
        let place = result.firstIndex { $0.lowerBound > merged.lowerBound } ?? result.endIndex
        result.insert(merged, at: place)
        set(result, of: source)
    }

    package func contains(_ source: MySQLGTIDSource, _ number: UInt64) -> Bool {
        ranges(of: source).contains { $0.contains(number) }
    }

    package mutating func formUnion(_ other: MySQLGTIDSet) {
        for member in other.members { for range in member.ranges { insert(member.source, range) } }
    }

    package func isSubset(of other: MySQLGTIDSet) -> Bool { subtracting(other).isEmpty }

    /// What this set has and the other has not.
    package func subtracting(_ other: MySQLGTIDSet) -> MySQLGTIDSet {
        var result = MySQLGTIDSet()
        for member in members {
            var rest = member.ranges
            for hole in other.ranges(of: member.source) {
                rest = rest.flatMap { range -> [ClosedRange<UInt64>] in
                    guard range.overlaps(hole) else { return [range] }
                    var parts: [ClosedRange<UInt64>] = []
                    if range.lowerBound < hole.lowerBound { parts.append(range.lowerBound...hole.lowerBound - 1) }
                    if range.upperBound > hole.upperBound { parts.append(hole.upperBound + 1...range.upperBound) }
                    return parts
                }
            }
            if !rest.isEmpty { result.set(rest, of: member.source) }
        }
        return result
    }
}

extension UInt64 {
    fileprivate func addingSaturated(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}

extension MySQLGTIDSet: CustomStringConvertible {
    /// Canonical text: sources sorted, `uuid[:tag]:1-5:7`, tags of one uuid joined as the server does.
    package var description: String {
        var parts: [String] = []
        var previous: String?
        for member in members {
            let source = member.source
            let numbers = member.ranges.map {
                $0.lowerBound == $0.upperBound ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
            }.joined(separator: ":")
            let tagged = source.tag.isEmpty ? numbers : source.tag + ":" + numbers
            if previous == source.uuid, !parts.isEmpty {
                parts[parts.count - 1] += ":" + tagged
            } else {
                parts.append(source.uuid + ":" + tagged)
            }
            previous = source.uuid
        }
        return parts.joined(separator: ",")
    }

    /// Reads the servers' text (`uuid[:tag]:a-b:c[:tag:d],…`, blanks and newlines ignored); nil when it is none.
    package init?(_ text: some StringProtocol) {
        self.init()
        let clean = String(text.filter { !$0.isWhitespace })
        for part in clean.split(separator: ",", omittingEmptySubsequences: true) {
            let fields = part.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count >= 2, var source = MySQLGTIDSource(uuid: fields[0]) else { return nil }
            for field in fields.dropFirst() {
                if let range = Self.interval(field) {
                    insert(source, range)
                } else if Self.isTag(field) {
                    source.tag = field.lowercased()
                } else {
                    return nil
                }
            }
        }
    }

    private static func interval(_ text: Substring) -> ClosedRange<UInt64>? {
        let bounds = text.split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count <= 2, let first = UInt64(bounds[0]), first > 0 else { return nil }
        guard bounds.count == 2 else { return first...first }
        guard let last = UInt64(bounds[1]), last >= first else { return nil }
        return first...last
    }

    private static func isTag(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 32 else { return false }
        let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
        return !isDigit && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }
}

extension MySQLGTIDSet: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let set = MySQLGTIDSet(text) else {
            throw LutraError(.checkpointInvalid, "not a GTID set", place: ["text": text])
        }
        self = set
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
