import Foundation
import TestKit

/// A fenced block of a document.
struct DocumentBlock {
    let document: String
    /// Number of its first line.
    let line: Int
    /// What stands behind the fence's marks: `sh`, `yaml`, …
    let language: String
    let text: String

    /// Those of a document that stands in the repository, in order.
    static func all(of document: String) throws -> [DocumentBlock] {
        let text = try String(contentsOfFile: Places.repository + "/" + document, encoding: .utf8)
        var blocks: [DocumentBlock] = []
        var open: (line: Int, language: String, lines: [String])?
        for (index, line) in text.components(separatedBy: "\n").enumerated() {
            guard line.hasPrefix("```") else {
                open?.lines.append(line)
                continue
            }
            if let block = open {
                blocks.append(
                    DocumentBlock(
                        document: document, line: block.line, language: block.language,
                        text: block.lines.joined(separator: "\n")))
                open = nil
            } else {
                open = (index + 2, String(line.dropFirst(3)), [])
            }
        }
        return blocks
    }

    /// The commands of a shell block, continued lines joined, without comments between them.
    var commands: [String] {
        text.replacingOccurrences(of: "\\\n", with: " ").split(separator: "\n").map(String.init)
            .filter { !$0.hasPrefix("#") }
    }
}

/// Two servers that stand for those of the documents, and a folder to run their commands in.
struct DocumentBench {
    let source: Server
    let target: Server
    /// Also the home, with the client's login to the target; holds `binlog.000042` and the built `lutra`.
    let folder: String
    /// Where the log's tables are made, and where their rows begin.
    let beforeTables: String
    let behindTables: String

    init() throws {
        source = try Server(.mariadb, name: "docs-source", options: ["--binlog-row-metadata=FULL"])
        target = try Server(.mariadb, name: "docs-target")
        folder = try Places.newFolder("docs")
        let files = FileManager.default
        try files.createDirectory(atPath: folder + "/.build/release", withIntermediateDirectories: true)
        for name in ["/.build/release/lutra", "/lutra"] {
            try files.createSymbolicLink(atPath: folder + name, withDestinationPath: Places.lutra)
        }
        try "[client]\nhost=127.0.0.1\nport=\(target.port)\nuser=lutra\npassword=lutra\ndatabase=shop\n"
            .write(toFile: folder + "/.my.cnf", atomically: true, encoding: .utf8)
        for schema in ["shop", "crm"] { try source.freshSchema(schema) }
        try source.execute("FLUSH BINARY LOGS")
        beforeTables = try source.binlogEnd()
        try source.execute(
            """
            CREATE TABLE shop.orders (id int PRIMARY KEY, state varchar(20));
            CREATE TABLE shop.offer0000 (id int PRIMARY KEY, price decimal(8,2));
            CREATE TABLE shop.offer0031 LIKE shop.offer0000;
            CREATE TABLE crm.user_tmp (id int PRIMARY KEY, name text, ssn text);
            CREATE TABLE crm.user_eu LIKE crm.user_tmp;
            CREATE TABLE crm.account_eu LIKE crm.user_tmp
            """)
        behindTables = try source.binlogEnd()
        try source.execute(
            """
            INSERT INTO shop.orders VALUES (5, 'open'), (6, 'open');
            INSERT INTO shop.offer0000 VALUES (1, 1.5);
            INSERT INTO shop.offer0031 VALUES (31, 2);
            INSERT INTO crm.user_eu VALUES (1, 'Ann', '123');
            INSERT INTO crm.account_eu VALUES (1, 'Ann', '123');
            UPDATE shop.orders SET state = 'paid' WHERE id = 5
            """)
        let file = String(behindTables.prefix { $0 != ":" })
        try files.copyItem(atPath: source.dataFolder + "/" + file, toPath: folder + "/binlog.000042")
    }

    func remove() { for server in [source, target] { try? server.remove() } }

    /// The target as the documents find it: without tables.
    func emptyTarget() throws {
        for schema in ["retl", "crm", "crm2"] { try target.execute("DROP DATABASE IF EXISTS \(schema)") }
        for schema in ["shop", "crm2"] { try target.freshSchema(schema) }
    }

    /// A document's text with the names of this bench in place of those of its author's servers.
    func fitted(_ text: String, start: String) -> String {
        let offset = String(start.drop { $0 != ":" })
        let (from, to) = ("127.0.0.1:\(source.port)", "127.0.0.1:\(target.port)")
        let names = [
            ("mysql://sync@db1:3306", "mysql://lutra@\(from)"), ("mysql://sync@db2:3306", "mysql://lutra@\(to)"),
            ("mysql://sync@db2", "mysql://lutra@\(to)"), ("mysql://me@db1", "mysql://lutra@\(from)"),
            ("sync@10.0.0.1:3306,10.0.0.2:3306", "lutra@\(from),\(from)"), ("sync@10.1.0.1:3306", "lutra@\(to)"),
            ("/var/lib/mysql", source.dataFolder), ("/backup/binlogs", folder),
            ("binlog.000042:1457", "binlog.000042" + offset), ("2026-01-31", "2100-01-31"),
        ]
        return names.reduce(text) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
    }

    /// Starts a command of a document.
    func start(_ command: String, isAlone: Bool) throws -> Program {
        let environment = [
            "HOME": folder, "XDG_STATE_HOME": folder + "/state", "LUTRA_PASSWORD_FROM": "lutra",
            "LUTRA_PASSWORD_TO": "lutra",
        ]
        let start = "set -o pipefail; cd '\(folder)'; PATH=.:$PATH; \(isAlone ? "exec " : "")"
        return try Program("bash", ["-c", start + command], environment: environment)
    }
}
