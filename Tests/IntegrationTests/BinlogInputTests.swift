import Foundation
import MySQLClient
import TestKit
import Testing

extension BinlogSuites {
    /// Files that are damaged, foreign or still written, readers that go away, and wrong arguments: a clear error with
    /// its exit code, or a clean end.
    @Suite("binlog input")
    struct BinlogInputTests {
        /// A closed log of a MariaDB server with rows, its open successor, and an offset inside.
        private func logs() throws -> (closed: String, open: String, bytes: [UInt8]) {
            let server = try TestServers.shared(.mariadb, .binlogTool)
            try server.execute("SET GLOBAL binlog_row_metadata = FULL; FLUSH BINARY LOGS")
            let closed = try server.binlogEnd().prefix { $0 != ":" }
            try server.freshSchema("binlog_input")
            try server.execute(
                """
                CREATE TABLE binlog_input.t (id INT PRIMARY KEY, v LONGTEXT); \
                INSERT INTO binlog_input.t VALUES (1, 'one'), (2, 'two'); \
                UPDATE binlog_input.t SET v = REPEAT('x', 100000) WHERE id = 2; FLUSH BINARY LOGS
                """)
            let open = try server.binlogEnd().prefix { $0 != ":" }
            let path = server.dataFolder + "/" + closed
            let bytes = try #require(FileManager.default.contents(atPath: path))
            return (path, server.dataFolder + "/" + open, Array(bytes))
        }

        private func file(_ bytes: some Collection<UInt8>, _ name: String = "binlog.000007") throws -> String {
            let path = try Places.newFolder("input") + "/" + name
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            return path
        }

        private func expect(
            _ arguments: [String], exit: Int32, code: String?, _ location: SourceLocation = #_sourceLocation
        ) throws {
            let program = try Program.lutra(["binlog"] + arguments)
            try #expect(program.wait(seconds: 180) == .exit(exit), "\(program.tail)", sourceLocation: location)
            if let code {
                #expect(
                    program.errors.contains("lutra: error \(code): "), "\(program.tail)", sourceLocation: location)
            } else {
                #expect(program.errors == "", "\(program.tail)", sourceLocation: location)
            }
        }

        @Test("damaged and foreign files", .timeLimit(.minutes(30)))
        func damagedAndForeignFiles() throws {
            let (closed, open, bytes) = try logs()
            var flipped = bytes
            flipped[bytes.count - 60] ^= 1
            var encrypted = bytes
            encrypted[0] = 0xfd
            try expect(["print", closed], exit: 0, code: nil)
            try expect(["print", open], exit: 0, code: nil)
            try expect(["stats", closed, open], exit: 0, code: nil)
            try expect(["print", try file(flipped)], exit: 1, code: "binlog-corrupt")
            try expect(["print", try file(bytes.dropLast(7))], exit: 1, code: "binlog-corrupt")
            try expect(["stats", try file([])], exit: 1, code: "binlog-corrupt")
            try expect(["print", try file(encrypted)], exit: 1, code: "binlog-unsupported")
            try expect(["print", try file(Array("no binlog at all".utf8))], exit: 2, code: "file-unreadable")
            try expect(["print", "/nowhere/binlog.000001"], exit: 2, code: "file-unreadable")
            try expect(["print", try Places.newFolder("empty")], exit: 2, code: "file-unreadable")
            try expect(["print", closed, try file(bytes, "other.000008")], exit: 2, code: "usage")
            try expect(["print", closed, try file(bytes, "binlog.999998")], exit: 1, code: "position-purged")
            // What was read before the damage is printed.
            let program = try Program.lutra(["binlog", "print", try file(bytes.dropLast(7))])
            try program.wait()
            #expect(program.output.contains("INSERT binlog_input.t"))
            #expect(program.errors.contains("offset"))
        }

        @Test("a file that is still written", .timeLimit(.minutes(30)))
        func aFileThatIsStillWritten() throws {
            let server = try TestServers.shared(.mariadb, .binlogTool)
            let (_, open, _) = try logs()
            try server.execute("INSERT INTO binlog_input.t VALUES (3, 'three'), (4, 'four')")
            let bytes = try #require(FileManager.default.contents(atPath: open))
            // Its last event, the end of the transaction, is not whole.
            let path = try file(bytes.dropLast(9))
            let program = try Program.lutra(["binlog", "print", path])
            try #expect(program.wait() == .exit(0))
            #expect(program.errors.contains("warning: the log ends inside a transaction"))
            #expect(program.output.contains("'three'"))
            let undo = try Program.run(Places.lutra, ["binlog", "print", "--format", "sql", "--undo", path])
            #expect(!undo.contains("DELETE"))
            try expect(["print", try file(bytes)], exit: 0, code: nil)
        }

