/// `did you mean tables?` for a word that is nearly one of the known ones, else the list of them.
package func suggestion(for word: String, among known: [String]) -> String {
    let nearest = known.map { (name: $0, distance: editDistance(word.lowercased(), $0)) }
        .min { $0.distance < $1.distance }
    if let nearest, nearest.distance <= max(1, min(3, nearest.name.utf8.count - 1)) {
        return "did you mean \(nearest.name)?"
    }
    return "there are \(known.joined(separator: ", "))"
}

/// How many letters must be inserted, removed or replaced to make one word the other.
func editDistance(_ left: String, _ right: String) -> Int {
    // Long words are no misspellings of keys; the limit also bounds the work.
    let left = Array(left.utf8.prefix(64))
    let right = Array(right.utf8.prefix(64))
    var previous = Array(0...right.count)
    for (row, byte) in left.enumerated() {
        var current = [row + 1]
        for (column, other) in right.enumerated() {
            current.append(
                min(previous[column] + (byte == other ? 0 : 1), previous[column + 1] + 1, current[column] + 1))
        }
        previous = current
    }
    return previous[right.count]
}
