/// Everything that was executed up to a point, in the notation of the server's flavour.
package enum GTIDState: Hashable, Sendable, Codable {
    /// The source has no GTIDs: only file and offset count.
    case none
    /// MySQL: every transaction up to here.
    case mysql(MySQLGTIDSet)
    /// MariaDB: the last transaction of each domain.
    case mariadb(MariaDBGTIDPosition)
}

extension GTIDState: CustomStringConvertible {
    package var description: String {
        switch self {
        case .none: ""
        case .mysql(let set): set.description
        case .mariadb(let position): position.description
        }
    }
}
