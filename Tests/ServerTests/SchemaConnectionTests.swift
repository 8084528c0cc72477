import Model
import MySQLClient
import TestKit
import Testing

/// Connections against each kind of server.
@Suite struct SchemaConnectionTests {
    @Test(arguments: Flavor.available) func ofSeveralStatementsTheFailingOneIsNamed(_ flavor: Flavor) throws {
        let server = try TestServers.shared(flavor, .source)
        try server.freshSchema("connection_multi")
        let connection = try server.connect()
        let sql = """
            CREATE TABLE connection_multi.t (a INT PRIMARY KEY); INSERT INTO connection_multi.t VALUES (1), (2); \
            SELECT 1; INSERT INTO connection_multi.t VALUES (3), (1); INSERT INTO connection_multi.t VALUES (4)
            """
        do {
            try connection.execute(sql)
            Issue.record("the duplicate was taken")
        } catch let failure as StatementFailure {
            #expect(failure.number == 1062)
            #expect(failure.statementIndex == 3)
        }
        #expect(try connection.value("SELECT GROUP_CONCAT(a ORDER BY a) FROM connection_multi.t") == "1,2")
        // Found rows, not changed ones.
        #expect(try connection.execute("UPDATE connection_multi.t SET a = a; DO 1") == [2, 0])
    }

    @Test(arguments: Flavor.available) func resultsThatNobodyReadsDoNotBreakTheConnection(_ flavor: Flavor) throws {
        let connection = try TestServers.shared(flavor, .source).connect()
        _ = try connection.query("SELECT 1; SELECT 2 UNION SELECT 3; DO 1")
        #expect(try connection.value("SELECT 4") == "4")
        try connection.stream("SELECT 1 UNION SELECT 2 UNION SELECT 3") { _ in false }
        #expect(try connection.value("SELECT 5") == "5")
    }

    @Test(arguments: Flavor.available) func aConnectionThatBreaksBeforeItIsReadyIsTriedAgain(_ flavor: Flavor) throws {
        var options = try flavor.options
        options.setup = ["KILL CONNECTION CONNECTION_ID()"]
        #expect(errorCode { _ = try Connection.open(options) } == .connectionLost)
    }

    @Test(arguments: Flavor.available) func loginsThatFailSayWhy(_ flavor: Flavor) throws {
        var options = try flavor.options
        options.url.password = "wrong-and-secret"
        #expect(errorCode { _ = try Connection.open(options) } == .accessDenied)
        do {
            _ = try Connection.open(options)
        } catch {
            #expect(!"\(error)".contains("secret"))
        }
        options.url.hosts = [.init(name: "127.0.0.1", port: 1)]
        #expect(errorCode { _ = try Connection.open(options) } == .unreachable)
    }

    /// MySQL has certificates of its own making, MariaDB 10.11 no TLS.
    @Test(arguments: Flavor.available) func eachModeOfTLSDoesWhatItSays(_ flavor: Flavor) throws {
        func cipher(_ mode: ServerURL.TLSMode) throws -> String {
            var options = try flavor.options
            options.url.tls = mode
            let connection = try Connection.open(options)
            return try connection.query("SHOW STATUS LIKE 'Ssl_cipher'").first?.text(1) ?? ""
        }
        #expect(try cipher(.off).isEmpty)
        #expect(try cipher(.prefer).isEmpty == (flavor == .mariadb))
        if flavor == .mariadb {
            #expect(errorCode { _ = try cipher(.require) } == .tlsFailed)
        } else {
            #expect(try !cipher(.require).isEmpty)
        }
        // Nobody whom this system trusts has signed their certificates.
        #expect(errorCode { _ = try cipher(.verifyCA) } == .tlsFailed)
        #expect(errorCode { _ = try cipher(.verifyIdentity) } == .tlsFailed)
    }

    @Test(arguments: Flavor.available.filter(\.isMySQL)) func aNewPasswordWorksWithoutTLS(_ flavor: Flavor) throws {
        let server = try TestServers.shared(flavor, .source)
        try server.execute("CREATE USER IF NOT EXISTS connection_sha IDENTIFIED BY 'pä-ss'; FLUSH PRIVILEGES")
        var options = try flavor.options
        options.url.user = "connection_sha"
        options.url.password = "pä-ss"
        options.url.tls = .off
        #expect(try Connection.open(options).value("SELECT 1") == "1")
    }
}