        @Test("wrong arguments", .timeLimit(.minutes(30)))
        func wrongArguments() throws {
            let (closed, _, _) = try logs()
            let wrong: [([String], String)] = [
                (["print"], "usage"), (["print", "--format", "xml", closed], "usage"),
                (["print", "--undo", closed], "usage"), (["print", "--where", "id", closed], "usage"),
                (["print", "--operation", "upsert", closed], "usage"),
                (["print", "--gtid", "nonsense", closed], "usage"),
                (["print", "--from-time", "yesterday", closed], "usage"),
                (["print", "--stop", "nowhere", closed], "usage"),
                (["print", "--start", "now", closed], "usage"),
                (["print", "--table", "nodot", closed], "pattern-invalid"),
                (["print", "--start", "4", "--from-time", "2026-01-01T00:00:00Z", closed], "usage"),
                (["find", closed], "usage"), (["find", "--key", "id=1", closed], "usage"),
                (["tail", closed], "usage"), (["print", "http://x@y", closed], "usage"),
                (["print", "http://x@y"], "url-invalid"), (["stats", "--format", "sql", closed], "usage"),
                (["print", "--where", "nope = 1", closed], "usage"),
                (["find", "--key", "nope = 1", "--table", "*.t", closed], "usage"),
            ]
            for (arguments, code) in wrong { try expect(arguments, exit: 2, code: code) }
            try expect(["print", "--start", "17", closed], exit: 1, code: "position-invalid")
            try expect(["find", "--gtid", "7-7-7", closed], exit: 1, code: "position-invalid")
        }

        @Test("what is found at the end of a log is told", .timeLimit(.minutes(30)))
        func theEndOfALog() throws {
            let (closed, _, bytes) = try logs()
            let late = try Program.lutra(["binlog", "find", "--time", "2100-01-01T00:00:00Z", closed])
            try #expect(late.wait() == .exit(0))
            #expect(late.errors.contains("this is the end of the log"))
            try expect(["find", "--time", "2000-01-01T00:00:00Z", closed], exit: 0, code: nil)
            let early = try Program.lutra(["binlog", "print", try file(bytes.prefix(4))])
            try #expect(early.wait() == .exit(0))
            #expect(early.errors == "lutra: warning: the file holds no event yet\n")
        }

        @Test("a reader that goes away is no error", .timeLimit(.minutes(30)))
        func aReaderThatGoesAway() throws {
            let (closed, _, _) = try logs()
            let script = """
                set -o pipefail
                '\(Places.lutra)' binlog print --full --format json '\(closed)' '\(closed)' | head -c 100 > /dev/null
                echo "${PIPESTATUS[0]}"
                """
            let program = try Program("bash", ["-c", script])
            try #expect(program.wait() == .exit(0), "\(program.tail)")
            #expect(program.output == "0\n")
            #expect(program.errors == "")
        }

        @Test("filters", .timeLimit(.minutes(30)))
        func filters() throws {
            let (closed, _, _) = try logs()
            func lines(_ arguments: [String]) throws -> Int {
                try Program.run(Places.lutra, ["binlog", "print", "--format", "json"] + arguments + [closed])
                    .split(separator: "\n").count
            }
            #expect(try lines(["--operation", "insert"]) == 2)
            #expect(try lines(["--operation", "insert,update"]) == 3)
            #expect(try lines(["--operation", "ddl", "--table", "binlog_input.*"]) == 1)
            #expect(try lines(["--where", "id = 2"]) == 2)
            #expect(try lines(["--where", "id >= 1 and v like 'o%'"]) == 1)
            #expect(try lines(["--where", "V = 'two'"]) == 2)
            #expect(try lines(["--where", "v is null"]) == 0)
            #expect(try lines(["--table", "other.*"]) == 0)
            #expect(try lines(["--exclude", "binlog_input.t", "--operation", "insert"]) == 0)
            #expect(try lines(["--to-time", "2001-01-01T00:00:00Z"]) == 0)
            #expect(try lines(["--from-time", "2001-01-01T00:00:00Z", "--operation", "update"]) == 1)
            let all = try Program.run(Places.lutra, ["binlog", "print", "--format", "json", closed])
            let update = try #require(all.split(separator: "\n").first { $0.contains("\"update\"") })
            let fields = try PrintedRow(line: update)
            #expect(try lines(["--stop", "\(fields.place.offset)", "--operation", "update"]) == 1)
            let gtid = try #require(update.firstMatch(of: #/"gtid":"([^"]+)"/#)).1
            #expect(try lines(["--gtid", String(gtid)]) == 1)
            let found = try Program.run(
                Places.lutra, ["binlog", "find", "--format", "json", "--gtid", String(gtid), closed])
            let start = try #require(update.firstMatch(of: #/"transaction":"([^"]+)"/#)).1
            #expect(found.contains("\"start\":\"\(start)\""))
            let row = try Program.run(
                Places.lutra, ["binlog", "find", "--key", "id=2", "--table", "binlog_input.t", closed])
            #expect(row.contains("INSERT binlog_input.t") && row.contains("UPDATE binlog_input.t"))
            #expect(row.contains("v  = 'two' → 'xxx") && !row.contains("'one'"))
        }

