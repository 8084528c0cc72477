/// A stretch of a statement to replace.
struct TextEdit: Equatable {
    var range: Range<Int>
    var replacement: String

    /// Cuts out some of the stretches of a list, each with the comma that parts it from those that stay.
    static func removals(of list: [Range<Int>], where isRemoved: (Int) -> Bool) -> [TextEdit] {
        var edits: [TextEdit] = []
        for (index, range) in list.enumerated() where isRemoved(index) {
            let isFirst = !(0..<index).contains { !isRemoved($0) }
            let start = isFirst ? range.lowerBound : list[index - 1].upperBound
            let hasNext = isFirst && index + 1 < list.count
            let end = hasNext ? list[index + 1].lowerBound : range.upperBound
            edits.append(TextEdit(range: start..<max(start, end), replacement: ""))
        }
        return edits
    }
}

extension [UInt8] {
    /// The text with the edits made. Of edits that overlap, the one that starts first, then the longer one, counts.
    func applying(_ edits: [TextEdit], within whole: Range<Int>? = nil) -> String {
        let whole = whole ?? 0..<count
        let sorted = edits.sorted {
            $0.range.lowerBound == $1.range.lowerBound
                ? $0.range.upperBound > $1.range.upperBound : $0.range.lowerBound < $1.range.lowerBound
        }
        var result: [UInt8] = []
        var at = whole.lowerBound
        for edit in sorted where edit.range.lowerBound >= at && edit.range.upperBound <= whole.upperBound {
            result += self[at..<edit.range.lowerBound]
            result += edit.replacement.utf8
            at = edit.range.upperBound
        }
        if at < whole.upperBound { result += self[at..<whole.upperBound] }
        return String(decoding: result, as: UTF8.self)
    }
}
