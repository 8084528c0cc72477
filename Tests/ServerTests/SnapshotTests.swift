import Load
import Foundation
import Logging
import Model
import MySQLClient
import Plan
import Snapshot
import TestKit
import Testing

@Suite(.serialized) struct SnapshotTests {
    /// Loads what the patterns name; both servers' tables of `schema` are made anew before.
    static func prepared(_ pair: Pair, schema: String, _ sql: String) throws -> (Connection, Connection) {
        let source = try Connection.open(pair.source)
        let target = try Connection.open(pair.target)
        try source.execute("DROP DATABASE IF EXISTS \(schema); CREATE DATABASE \(schema) CHARACTER SET utf8mb4")
        try target.execute("DROP DATABASE IF EXISTS \(schema)")
        try source.execute("SET SESSION sql_mode='NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'; USE \(schema)")
        try source.execute(sql)
        return (source, target)
    }

    static func job(_ pair: Pair, _ mappings: [TableMapping], schema: String) throws -> SnapshotJob {
        let source = try Connection.open(pair.source)
        let router = try TableRouter(tables: mappings)
        let tables = try SchemaReader(source).definitions(schemas: [schema]).values.sorted { $0.name < $1.name }
            .compactMap { table in router.route(table.name).map { SnapshotJob.Table(source: table, route: $0) } }
        return try SnapshotJob(source: pair.source, target: pair.target, tables: tables)
    }

    static let log = Logger(label: "snapshot-test") { _ in SwiftLogNoOpLogHandler() }

