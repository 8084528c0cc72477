import Foundation

/// A flavour of server that tests run against.
package enum Flavor: String, CaseIterable, Sendable, CustomStringConvertible {
    case mariadb
    /// MySQL 9.
    case mysql
    case mysql80

    package var description: String { rawValue }

    package var isMySQL: Bool { self != .mariadb }

    /// Whether this machine has it: `make test` fetches all three, 8.0 only while its package can still be had.
    package var isAvailable: Bool {
        switch self {
        case .mariadb: FileManager.default.isExecutableFile(atPath: "/usr/sbin/mariadbd")
        case .mysql, .mysql80: FileManager.default.fileExists(atPath: home + "/VERSION")
        }
    }

    /// What `scripts/servers` takes as its first argument.
    var home: String {
        switch self {
        case .mariadb: "mariadb"
        case .mysql: Places.cache + "/mysql-9"
        case .mysql80: Places.cache + "/mysql-8.0"
        }
    }

    /// The flavours that this machine has.
    package static var available: [Flavor] { allCases.filter(\.isAvailable) }
}