        @Test("names from a server", .timeLimit(.minutes(30)))
        func namesFromAServer() throws {
            let server = try TestServers.shared(.mariadb, .binlogTool)
            try server.freshSchema("binlog_names")
            try server.execute("CREATE TABLE binlog_names.t (first INT UNSIGNED PRIMARY KEY, second VARCHAR(9))")
            try server.execute("SET GLOBAL binlog_row_metadata = NO_LOG; FLUSH BINARY LOGS")
            try server.execute("INSERT INTO binlog_names.t VALUES (4294967295, 'x')")
            let file = server.dataFolder + "/" + (try server.binlogEnd().prefix { $0 != ":" })
            let arguments = ["binlog", "print", "--format", "json", "--table", "binlog_names.t"]
            let plain = try Program.lutra(arguments + [file])
            try #expect(plain.wait() == .exit(0))
            #expect(plain.output.contains("\"@1\":-1,\"@2\":\"x\""))
            #expect(plain.errors.contains("--schema-from"))
            let named = try Program.run(Places.lutra, arguments + ["--schema-from", server.url, file])
            #expect(named.contains("\"first\":4294967295,\"second\":\"x\""))
            let sql = try Program.lutra(["binlog", "print", "--format", "sql", "--table", "binlog_names.t", file])
            try #expect(sql.wait() == .exit(1))
            #expect(sql.errors.contains("error schema-mismatch: "))
        }

        @Test("follows a server until Ctrl-C", .timeLimit(.minutes(30)), arguments: Flavor.available)
        func followsAServer(_ flavor: Flavor) throws {
            let server = try TestServers.shared(flavor, .binlogTool)
            try server.freshSchema("binlog_tail")
            try server.execute("CREATE TABLE binlog_tail.t (id INT PRIMARY KEY)")
            let password = ["LUTRA_PASSWORD_FROM": "lutra"]
            let program = try Program.lutra(
                ["binlog", "tail", "--table", "binlog_tail.*", "mysql://lutra@127.0.0.1:\(server.port)"],
                environment: password)
            defer { program.signal(SIGKILL) }
            var id = 0
            // It begins at the end of the log as it is when it has connected.
            let hasSeen = try waitUntil(seconds: 180) {
                id += 1
                try server.execute("INSERT INTO binlog_tail.t VALUES (\(id))")
                return program.output.contains("INSERT binlog_tail.t")
            }
            #expect(hasSeen, "\(program.tail)")
            program.signal(SIGINT)
            try #expect(program.wait(seconds: 180) == .exit(0), "\(program.tail)")
            #expect(program.errors == "")
        }

        @Test("follows through a lost connection", .timeLimit(.minutes(30)), arguments: Flavor.available)
        func followsThroughALostConnection(_ flavor: Flavor) throws {
            let server = try TestServers.shared(flavor, .binlogTool)
            try server.freshSchema("binlog_lost")
            try server.execute("SET GLOBAL binlog_row_metadata = FULL; CREATE TABLE binlog_lost.t (id INT PRIMARY KEY)")
            let proxy = try FaultProxy(to: server)
            let program = try Program.lutra(
                [
                    "binlog", "tail", "--format", "json", "--table", "binlog_lost.*",
                    "mysql://lutra@127.0.0.1:\(proxy.port)/?tls=off",
                ], environment: ["LUTRA_PASSWORD_FROM": "lutra"])
            defer { program.signal(SIGKILL) }
            var id = 0
            func insertUntilSeen() throws {
                let before = program.output.split(separator: "\n").count
                let hasSeen = try waitUntil(seconds: 180) {
                    id += 1
                    try server.execute("INSERT INTO binlog_lost.t VALUES (\(id))")
                    return program.output.split(separator: "\n").count > before
                }
                #expect(hasSeen, "\(program.tail)")
            }
            try insertUntilSeen()
            for _ in 1...3 {
                proxy.dropConnections()
                try insertUntilSeen()
            }
            let isWhole = waitUntil(seconds: 180) { program.output.contains("\"id\":\(id)}") }
            #expect(isWhole, "\(program.tail)")
            program.signal(SIGINT)
            try #expect(program.wait(seconds: 180) == .exit(0), "\(program.tail)")
            #expect(program.errors.contains("the connection was lost"))
            // From the first one on, each row once, in order.
            let seen = program.output.split(separator: "\n").compactMap {
                $0.firstMatch(of: #/"after":{"id":(\d+)}/#).flatMap { Int($0.1) }
            }
            #expect(seen == Array((seen.first ?? 0)...id))
        }

        @Test("statistics", .timeLimit(.minutes(30)))
        func statistics() throws {
            let (closed, _, bytes) = try logs()
            let text = try Program.run(Places.lutra, ["binlog", "stats", "--format", "json", "--largest", "1", closed])
            let json = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            #expect(json["bytes"] as? Int == bytes.count - 4)
            #expect(json["rows"] as? Int == 3)
            let tables = try #require(json["tables"] as? [[String: Any]])
            #expect(tables.map { $0["inserts"] as? Int } == [2])
            #expect((json["largest"] as? [[String: Any]])?.first?["rows"] as? Int == 1)
            let readable = try Program.run(Places.lutra, ["binlog", "stats", closed])
            #expect(readable.contains("binlog_input.t") && readable.contains("largest transaction"))
        }
    }
}
