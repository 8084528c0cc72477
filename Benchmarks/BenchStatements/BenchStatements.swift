import Foundation
import Model
import MySQLClient

/// `bench-statements NAME PORT SERVER-PID`: how fast one connection changes rows, by form of the statement.
///
/// A table as sysbench has it (a key, an indexed number, two texts) of 100,000 rows; each variant changes 40,000 of
/// them in transactions of 20,000, all rows of a random order. Wall time and the server's CPU time count, the best
/// of three rounds.
@main
struct BenchStatements {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let port = UInt16(arguments[2]), let id = Int(arguments[3]) else {
            FileHandle.standardError.write(Data("bench-statements NAME PORT SERVER-PID\n".utf8))
            exit(2)
        }
        let bench = try StatementBench(server: arguments[1], port: port, processID: id)
        for variant in Variant.all where variant.flavours.contains(arguments[1]) { try bench.measure(variant) }
    }
}

/// The table, the connection, and what is measured.
struct StatementBench {
    static let size = 100_000
    static let changed = 40_000
    static let transaction = 20_000

    let server: String
    let port: UInt16
    let processID: Int
    let connection: Connection
    /// Numbers of rows in the order in which they are changed.
    private let order: [Int]

    init(server: String, port: UInt16, processID: Int) throws {
        self.server = server
        self.port = port
        self.processID = processID
        let host = ServerURL.Host(name: "127.0.0.1", port: port)
        connection = try Connection.open(
            ConnectionOptions(url: ServerURL(user: "lutra", password: "lutra", hosts: [host], tls: .off)))
        var state: UInt64 = 2_026
        order = (0..<Self.size).map { number -> (UInt64, Int) in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33, number)
        }.sorted { $0.0 < $1.0 }.prefix(Self.changed).map { $0.1 }
    }

    func measure(_ variant: Variant) throws {
        var best: (wall: Double, cpu: Double)?
        for _ in 0..<3 {
            try fill(withChangedRows: !variant.inserts)
            let statements = variant.arrayBound ? [] : variant.statements(order, per: variant.rows)
            let bulk =
                variant.arrayBound
                ? try ArrayBound(port: port, sql: variant.sql, rowsMax: variant.rows, textCount: variant.texts) : nil
            let (wall, cpu) = (now, serverSeconds)
            for transaction in 0..<(Self.changed / Self.transaction) {
                let numbers = order[(transaction * Self.transaction)..<((transaction + 1) * Self.transaction)]
                if let bulk {
                    try bulk.run(numbers)
                } else {
                    let share = statements.count * Self.transaction / Self.changed
                    _ = try connection.execute("BEGIN")
                    for text in statements[(transaction * share)..<((transaction + 1) * share)] {
                        _ = try connection.execute(text)
                    }
                    _ = try connection.execute("COMMIT")
                }
            }
            let seconds = (now - wall, max(0.01, serverSeconds - cpu))
            if seconds.0 < best?.wall ?? .infinity { best = seconds }
        }
        guard let best else { return }
        let rates = [best.wall, best.cpu].map { String(Int(Double(Self.changed) / $0)) }
        // Not `print`: through a pipe its lines would come at the end only.
        let line = [server, variant.work, variant.name, rates[0], rates[1]].joined(separator: "\t") + "\n"
        FileHandle.standardOutput.write(Data(line.utf8))
    }

    /// The table as it is before each round; for inserts the rows that will come are not there.
    private func fill(withChangedRows isFull: Bool) throws {
        try connection.execute(
            """
            DROP DATABASE IF EXISTS statements; CREATE DATABASE statements; USE statements; \
            CREATE TABLE t (id INT PRIMARY KEY, k INT NOT NULL, c CHAR(120) NOT NULL, pad CHAR(60) NOT NULL, KEY (k))
            """)
        let left = isFull ? [] : Set(order)
        var rows: [String] = []
        for number in 0..<Self.size where !left.contains(number) {
            rows.append(Variant.values(number, round: 0))
            if rows.count == 1_000 || number == Self.size - 1 {
                try connection.execute("INSERT INTO t VALUES " + rows.joined(separator: ","))
                rows = []
            }
        }
        if !rows.isEmpty { try connection.execute("INSERT INTO t VALUES " + rows.joined(separator: ",")) }
    }

    private var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// User and system time of the server, in seconds.
    private var serverSeconds: Double {
        let file = FileManager.default.contents(atPath: "/proc/\(processID)/stat") ?? Data()
        let text = String(decoding: file, as: UTF8.self)
        guard let end = text.lastIndex(of: ")") else { return 0 }
        let fields = text[end...].split(separator: " ")
        return fields.count > 13 ? (Double(fields[12]) ?? 0) / 100 + (Double(fields[13]) ?? 0) / 100 : 0
    }
}
