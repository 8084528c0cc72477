import Foundation
import MySQLClient
import TestKit
import Testing

extension BinlogSuites {
    /// Archived logs replayed to a restored backup by `lutra sync --from file:///…`.
    @Suite("binlog replay")
    struct BinlogReplayTests {
        /// A schema that was changed behind a backup, and a mistake that came later.
        private struct Archive {
            let schema: String
            let source: Server
            let target: Server
            let folder: String
            let start: String
            /// Behind the good changes, ahead of the mistake.
            let time: String

            func sync(_ arguments: [String]) throws -> Program {
                let state = try Places.newFolder("replay-state")
                return try Program.lutra(
                    ["sync", "--from", "file://" + folder, "--to", target.url, "--tables", "\(schema).*"]
                        + ["--channel", schema, "--state", state] + arguments)
            }

            /// What differs between the target and a schema of the source.
            func difference(from other: String) throws -> String? {
                let left = try source.connect()
                let right = try target.connect()
                defer {
                    left.close()
                    right.close()
                }
                return try TableComparison(source: (other, "t"), target: (schema, "t")).difference(left, right)
            }
        }

        private func archive(_ flavor: Flavor, hasNames: Bool) throws -> Archive {
            let source = try TestServers.shared(flavor, .binlogTool)
            let target = try TestServers.shared(flavor, .target)
            let schema = "replay_\(flavor)_\(hasNames ? "names" : "plain")"
            let plain = flavor == .mariadb ? "NO_LOG" : "MINIMAL"
            try source.execute("SET GLOBAL binlog_row_metadata = \(hasNames ? "FULL" : plain); FLUSH BINARY LOGS")
            for server in [source, target] {
                try server.freshSchema(schema)
                try server.runScript(
                    """
                    CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20) CHARACTER SET latin1, amount DECIMAL(10,2));
                    INSERT INTO t VALUES (1, 'é', 1.50), (2, NULL, NULL);
                    """, schema: schema)
            }
            let start = try source.binlogEnd()
            try source.execute(
                """
                USE \(schema); UPDATE t SET amount = amount * 2 WHERE id = 1; INSERT INTO t VALUES (3, 'c', 3); \
                ALTER TABLE t ADD COLUMN note VARCHAR(10) DEFAULT 'new'; FLUSH BINARY LOGS; \
                INSERT INTO t VALUES (4, 'd', 4, 'x'); DELETE FROM t WHERE id = 2
                """)
            try source.freshSchema(schema + "_good")
            try source.execute("CREATE TABLE \(schema)_good.t AS SELECT * FROM \(schema).t")
            let time = try passSeconds(source)
            try source.execute("DELETE FROM \(schema).t; FLUSH BINARY LOGS")
            let folder = try Places.newFolder("archive")
            for name in try source.connect().binlogFiles().map(\.name) {
                try FileManager.default.copyItem(atPath: source.dataFolder + "/" + name, toPath: folder + "/" + name)
            }
            return Archive(
                schema: schema, source: source, target: target, folder: folder, start: start, time: "time:" + time)
        }

        /// Waits until the server's clock, of which logs keep whole seconds, is past this one, and once more.
        private func passSeconds(_ server: Server) throws -> String {
            func now() throws -> Int { Int(try server.value("SELECT UNIX_TIMESTAMP()") ?? "") ?? 0 }
            let before = try now()
            #expect(try waitUntil(seconds: 180) { try now() > before })
            let between = try now()
            #expect(try waitUntil(seconds: 180) { try now() > between })
            return ISO8601DateFormatter().string(from: Date(timeIntervalSince1970: Double(between)))
        }

        @Test("to a time, then on to the end", .timeLimit(.minutes(30)), arguments: Flavor.available, [true, false])
        func toATimeThenOn(_ flavor: Flavor, hasNames: Bool) throws {
            let archive = try archive(flavor, hasNames: hasNames)
            let first = try archive.sync(["--start", archive.start, "--stop-at", archive.time])
            try #expect(first.wait(seconds: 180) == .exit(0), "\(first.tail)")
            #expect(try archive.difference(from: archive.schema + "_good") == nil)
            let second = try archive.sync([])
            try #expect(second.wait(seconds: 180) == .exit(0), "\(second.tail)")
            #expect(try archive.target.value("SELECT COUNT(*) FROM \(archive.schema).t") == "0")
            #expect(second.errors.contains("going on from the target's checkpoint"))
        }

        @Test("nothing is applied of files that are damaged", .timeLimit(.minutes(30)))
        func nothingOfDamagedFiles() throws {
            let archive = try archive(.mariadb, hasNames: true)
            let names = try FileManager.default.contentsOfDirectory(atPath: archive.folder).sorted()
            let last = try #require(names.dropLast().last)
            let path = URL(fileURLWithPath: archive.folder + "/" + last)
            let whole = try Data(contentsOf: path)
            var damaged = whole
            damaged[damaged.count - 80] ^= 0x55
            try damaged.write(to: path)
            let program = try archive.sync(["--start", archive.start])
            try #expect(program.wait(seconds: 180) == .exit(1), "\(program.tail)")
            #expect(program.errors.contains("error binlog-corrupt: "), "\(program.tail)")
            #expect(try archive.target.value("SELECT COUNT(*) FROM \(archive.schema).t") == "2")
            try FileManager.default.removeItem(at: path)
            let gap = try archive.sync(["--start", archive.start])
            try #expect(gap.wait(seconds: 180) == .exit(1), "\(gap.tail)")
            #expect(gap.errors.contains("error position-purged: a binlog file is missing"), "\(gap.tail)")
            try whole.write(to: path)
            for (arguments, exit, code) in [
                (["--initial-load"], 2, "usage"), (["--start", "now"], 2, "usage"),
                (["--start", "binlog.000999:4"], 1, "position-purged"),
            ] as [([String], Int32, String)] {
                let program = try archive.sync(arguments)
                try #expect(program.wait(seconds: 180) == .exit(exit), "\(program.tail)")
                #expect(program.errors.contains("error \(code): "), "\(program.tail)")
            }
            let plan = try archive.sync(["--start", archive.start, "--dry-run"])
            try #expect(plan.wait(seconds: 180) == .exit(0), "\(plan.tail)")
            #expect(plan.output.contains("\(archive.schema).t -> \(archive.schema).t"))
        }
    }
}
