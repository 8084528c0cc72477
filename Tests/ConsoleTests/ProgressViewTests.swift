import Console
import Model
import Testing

@Suite struct ProgressViewTests {
    private func snapshot() -> ProgressSnapshot {
        var snapshot = ProgressSnapshot(phase: .streaming, takenMicroseconds: 1_000_000)
        snapshot.rowsApplied = 1_234_567
        snapshot.bytesRead = 5 << 20
        snapshot.lagMicroseconds = 3_400
        snapshot.batchRows = 20_000
        snapshot.sourcePosition = BinlogPosition(file: "binlog.000012", offset: 900)
        snapshot.checkpoint = Checkpoint(position: BinlogPosition(file: "binlog.000012", offset: 800), gtids: .none)
        for index in 1...12 {
            let counts = ProgressSnapshot.RowCounts(inserts: UInt64(index), updates: 2_000, deletes: 0)
            snapshot.tables[TableName("shop", "t\(index)")] = counts
        }
        return snapshot
    }

    @Test func streaming() {
        let lines = ProgressView(title: "hz → us").lines(snapshot(), rate: 45_678.9, width: 80, height: 12)
        let expected = [
            "hz → us  streaming",
            "  1,234,567 rows · 45,678 rows/s · lag 3 ms · 5.0 MiB read · batch 20,000",
            "  at binlog.000012:800, read up to binlog.000012:900",
            "  table                                        inserts      updates      deletes",
            "  shop.t12                                          12        2,000            0",
            "  shop.t11                                          11        2,000            0",
            "  shop.t10                                          10        2,000            0",
            "  shop.t9                                            9        2,000            0",
            "  shop.t8                                            8        2,000            0",
            "  7 more tables                                     28       14,000            0",
        ]
        #expect(lines == expected)
    }

    @Test func aTargetThatIsBusyForLong() {
        var waiting = snapshot()
        waiting.targetWait = .init(seconds: 95, state: "Waiting for table metadata lock, connection 7")
        let lines = ProgressView(title: "hz → us").lines(waiting, rate: 0, width: 90, height: 12)
        #expect(lines[3] == "  ! the target has been busy for 1 m 35 s: Waiting for table metadata lock, connection 7")
    }

    @Test(arguments: [20, 40, 79, 80, 200], [3, 5, 10, 50])
    func fitsEveryScreen(width: Int, height: Int) {
        var long = snapshot()
        long.phase = .reconnecting(cause: String(repeating: "the server is gone ", count: 20))
        long.errors = ["first", "second \u{1b}[2J\nline"]
        let name = TableName(String(repeating: "s", count: 64), String(repeating: "t", count: 64))
        long.tables[name] = .init(inserts: 9_999)
        let lines = ProgressView(title: "a → b").lines(long, rate: nil, width: width, height: height)
        #expect(lines.allSatisfy { $0.count <= width && !$0.contains("\u{1b}") && !$0.contains("\n") })
        #expect(lines.count <= max(4, height))
    }

    @Test func loadingShowsBarAndETA() {
        var loading = snapshot()
        loading.phase = .loading
        loading.load = .init(tablesDone: 3, tablesTotal: 12, rowsDone: 50_000, rowsEstimate: 200_000)
        let view = ProgressView(title: "a → b")
        #expect(view.lines(loading, rate: 1_000)[2].hasPrefix("  [#####...............] 25% · tables 3/12"))
        #expect(view.lines(loading, rate: 1_000, width: 120)[2].hasSuffix("ETA 2 m 30 s"))
        loading.load?.rowsDone = 300_000
        #expect(view.lines(loading, rate: 1_000)[2].contains("99%"))
    }

    @Test func summary() {
        let lines = ProgressView(title: "a → b").summary(snapshot(), elapsedMicroseconds: 61_000_000)
        #expect(lines[0] == "a → b  streaming: 1,234,567 rows in 1 m 1 s (20,238 rows/s)")
    }

    @Test func rateCoversTheLastSeconds() {
        var meter = RateMeter()
        for second in 0...60 {
            var sample = ProgressSnapshot(phase: .streaming, takenMicroseconds: Int64(second) * 1_000_000)
            sample.rowsApplied = second < 30 ? 0 : UInt64(second - 30) * 500
            meter.add(sample)
        }
        #expect(meter.rowsPerSecond == 500)
    }
}

@Suite struct ScreenPainterTests {
    @Test func redrawsInPlaceAndCountsWrappedLines() {
        var painter = ScreenPainter()
        #expect(painter.draw(["one", "two"], width: 80) == "one\ntwo\n")
        #expect(painter.draw(["three"], width: 80) == "\u{1b}[2A\r\u{1b}[Jthree\n")
        // The terminal became two columns wide: "three" takes three rows now.
        #expect(painter.erase(width: 2) == "\u{1b}[3A\r\u{1b}[J")
        #expect(painter.erase(width: 2) == "")
    }
}

@Suite struct LogLineTests {
    private let line = LogLine(
        microseconds: 1_769_860_800_123_456, level: "warning", label: "x", message: "two\nlines \u{1b}[0m",
        fields: [("table", "shop.orders"), ("cause", "it \"broke\" here"), ("empty", "")])

    @Test func text() {
        let expected =
            #"2026-01-31T12:00:00.123456Z warning two\nlines \x1b[0m table=shop.orders "#
            + #"cause="it \"broke\" here" empty="""#
        #expect(line.text(.text) == expected)
    }

    @Test func json() {
        let expected =
            #"{"time":"2026-01-31T12:00:00.123456Z","level":"warning","message":"two\nlines \u001b[0m","#
            + #""table":"shop.orders","cause":"it \"broke\" here","empty":""}"#
        #expect(line.text(.json) == expected)
    }
}