    @Test(arguments: Pair.all) func everyTypeArrivesExactly(pair: Pair) throws {
        let schema = "snap_types"
        let (source, target) = try Self.prepared(
            pair, schema: schema,
            #"""
            CREATE TABLE t (
              id BIGINT UNSIGNED PRIMARY KEY, f FLOAT, d DOUBLE, n DECIMAL(65,30), b BIT(64), y YEAR, da DATE,
              ti TIME(6), dt DATETIME(6), ts TIMESTAMP(3) NULL, e ENUM('a','it''s','ü'), s SET('x','y','z'),
              l VARCHAR(40) CHARACTER SET latin1, g VARCHAR(40) CHARACTER SET gbk, bin BINARY(8), bl BLOB, tx LONGTEXT,
              p POINT, gen INT AS (y + 1) STORED) CHARACTER SET utf8mb4;
            INSERT INTO t (id,f,d,n,b,y,da,ti,dt,ts,e,s,l,g,bin,bl,tx,p) VALUES
            (0,0.1,0.1,-12345678901234567890123456789012345.000000000000000000000000000001,b'101',1901,'0000-00-00',
             '-838:59:59','9999-12-31 23:59:59.999999','2038-01-19 03:14:07.999','ü','x,z',_utf8mb4'né\'e\\',
             _gbk x'815c8b5c',x'0027005c00','',_utf8mb4'😀''\\',ST_GeomFromText('POINT(1 2)')),
            (18446744073709551615,1.17549435e-38,-2.2250738585072014e-308,0,18446744073709551615,0,'2024-02-31',
             '838:59:59','0000-00-00 00:00:00',NULL,'',NULL,'','','',x'00',NULL,NULL),
            (7,3.40282347e38,1.7976931348623157e308,1,0,2155,'1000-01-01','00:00:00','1000-01-01','1970-01-01 00:00:01',
             'it''s','',NULL,NULL,NULL,NULL,'',NULL)
            """#)
        let progress = ProgressLog()
        _ = try Self.job(pair, [TableMapping(source: "snap_types.*")], schema: schema)
            .run(log: Self.log, progress: { progress.last = $0 })
        let query = """
            SELECT id, f*1e0, d, n, b+0, y, da, ti, dt, ts, e+0, s+0, HEX(l), HEX(g), HEX(bin), HEX(bl), HEX(tx),
            HEX(p), gen FROM \(schema).t ORDER BY id
            """
        let expected = try source.query(query).map(\.values)
        #expect(expected.count == 3)
        let arrived = try target.query(query)
        for (row, values) in zip(arrived, expected) {
            for index in values.indices {
                #expect(
                    row.text(index) == values[index].map { String(decoding: $0, as: UTF8.self) }, "\(row.names[index])")
            }
        }
        #expect(progress.last?.load.tablesDone == 1)
        #expect(progress.last?.rows[TableName(schema, "t")] == 3)
    }

    @Test(arguments: Pair.all) func chunksFollowCompositeAndTextKeys(pair: Pair) throws {
        let schema = "snap_keys"
        let (source, target) = try Self.prepared(
            pair, schema: schema,
            """
            CREATE TABLE digits (d INT PRIMARY KEY);
            INSERT INTO digits VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9);
            CREATE TABLE pair_key (a VARCHAR(20) CHARACTER SET latin1, b INT, v INT, PRIMARY KEY (a, b));
            INSERT INTO pair_key SELECT CONCAT(CHAR(65 + x.d USING latin1), 'é', y.d % 2), z.d * 10 + y.d, w.d
              FROM digits x, digits y, digits z, digits w WHERE w.d = 3;
            CREATE TABLE keyless (v VARCHAR(10), n INT);
            INSERT INTO keyless SELECT x.d, y.d FROM digits x, digits y, digits z
            """)
        var job = try Self.job(pair, [TableMapping(source: "snap_keys.*")], schema: schema)
        job.limits.statementRows = 7
        _ = try job.run(log: Self.log)
        for (table, order) in [("pair_key", "a, b"), ("keyless", "v, n"), ("digits", "d")] {
            let query = "SELECT * FROM \(schema).\(table) ORDER BY \(order)"
            let expected = try source.query(query).map(\.values)
            #expect(!expected.isEmpty)
            #expect(try target.query(query).map(\.values) == expected, "\(table)")
        }
        // Chunk by chunk, with small chunks: every row once, and a range of the key, not a scan.
        let definition = try #require(try SchemaReader(source).definition(of: TableName(schema, "pair_key")))
        let table = try #require(job.tables.first { $0.source.name.table == "pair_key" })
        let plan = try CopyPlan(
            table, target: definition,
            between: CopyServers(source: source.server.dialect, target: target.server.dialect))
        var chunk = Chunk(number: 1, after: nil, rows: 37)
        var rows = 0
        while true {
            var count = 0
            var high: [String] = []
            try source.stream(plan.select(chunk)) { row in
                count += 1
                high = plan.keyLiterals(row)
                return true
            }
            rows += count
            if count < chunk.rows { break }
            chunk = Chunk(number: chunk.number + 1, after: high, rows: 37)
            let explained = try source.query("EXPLAIN FORMAT=TRADITIONAL \(plan.select(chunk))").first
            #expect(explained?["type"] == "range")
            #expect(explained?["key"] == "PRIMARY")
        }
        #expect(rows == 1_000)
    }

    @Test(arguments: Pair.all) func namesColumnsAndParentsFollowTheMapping(pair: Pair) throws {
        let schema = "snap_map"
        let (_, target) = try Self.prepared(
            pair, schema: schema,
            """
            CREATE TABLE parent (id INT PRIMARY KEY);
            CREATE TABLE other (id INT PRIMARY KEY);
            CREATE TABLE child (id INT PRIMARY KEY, pid INT, oid INT, secret TEXT, n INT,
              CONSTRAINT c1 FOREIGN KEY (pid) REFERENCES parent (id),
              CONSTRAINT c2 FOREIGN KEY (oid) REFERENCES other (id));
            CREATE TABLE s0 (id INT PRIMARY KEY, v INT); CREATE TABLE s1 (id INT PRIMARY KEY, v INT);
            INSERT INTO parent VALUES (1); INSERT INTO other VALUES (5); INSERT INTO child VALUES (1, 1, 5, 'x', 9);
            INSERT INTO s0 VALUES (1, 10); INSERT INTO s1 VALUES (2, 20)
            """)
        try target.execute("DROP DATABASE IF EXISTS snap_mapped")
        let mappings = [
            TableMapping(source: "snap_map.parent", target: "snap_mapped.father"),
            TableMapping(
                source: "snap_map.child", target: "snap_mapped.child",
                columns: ColumnSelection(exclude: ["secret"], rename: ["n": "number"])),
            TableMapping(source: "snap_map.s[0-1]", target: "snap_mapped.s"),
        ]
        _ = try Self.job(pair, mappings, schema: schema).run(log: Self.log)
        #expect(try target.value("SELECT GROUP_CONCAT(id, ':', v ORDER BY id) FROM snap_mapped.s") == "1:10,2:20")
        #expect(try target.value("SELECT number FROM snap_mapped.child") == "9")
        let child = try #require(try SchemaReader(target).definition(of: TableName("snap_mapped", "child")))
        #expect(child.columns.map(\.name) == ["id", "pid", "oid", "number"])
        let parents = try target.query(
            """
            SELECT REFERENCED_TABLE_NAME FROM information_schema.KEY_COLUMN_USAGE
            WHERE TABLE_SCHEMA = 'snap_mapped' AND REFERENCED_TABLE_NAME IS NOT NULL
            """
        ).map { $0.text(0) }
        #expect(parents == ["father"])
    }

    @Test(arguments: Pair.all) func filledTargetAndUncoveredEngineAreRefused(pair: Pair) throws {
        let schema = "snap_refused"
        let (source, target) = try Self.prepared(
            pair, schema: schema, "CREATE TABLE a (id INT PRIMARY KEY); CREATE TABLE b (id INT PRIMARY KEY)")
        try target.execute("CREATE DATABASE \(schema); CREATE TABLE \(schema).a (id INT PRIMARY KEY)")
        try target.execute("INSERT INTO \(schema).a VALUES (1)")
        var job = try Self.job(pair, [TableMapping(source: "snap_refused.*")], schema: schema)
        let filled = #expect(throws: LutraError.self) { try job.run(log: Self.log) }
        #expect(filled?.code == .snapshotFailed)
        #expect(filled?.hint?.contains("TRUNCATE TABLE `snap_refused`.`a`;") == true)
        try target.execute("DELETE FROM \(schema).a")
        try source.execute("ALTER TABLE b ENGINE=MyISAM")
        job = try Self.job(pair, [TableMapping(source: "snap_refused.*")], schema: schema)
        let uncovered = #expect(throws: LutraError.self) { try job.run(log: Self.log) }
        #expect(uncovered?.description.contains("snap_refused.b MyISAM") == true)
        #expect(try target.query("SHOW TABLES FROM \(schema)").count == 1)
    }

    @Test(arguments: Pair.all) func timesThatTheTargetWouldClipAreRefused(pair: Pair) throws {
        guard pair.from == .mariadb, pair.to == .mysql else { return }
        _ = try Self.prepared(
            pair, schema: "snap_clip",
            "CREATE TABLE t (id INT PRIMARY KEY, v TIME(1)); INSERT INTO t VALUES (1, '-838:59:59.5')")
        let job = try Self.job(pair, [TableMapping(source: "snap_clip.*")], schema: "snap_clip")
        let error = #expect(throws: LutraError.self) { try job.run(log: Self.log) }
        #expect(error?.code == .valueRefused)
        #expect(error?.description.contains("chunk 1") == true)
    }

    /// Transfers between accounts go on while the snapshot is taken: its sum is right only if all connections see one
    /// state, and the position belongs to it only if the log up to it explains every row.
    @Test(arguments: Pair.all) func connectionsShareOneState(pair: Pair) throws {
        let schema = "snap_state"
        let (source, _) = try Self.prepared(
            pair, schema: schema,
            """
            CREATE TABLE a (id INT PRIMARY KEY, v INT); CREATE TABLE b (id INT PRIMARY KEY, v INT);
            INSERT INTO a VALUES (1, 0); INSERT INTO b VALUES (1, 0)
            """)
        let isDone = Flag()
        let ended = DispatchSemaphore(value: 0)
        Thread {
            while !isDone.isRaised {
                _ = try? source.execute(
                    "BEGIN; UPDATE snap_state.a SET v = v + 1; UPDATE snap_state.b SET v = v - 1; COMMIT")
            }
            ended.signal()
        }.start()
        defer {
            isDone.raise()
            ended.wait()
        }
        for options in try [pair.source, Self.restricted(pair.source, schema)] {
            for _ in 0..<5 {
                let session = try SnapshotSession.open(
                    options, connections: 3, tables: [TableName(schema, "a"), TableName(schema, "b")], log: Self.log)
                let a = try session.connections.map { try $0.value("SELECT v FROM snap_state.a") ?? "" }
                let b = try session.connections.map { try $0.value("SELECT -v FROM snap_state.b") ?? "" }
                #expect(Set(a + b).count == 1)
                #expect(session.start.gtids != .none)
            }
        }
    }

    /// An account without RELOAD.
    static func restricted(_ options: ConnectionOptions, _ schema: String) throws -> ConnectionOptions {
        let admin = try Connection.open(options)
        try admin.execute("CREATE USER IF NOT EXISTS 'snap'@'%' IDENTIFIED BY 'snap'")
        try admin.execute("GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO 'snap'@'%'")
        try admin.execute("GRANT SELECT, LOCK TABLES ON \(schema).* TO 'snap'@'%'")
        var copy = options
        copy.url.user = "snap"
        copy.url.password = "snap"
        return copy
    }
}

/// Two servers of a test.
struct Pair: Sendable, CustomTestStringConvertible {
    var from: Flavor
    var to: Flavor
    var testDescription: String { "\(from) to \(to)" }

    static let all: [Pair] = [Flavor.mariadb, .mysql].filter(\.isAvailable).flatMap { from in
        [Flavor.mariadb, .mysql].filter(\.isAvailable).map { Pair(from: from, to: $0) }
    }

    var source: ConnectionOptions { get throws { Self.options(try TestServers.shared(from, .source)) } }
    var target: ConnectionOptions { get throws { Self.options(try TestServers.shared(to, .target)) } }

    private static func options(_ server: Server) -> ConnectionOptions {
        ConnectionOptions(
            url: ServerURL(
                user: "lutra", password: "lutra", hosts: [ServerURL.Host(name: "127.0.0.1", port: server.port)]))
    }
}

private final class ProgressLog {
    var last: SnapshotProgress?
}

private final class Flag: @unchecked Sendable {
    // @unchecked: the variable is used with the lock held.
    private let lock = NSLock()
    private var value = false
    var isRaised: Bool { lock.withLock { value } }
    func raise() { lock.withLock { value = true } }
}
