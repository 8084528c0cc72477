import Binlog
import BinlogFuzz
import Model
import Testing

/// XA transactions: their rows go on where they are committed, and only then.
@Suite struct XATests {
    private let one = "X'6f',X'',1"
    private let two = "X'74',X'62',7"

    /// XA START to XA PREPARE with an insert for each number.
    private func prepare(
        _ log: inout LogBuilder, gtid: Int, _ xid: String, _ rows: [Int], table: String = "a", onePhase: Bool = false
    ) {
        log.gtid(UInt64(gtid))
        log.query("XA START \(xid)")
        for row in rows {
            log.tableMap(5, table)
            log.insert(5, [row])
        }
        log.query("XA END \(xid)")
        let isOne = xid == one
        let parts = isOne ? ([0x6f], [], 1) : ([0x74], [0x62], 7) as ([UInt8], [UInt8], Int)
        log.add(
            .xaPrepare,
            [onePhase ? 1 : 0] + little(parts.2, 4) + little(parts.0.count, 4) + little(parts.1.count, 4) + parts.0
                + parts.1)
    }

    private func finish(_ log: inout LogBuilder, gtid: Int, _ statement: String) {
        log.gtid(UInt64(gtid))
        log.query("XA \(statement)")
    }

    private func plain(_ log: inout LogBuilder, gtid: Int, _ row: Int, table: String = "a") {
        log.gtid(UInt64(gtid))
        log.query("BEGIN")
        log.tableMap(5, table)
        log.insert(5, [row])
        log.xid()
    }

    private func read(_ log: LogBuilder, from start: Checkpoint? = nil, prepared: [String: [UInt8]] = [:]) throws
        -> Reading
    {
        var reading = Reading(gtids: .mysql(MySQLGTIDSet()))
        if let start { reading.selector = selector(start, prepared) }
        for event in log.events where event.start >= (start?.position ?? event.start) || event.type == 15 {
            try reading.consume(event.bytes)
        }
        reading.take()
        return reading
    }

    private func selector(
        _ start: Checkpoint, _ prepared: [String: [UInt8]] = [:], limits: Limits = Limits()
    ) -> EventSelector {
        EventSelector(
            start: start, isMariaDB: false, limits: limits, prepared: prepared, isMapped: { $0.table != "other" })
    }

    private func changes(_ reading: Reading) -> [XAChange] {
        reading.items.compactMap { if case .xa(let change) = $0 { change } else { nil } }
    }

