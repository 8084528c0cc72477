package import MySQLClient
package import Plan

extension ServerVersion {
    /// The server as its SQL is written.
    package var dialect: ServerDialect {
        ServerDialect(flavor == .mariadb ? .mariadb : .mysql, major, minor, patch)
    }
}
