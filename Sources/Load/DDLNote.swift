package import Model

/// What is noted before a DDL statement runs: where it stands in the source's log, and how its tables look.
package struct DDLNote: Sendable {
    private let place: String
    private let look: String

    /// - Parameter number: of the statement among those that the source's statement became.
    package init(position: BinlogPosition, number: Int, look: String) {
        place = "\(position)#\(number) "
        self.look = look
    }

    package var text: String { place + look }

    /// Whether the statement was done after an earlier run had noted this: its tables look different now.
    package func wasDone(since noted: String?) -> Bool {
        guard let noted else { return false }
        return noted.hasPrefix(place) && noted != text
    }
}