    @Test func interleaved() throws {
        var log = LogBuilder()
        log.format()
        plain(&log, gtid: 1, 1)
        prepare(&log, gtid: 2, one, [2, 3])
        plain(&log, gtid: 3, 4, table: "b")
        prepare(&log, gtid: 4, two, [5])
        finish(&log, gtid: 5, "COMMIT \(one)")
        plain(&log, gtid: 6, 6)
        finish(&log, gtid: 7, "ROLLBACK \(two)")
        let reading = try read(log)
        #expect(
            try reading.story() == [
                row(1), "prepared \(one)", row(4, table: "b"), "prepared \(two)", row(2), row(3), "finished \(one)",
                row(6), "finished \(two)",
            ])
        let rows = try reading.rows()
        let uuid = "11112222-3333-4444-5555-666677778888"
        #expect(rows.map(\.gtid) == [1, 3, 5, 5, 6].map { "\(uuid):\($0)" })
        let resumes = changes(reading).map(\.resume.gtids.description)
        #expect(resumes == ["1-2", "1-4", "1-5", "1-7"].map { "\(uuid):\($0)" })
        #expect(changes(reading).allSatisfy { $0.resume.eventsIntoTransaction == 0 })
    }

    /// From each checkpoint that an item gives, with what was kept up to it, the rest comes.
    @Test func goesOnFromEachItem() throws {
        var log = LogBuilder()
        log.format()
        plain(&log, gtid: 1, 1)
        prepare(&log, gtid: 2, one, [2, 3])
        plain(&log, gtid: 3, 4)
        finish(&log, gtid: 4, "COMMIT \(one)")
        plain(&log, gtid: 5, 5)
        let whole = try read(log)
        let all = try whole.story()
        var seen: [String] = []
        var prepared: [String: [UInt8]] = [:]
        for item in whole.items {
            var part = whole
            part.items = [item]
            seen += try part.story()
            let resume: Checkpoint
            switch item {
            case .rows(let chunk): resume = chunk.resume
            case .statement(let statement): resume = statement.resume
            case .undone(let checkpoint), .progress(let checkpoint): resume = checkpoint
            case .xa(let change):
                resume = change.resume
                prepared[change.xid] = nil
                if case .prepared(let bytes) = change.kind { prepared[change.xid] = bytes }
            }
            let rest = try read(log, from: resume, prepared: prepared).story()
            #expect(seen + rest == all)
        }
        #expect(seen == all)
    }

    /// More than a chunk: nothing goes on before the commit, then in chunks that say how far they are.
    @Test(arguments: [false, true]) func largerThanAChunk(onePhase: Bool) throws {
        var log = LogBuilder()
        log.format()
        prepare(&log, gtid: 1, one, Array(1...20), onePhase: onePhase)
        let prepareEnd = log.events.count
        if !onePhase { finish(&log, gtid: 2, "COMMIT \(one)") }
        var limits = Limits()
        limits.chunkBytes = 40
        var reading = Reading(gtids: .mysql(MySQLGTIDSet()), limits: limits)
        for (number, event) in log.events.enumerated() {
            try reading.consume(event.bytes)
            let isEarly = number < prepareEnd - 1
            #expect(!isEarly || !reading.selector.hasItems || reading.selector.hasTransactionBoundary)
            reading.take()
        }
        let chunks = reading.items.compactMap { if case .rows(let chunk) = $0 { chunk } else { nil } }
        #expect(chunks.count > 2)
        #expect(chunks.dropLast(onePhase ? 1 : 0).allSatisfy { $0.endsInsideTransaction })
        #expect(try reading.rows().map(\.text) == (1...20).map { row($0) })
        // From the middle only the rest comes.
        let kept = changes(reading).compactMap { if case .prepared(let bytes) = $0.kind { bytes } else { nil } }
        var again = Reading()
        again.selector = selector(chunks[1].resume, kept.first.map { [one: $0] } ?? [:], limits: limits)
        for event in log.events where event.start >= chunks[1].resume.position || event.type == 15 {
            try again.consume(event.bytes)
        }
        again.take()
        let before = try chunks[..<2].flatMap(rowTexts).count
        #expect(chunks[1].resume.eventsIntoTransaction == UInt64(before))
        #expect(try again.rows().map(\.text) == (before + 1...20).map { row($0) })
    }

    @Test func withoutMappedRows() throws {
        var log = LogBuilder()
        log.format()
        prepare(&log, gtid: 1, one, [1], table: "other")
        prepare(&log, gtid: 2, two, [])
        finish(&log, gtid: 3, "COMMIT \(one)")
        finish(&log, gtid: 4, "ROLLBACK \(two)")
        #expect(try read(log).story() == ["progress"])
    }

    /// What was prepared before the start and is committed behind it is told; a rollback is nothing.
    @Test func preparedBeforeTheStart() throws {
        var log = LogBuilder()
        log.format()
        finish(&log, gtid: 1, "COMMIT \(one)")
        finish(&log, gtid: 2, "ROLLBACK \(two)")
        #expect(try read(log).story() == ["missed \(one)", "progress"])
    }

    @Test func tooLarge() throws {
        var log = LogBuilder()
        log.format()
        prepare(&log, gtid: 1, one, [1, 2, 3])
        let first = try read(log)
        guard case .prepared(let kept)? = changes(first).first?.kind else { return }
        prepare(&log, gtid: 2, two, [1, 2, 3])
        var limits = Limits()
        limits.preparedBytes = kept.count + 25
        var reading = Reading(limits: limits)
        #expect(code { try reading.consume(log) } == "xa-unsupported")
        reading.items += reading.selector.takeWholeItems()
        #expect(try reading.story() == ["prepared \(one)"])
    }

    /// What the target kept may be anything.
    @Test func damagedStore() throws {
        var log = LogBuilder()
        log.format()
        prepare(&log, gtid: 1, one, [1, 2])
        let end = log.events.count
        finish(&log, gtid: 2, "COMMIT \(one)")
        let reading = try read(log)
        let first = try #require(changes(reading).first)
        guard case .prepared(let kept) = first.kind else { return }
        let commit = log.events[end...]
        for place in kept.indices {
            for bytes in [Array(kept[..<place]), kept[..<place] + [kept[place] ^ 0x41] + kept[(place + 1)...]] {
                var again = Reading()
                again.selector = selector(first.resume, [one: bytes])
                try again.consume(log.events[0].bytes)
                do { for event in commit { try again.consume(event.bytes) } } catch is LutraError { continue }
                again.take()
                do { _ = try again.rows() } catch is LutraError {}
            }
        }
    }

    /// Logs of real servers: `Tests/BinlogLogs/xa.sql`.
    @Test(arguments: FuzzTests.names.filter { $0.hasPrefix("xa.") }) func realLogs(name: String) throws {
        let log = try #require(try SeedLog(file: SeedLog.folder + "/" + name))
        var reading = Reading(isMariaDB: log.isMariaDB)
        for event in log.events { try reading.consume(event) }
        reading.take()
        let story = try reading.story()
        let changes = story.filter { !$0.hasPrefix("statement") && $0 != "progress" }
        #expect(
            changes == [
                "prepared X'6f6e65',X'6272616e6368',7", "insert s.t 01000000|6f6e65", "insert s.t 02000000|74776f",
                "finished X'6f6e65',X'6272616e6368',7", "prepared X'74776f',X'',1", "finished X'74776f',X'',1",
                "delete s.t 01000000|6f6e65",
            ], "\(story)")
    }
}
