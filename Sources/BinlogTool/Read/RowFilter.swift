import Binlog
import Model

/// Which rows are wanted, by the values of their columns: a row is when one of its images fulfils every condition.
struct RowFilter {
    private let predicates: [Predicate]
    /// Ordinals of the predicates' columns, by table; nil where the table lacks one.
    private var ordinals: [ObjectIdentifier: (table: LogTable, columns: [Int]?)] = [:]

    init(_ predicates: [Predicate]) { self.predicates = predicates }

    var isEmpty: Bool { predicates.isEmpty }

    mutating func wants(_ row: Row, of table: LogTable, in batch: RowBatch) throws(ValueError) -> Bool {
        if predicates.isEmpty { return true }
        guard let columns = columns(of: table) else { return false }
        for image in [row.before, row.after] where image != Row.noImage {
            if try fulfils(image, table, columns, batch) { return true }
        }
        return false
    }

    private mutating func columns(of table: LogTable) -> [Int]? {
        if let known = ordinals[ObjectIdentifier(table)] { return known.columns }
        let found = predicates.compactMap { predicate in
            table.columns.firstIndex { $0.name.lowercased() == predicate.column.lowercased() }
        }
        let columns = found.count == predicates.count ? found : nil
        ordinals[ObjectIdentifier(table)] = (table, columns)
        return columns
    }

    /// The tables that were met, where none of them has all the columns.
    var tablesWithoutColumns: [TableName] {
        ordinals.values.contains { $0.columns != nil } ? [] : Array(Set(ordinals.values.map(\.table.name)))
    }

    private func fulfils(
        _ image: UInt32, _ table: LogTable, _ columns: [Int], _ batch: RowBatch
    ) throws(ValueError) -> Bool {
        for (predicate, ordinal) in zip(predicates, columns) {
            let slice = batch.slices[Int(image) + ordinal]
            guard !slice.isAbsent, !slice.isPartialJSON else { return false }
            switch predicate.test {
            case .null: guard slice.isNull else { return false }
            case .notNull: guard !slice.isNull else { return false }
            case .compare(let comparison, let wanted):
                guard !slice.isNull else { return false }
                var text: [UInt8] = []
                let kind = table.columns[ordinal].kind
                _ = try kind.append(slice.range, of: batch.bytes, to: &text)
                let found = String(decoding: text, as: UTF8.self)
                guard comparison.holds(found, wanted, asNumbers: kind.isNumber) else { return false }
            }
        }
        return true
    }
}

extension Predicate.Comparison {
    func holds(_ found: String, _ wanted: String, asNumbers: Bool) -> Bool {
        if self == .like { return isLike(Array(found.unicodeScalars), Array(wanted.unicodeScalars)) }
        let order = asNumbers ? compareNumbers(found, wanted) : compareTexts(found, wanted)
        return switch self {
        case .equal: order == 0
        case .notEqual: order != 0
        case .less: order.map { $0 < 0 } ?? false
        case .lessOrEqual: order.map { $0 <= 0 } ?? false
        case .greater: order.map { $0 > 0 } ?? false
        case .greaterOrEqual: order.map { $0 >= 0 } ?? false
        case .like: false
        }
    }
}

private func compareTexts(_ left: String, _ right: String) -> Int? {
    left.utf8.elementsEqual(right.utf8) ? 0 : left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1
}

/// -1, 0 or 1; nil when one is no number. Plain digits are compared exactly, whatever their length.
func compareNumbers(_ left: String, _ right: String) -> Int? {
    guard let a = PlainNumber(left), let b = PlainNumber(right) else {
        guard let a = Double(left), let b = Double(right) else { return nil }
        return a == b ? 0 : a < b ? -1 : 1
    }
    if a.isNegative != b.isNegative { return a.isNegative ? -1 : 1 }
    let order = a.compareMagnitude(b)
    return a.isNegative ? -order : order
}

/// `-123.450` as its significant digits.
private struct PlainNumber {
    var isNegative: Bool
    let whole: Substring
    let fraction: Substring

    init?(_ text: String) {
        var rest = text[...]
        isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest = rest.dropFirst() }
        let parts = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard !rest.isEmpty, rest != ".", parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }) else {
            return nil
        }
        whole = parts[0].drop { $0 == "0" }
        var tail = parts.count > 1 ? parts[1] : ""
        while tail.last == "0" { tail.removeLast() }
        fraction = tail
        if whole.isEmpty, fraction.isEmpty { isNegative = false }
    }

    func compareMagnitude(_ other: PlainNumber) -> Int {
        if whole.count != other.whole.count { return whole.count < other.whole.count ? -1 : 1 }
        let left = whole + "." + fraction
        let right = other.whole + "." + other.fraction
        return left == right ? 0 : left < right ? -1 : 1
    }
}

/// SQL's LIKE: `%` any text, `_` one character, `\` takes the next one as it is. Needs no more than the product of
/// both lengths.
private func isLike(_ text: [Unicode.Scalar], _ pattern: [Unicode.Scalar]) -> Bool {
    var at = 0
    var place = 0
    /// Where to go on when the text after the last `%` must take one character more.
    var retry: (pattern: Int, text: Int)?
    while at < text.count {
        if place < pattern.count, pattern[place] == "%" {
            retry = (place + 1, at)
            place += 1
            continue
        }
        var step = 0
        if place < pattern.count {
            let isEscape = pattern[place] == "\\" && place + 1 < pattern.count
            if isEscape ? pattern[place + 1] == text[at] : pattern[place] == "_" || pattern[place] == text[at] {
                step = isEscape ? 2 : 1
            }
        }
        if step > 0 {
            place += step
            at += 1
        } else if let last = retry {
            retry = (last.pattern, last.text + 1)
            place = last.pattern
            at = last.text + 1
        } else {
            return false
        }
    }
    return pattern[place...].allSatisfy { $0 == "%" }
}
