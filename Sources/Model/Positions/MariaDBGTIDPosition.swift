/// MariaDB's position in the history of every domain: the last GTID of each.
package struct MariaDBGTIDPosition: Hashable, Sendable {
    /// The last of each domain, sorted by domain. There are few: a list is found through faster than a dictionary.
    package private(set) var last: [MariaDBGTID] = []

    package init() {}

    package var isEmpty: Bool { last.isEmpty }

    /// The transaction was executed: it becomes the last one of its domain.
    package mutating func insert(_ gtid: MariaDBGTID) {
        let place = last.firstIndex { $0.domain >= gtid.domain } ?? last.count
        if place < last.count, last[place].domain == gtid.domain {
            last[place] = gtid
        } else {
            last.insert(gtid, at: place)
        }
    }

    /// Whether the transaction lies at or before this position.
    package func contains(_ gtid: MariaDBGTID) -> Bool {
        guard let reached = last.first(where: { $0.domain == gtid.domain }) else { return false }
        return gtid.sequence <= reached.sequence
    }

    /// Whether every domain of the other is reached here too.
    package func covers(_ other: MariaDBGTIDPosition) -> Bool { other.last.allSatisfy(contains) }
}

extension MariaDBGTIDPosition: CustomStringConvertible {
    /// `0-1-100,1-2-7`, by domain.
    package var description: String {
        last.map(\.description).joined(separator: ",")
    }

    /// Reads `domain-server-sequence` joined by commas; nil when it is none or a domain comes twice.
    package init?(_ text: some StringProtocol) {
        self.init()
        for part in String(text.filter { !$0.isWhitespace }).split(separator: ",") {
            let numbers = part.split(separator: "-", omittingEmptySubsequences: false)
            guard numbers.count == 3, let domain = UInt32(numbers[0]), let server = UInt32(numbers[1]),
                let sequence = UInt64(numbers[2]), !last.contains(where: { $0.domain == domain })
            else { return nil }
            insert(MariaDBGTID(domain: domain, server: server, sequence: sequence))
        }
    }
}

extension MariaDBGTIDPosition: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let position = MariaDBGTIDPosition(text) else {
            throw LutraError(.checkpointInvalid, "not a MariaDB GTID position", place: ["text": text])
        }
        self = position
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
