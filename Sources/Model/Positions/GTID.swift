/// The global id of one transaction.
package enum GTID: Hashable, Sendable {
    /// MySQL: `uuid[:tag]:number`.
    case mysql(MySQLGTIDSource, number: UInt64)
    /// MariaDB: `domain-server-sequence`.
    case mariadb(MariaDBGTID)
}

extension GTID: CustomStringConvertible {
    package var description: String {
        switch self {
        case .mysql(let source, let number): "\(source):\(number)"
        case .mariadb(let gtid): gtid.description
        }
    }
}

/// MariaDB's global transaction id.
package struct MariaDBGTID: Hashable, Sendable, Codable, CustomStringConvertible {
    package var domain: UInt32
    package var server: UInt32
    package var sequence: UInt64

    package init(domain: UInt32, server: UInt32, sequence: UInt64) {
        self.domain = domain
        self.server = server
        self.sequence = sequence
    }

    package var description: String { "\(domain)-\(server)-\(sequence)" }
}
