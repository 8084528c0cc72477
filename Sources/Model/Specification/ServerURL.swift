/// Where a server is and how to log in: `mysql://user:password@host:port[,host:port…][/?tls=…&ca=…]`.
///
/// Its description never shows the password.
package struct ServerURL: Equatable, Sendable, CustomStringConvertible {
    package struct Host: Equatable, Sendable {
        package var name: String
        /// Default 3306.
        package var port: UInt16
        package init(name: String, port: UInt16 = 3306) {
            self.name = name
            self.port = port
        }
    }

    /// How the connection is protected. Default `prefer`.
    package enum TLSMode: String, Sendable, CaseIterable {
        case off, prefer, require
        case verifyCA = "verify-ca"
        case verifyIdentity = "verify-identity"
    }

    package var user: String
    /// Nil when it was left out and must come from elsewhere.
    package var password: String?
    /// The primary first, then its stand-bys. Never empty.
    package var hosts: [Host]
    package var tls: TLSMode
    /// A file with the certificate authorities that are trusted.
    package var certificateAuthorityFile: String?
    /// A socket file, in place of a host, for `mysql://user@localhost/?socket=/path`.
    package var socket: String?
    /// Binlog files in place of a server: a file, a folder or an index file (`file:///path`). The rest means nothing
    /// then.
    package private(set) var logPath: String?

    /// Binlog files as a source.
    package init(logPath: String) {
        self.init(user: "", hosts: [Host(name: "localhost")])
        self.logPath = logPath
    }

    package init(
        user: String, password: String? = nil, hosts: [Host], tls: TLSMode = .prefer,
        certificateAuthorityFile: String? = nil, socket: String? = nil
    ) {
        precondition(!hosts.isEmpty, "a server URL needs a host")
        self.user = user
        self.password = password
        self.hosts = hosts
        self.tls = tls
        self.certificateAuthorityFile = certificateAuthorityFile
        self.socket = socket
    }

    /// Hosts and ports, or the socket file; without the user.
    package var address: String {
        logPath.map { "file://" + $0 } ?? socket ?? hosts.map { "\($0.name):\($0.port)" }.joined(separator: ",")
    }

    package var description: String {
        if let logPath { return "file://" + logPath }
        return "mysql://\(user)@" + hosts.map { "\($0.name):\($0.port)" }.joined(separator: ",")
    }
}
