import CMariaDB
import Glibc
package import Model
import Synchronization

/// How to connect, beyond what the URL says.
package struct ConnectionOptions: Sendable {
    package var url: ServerURL
    /// Seconds until an unanswered connect is given up. Default 10.
    package var connectSeconds: UInt32 = 10
    /// Seconds without a byte until a read is given up; 0 waits for ever. Default 0.
    package var readSeconds: UInt32 = 0
    /// Statements that every new connection runs first.
    package var setup: [String] = []
    /// Name shown in the server's connection attributes.
    package var programName = "lutra"

    package init(url: ServerURL) { self.url = url }
}

extension Connection {
    /// Connects to the first host of the list that answers.
    ///
    /// Every session speaks bytes (`SET NAMES binary`) and UTC.
    /// - Throws: `LutraError` with `unreachable`, `access-denied` or `tls-failed`.
    package static func open(_ options: ConnectionOptions) throws -> Connection {
        var last: (any Error)?
        for host in options.url.hosts {
            do {
                return try open(options, host: host)
            } catch let error as LutraError {
                // A wrong password is wrong on every host, and another try may lock the account.
                if error.code == .accessDenied { throw error }
                last = error
            }
        }
        throw last ?? LutraError(.unreachable, "no host in the URL", place: ["server": options.url.description])
    }

    /// Connects to one host of the list.
    package static func open(_ options: ConnectionOptions, host: ServerURL.Host) throws -> Connection {
        libraryReady
        guard let handle = mysql_init(nil) else {
            throw LutraError(.internalFault, "no memory for a connection")
        }
        let url = options.url
        let place: KeyValuePairs = ["server": "\(host.name):\(host.port)", "user": url.user]
        setOptions(handle, options)
        // 1 found rows, 16 multi statements, 17 multi results (MySQL manual, "Capabilities Flags").
        let flags: UInt = 1 << 1 | 1 << 16 | 1 << 17
        let connected = mysql_real_connect(
            handle, url.socket == nil ? host.name : nil, url.user, url.password ?? "", nil, UInt32(host.port),
            url.socket, flags)
        guard connected != nil else {
            let failure = StatementFailure(
                number: mysql_errno(handle), state: String(cString: mysql_sqlstate(handle)),
                message: String(cString: mysql_error(handle)))
            mysql_close(handle)
            throw connectError(failure, place: place)
        }
        if url.tls != .off && url.tls != .prefer, mysql_get_ssl_cipher(handle) == nil {
            mysql_close(handle)
            throw LutraError(
                .tlsFailed, "the server offers no TLS, but the URL asks for tls=\(url.tls.rawValue)", place: place,
                hint: "turn TLS on at the server, or say tls=off")
        }
        keepAlive(Int32(mysql_get_socket(handle)))
        let version = ServerVersion(text: String(cString: mysql_get_server_info(handle)))
        let connection = Connection(handle: handle, server: version, options: options, host: host)
        do {
            try connection.execute("SET NAMES binary; SET SESSION time_zone = '+00:00'")
            for statement in options.setup { try connection.execute(statement) }
        } catch let failure as StatementFailure {
            // A server that goes down breaks connections that were just made, too.
            let code = failure.isTransient ? .connectionLost : failure.userCode
            throw failure.error(code, "the session could not be prepared", place: place)
        }
        return connection
    }

    /// A peer that is gone without a word is noticed within a minute or so, by the kernel, also where a statement may
    /// take hours.
    private static func keepAlive(_ socket: Int32) {
        let settings: [(level: Int32, name: Int32, value: Int32)] = [
            (SOL_SOCKET, SO_KEEPALIVE, 1), (Int32(IPPROTO_TCP), TCP_KEEPIDLE, 30),
            (Int32(IPPROTO_TCP), TCP_KEEPINTVL, 10), (Int32(IPPROTO_TCP), TCP_KEEPCNT, 3),
            // Where something was sent that nobody confirms, it would try for a quarter of an hour.
            (Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, 120_000),
        ]
        for (level, name, value) in settings {
            var value = value
            // A Unix socket knows none of these.
            setsockopt(socket, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
        }
    }

    private static func connectError(_ failure: StatementFailure, place: KeyValuePairs<String, String>) -> LutraError {
        switch failure.number {
        // Access denied, its variants, unknown plugin, expired or locked account.
        case 1044, 1045, 1698, 1820, 1862, 3118, 1130, 1524:
            failure.error(.accessDenied, "the login was refused", place: place)
        case 2026: failure.error(.tlsFailed, "no TLS connection", place: place)
        default: failure.error(.unreachable, "the server cannot be reached", place: place)
        }
    }

    private static func setOptions(_ handle: UnsafeMutablePointer<MYSQL>, _ options: ConnectionOptions) {
        var connectSeconds = options.connectSeconds
        var readSeconds = options.readSeconds
        var packetBytes: UInt = 1 << 30
        mysql_options(handle, MYSQL_OPT_CONNECT_TIMEOUT, &connectSeconds)
        if readSeconds > 0 { mysql_options(handle, MYSQL_OPT_READ_TIMEOUT, &readSeconds) }
        mysql_options(handle, MYSQL_OPT_MAX_ALLOWED_PACKET, &packetBytes)
        mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4")
        // Nobody but the server's owner may read files through a connection.
        var localFiles: UInt32 = 0
        mysql_options(handle, MYSQL_OPT_LOCAL_INFILE, &localFiles)
        setTLS(handle, options.url)
        mysql_options(handle, MYSQL_OPT_CONNECT_ATTR_RESET, nil)
    }

    /// The library's meaning of its switches, tried with 3.3: a CA file makes it check the chain, whatever else is set;
    /// `VERIFY_SERVER_CERT` checks the chain (against the system's authorities without a file) and the host's name;
    /// `ENFORCE` goes on in clear where the server has no TLS, unless the certificate is to be verified. That is what
    /// prefer means; `open` refuses it for the stricter modes.
    private static func setTLS(_ handle: UnsafeMutablePointer<MYSQL>, _ url: ServerURL) {
        guard url.tls != .off else { return }
        var file = url.certificateAuthorityFile
        var verifiesName: CChar = url.tls == .verifyIdentity ? 1 : 0
        if url.tls == .verifyCA || url.tls == .verifyIdentity, file == nil {
            file = systemAuthorities
            // Without any list of authorities the stricter check is the safe one.
            if file == nil { verifiesName = 1 }
        }
        var enforce: CChar = 1
        if let file { mysql_options(handle, MYSQL_OPT_SSL_CA, file) }
        mysql_options(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verifiesName)
        mysql_options(handle, MYSQL_OPT_SSL_ENFORCE, &enforce)
    }

    /// The authorities that OpenSSL is told to trust, or where Debian, Alpine and SUSE, then Red Hat, keep those that
    /// the system trusts.
    private static let systemAuthorities: String? = [
        getenv(authoritiesVariable).map { String(cString: $0) } ?? "", "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/tls/certs/ca-bundle.crt",
    ].first { (file: String) in access(file, R_OK) == 0 }

    /// Names the file that OpenSSL reads where it was given none (SSL_CTX_set_default_verify_paths(3)).
    private static let authoritiesVariable = "SSL_CERT_FILE"

    /// The library's own start-up must not run twice at once.
    private static let libraryReady: Void = {
        // The library has OpenSSL read the system's authorities for each connection, also where no certificate is
        // verified: 140 of them took 30 ms of CPU. Who verifies names the file (`setTLS`).
        if systemAuthorities != nil { setenv(authoritiesVariable, "/dev/null", 1) }
        _ = mysql_server_init(0, nil, nil)
    }()
}
