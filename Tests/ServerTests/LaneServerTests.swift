import Binlog
import Capture
import Foundation
import Load
import Model
import MySQLClient
import PipelineRuntime
import Plan
import TestKit
import Testing

/// Random histories over tables of many shapes, divided among lanes, folded, and applied in a random order among the
/// lanes, leave the tables as the source's own rows one after another did.
@Suite(.serialized) struct LaneServerTests {
    private static let changes = 6_000
    private static let lanes = 5
    /// Of the history and the order of the lanes.
    private static let seed = ProcessInfo.processInfo.environment["LUTRA_LANE_SEED"].flatMap { UInt64($0) } ?? 2_026
    private let schema = "lanes"

    @Test(arguments: [Flavor.mariadb, .mysql])
    func anyOrderOfTheLanesLeavesTheSameTables(_ flavor: Flavor) throws {
        guard flavor.isAvailable else { return }
        let (from, to) = (try TestServers.shared(flavor, .source), try TestServers.shared(flavor, .target))
        let source = try from.connect()
        let start = try prepare(from, source)
        let batch = try read(source, from: start)
        #expect(batch.rows.count > Self.changes / 4)
        for unit in [LaneUnit.rows, .transactions, .runs] {
            try to.freshSchema(schema)
            let target = try to.connect()
            try create(target)
            try target.execute("SET NAMES binary; \(SessionMode.strict)")
            let catalog = TargetCatalog(
                target.options, router: try TableRouter(tables: [TableMapping(source: "\(schema).*")]),
                sourceTables: batch.tables.map(\.name))
            let plans = try batch.tables.map { try catalog.plan(for: $0) }
            var run = LaneRun(batch: batch, plans: plans, lanes: Self.lanes, unit: unit, seed: Self.seed)
            try run.apply(target)
            #expect(run.lanesUsed == Self.lanes)
            // Runs are whole transactions of many tables: few are independent of each other.
            #expect(unit == .runs || run.batchesDivided { $0.hasPrefix("join_") } > 0)
            #expect(run.rewritten * 10 < run.worked, "\(run.rewritten) of \(run.worked)")
            for table in try tableNames(source, schema) {
                let tables = TableComparison(source: (schema, table), target: (schema, table))
                let difference = try tables.difference(source, target)
                #expect(difference == nil, "\(unit): \(difference ?? "")")
            }
        }
    }

    private func create(_ connection: Connection) throws {
        try connection.execute("USE \(schema)")
        for shape in TableShape.all { for table in shape.tables { try connection.execute(table.creation) } }
    }

    /// Makes the tables and their history; returns where it begins.
    private func prepare(_ server: Server, _ source: Connection) throws -> Checkpoint {
        try server.freshSchema(schema)
        try source.execute("SET NAMES utf8mb4")
        try create(source)
        let start = try #require(try source.binlogEnd())
        var random = SeededRandom(seed: Self.seed)
        var failed = 0
        for change in 0..<Self.changes {
            if change % 5 == 0 { try source.execute(change == 0 ? "BEGIN" : "COMMIT; BEGIN") }
            guard let shape = TableShape.all.randomElement(using: &random) else { continue }
            do { try source.execute(shape.change(using: &random)) } catch is StatementFailure { failed += 1 }
        }
        try source.execute("COMMIT")
        #expect(failed < Self.changes / 4)
        return start
    }

    private func read(_ source: Connection, from start: Checkpoint) throws -> RowBatch {
        let names = try tableNames(source, schema).map { TableName(schema, $0) }
        let definitions = try SchemaReader(source).definitions(of: names)
        var selector = EventSelector(
            start: start, isMariaDB: source.server.flavor == .mariadb, limits: Limits(),
            isMapped: { definitions[$0] != nil })
        let stream = try DumpStream.open(source.options, from: .position(start.position), .look)
        defer { stream.close() }
        while let event = try stream.next() { try selector.consume(event) }
        var batch = RowBatch(resume: start)
        let decoder = RowsDecoder()
        var tables: [TableName: LoggedTable] = [:]
        for case .rows(let chunk) in selector.takeItems() {
            try decoder.decode(
                chunk,
                resolve: { map throws(LutraError) in
                    guard let definition = definitions[map.name] else { return nil }
                    let table = tables[map.name] ?? LoggedTable(map, definition)
                    tables[map.name] = table
                    return table
                }, into: &batch)
        }
        return batch
    }
}

/// Lanes at work, one statement packet at a time, in a random order that keeps what the parts demand.
private struct LaneRun {
    private struct Job {
        var part: LanePart
        var step: Int
    }

    let batch: RowBatch
    let plans: [TablePlan?]
    let unit: LaneUnit
    private var random: SeededRandom
    private var partitioner: LanePartitioner
    private var queues: [[Job]]
    /// By step: bits of the lanes that are not done.
    private var open: [UInt64] = []
    /// Parts that were applied, and those of them that were written in the source's order in a second try.
    private(set) var worked = 0
    private(set) var rewritten = 0
    /// Bits of the lanes that did something.
    private var used: UInt64 = 0
    /// Batches of which several lanes got rows, by table.
    private var divided: [TableName: Int] = [:]

    init(batch: RowBatch, plans: [TablePlan?], lanes: Int, unit: LaneUnit, seed: UInt64) {
        self.batch = batch
        self.plans = plans
        self.unit = unit
        random = SeededRandom(seed: seed)
        partitioner = LanePartitioner(lanes: lanes, unit: unit, rowsPerLane: 2)
        queues = Array(repeating: [], count: lanes)
    }

    var lanesUsed: Int { used.nonzeroBitCount }

    /// How often several lanes got rows of one and the same table in a batch.
    func batchesDivided(_ isCounted: (String) -> Bool) -> Int {
        divided.reduce(0) { $0 + (isCounted($1.key.table) ? $1.value : 0) }
    }

    mutating func apply(_ target: Connection) throws {
        var next = 0
        while next < batch.rows.count || queues.contains(where: { !$0.isEmpty }) {
            let underway = open.suffix(LanePartitioner.window).count { $0 != 0 }
            let hasRoom = open.count < LanePartitioner.window || open[open.count - LanePartitioner.window] == 0
            if next < batch.rows.count, hasRoom, underway == 0 || Bool.random(using: &random) {
                next = hand(from: next)
            } else if let lane = ready.randomElement(using: &random) {
                try work(lane, target)
            } else if next >= batch.rows.count || !hasRoom {
                throw TestFailure("every lane waits for another one")
            }
        }
    }

    /// Divides the next rows; whole transactions unless rows may be divided.
    private mutating func hand(from start: Int) -> Int {
        var end = min(start + Int.random(in: 1...120, using: &random), batch.rows.count)
        while unit != .rows, end < batch.rows.count, batch.rows[end].transaction == batch.rows[end - 1].transaction {
            end += 1
        }
        let parts = partitioner.divide(
            Array(UInt32(start)..<UInt32(end)), of: batch, plans: plans, isBarrier: false)
        for part in parts { queues[part.lane].append(Job(part: part, step: open.count)) }
        open.append(parts.reduce(0) { $0 | 1 << UInt64($1.lane) })
        for (table, lanes) in lanesByTable(parts) where lanes > 1 { divided[table, default: 0] += 1 }
        return end
    }

    private func lanesByTable(_ parts: [LanePart]) -> [TableName: Int] {
        var lanes: [TableName: Int] = [:]
        for part in parts {
            let tables = Set(part.rows.map { batch.rows[Int($0)].table })
            for table in tables.compactMap({ plans[Int($0)]?.target.name }) { lanes[table, default: 0] += 1 }
        }
        return lanes
    }

    private var ready: [Int] {
        queues.indices.filter { lane in
            guard let job = queues[lane].first else { return false }
            return job.part.waits.enumerated().allSatisfy { age, lanes in
                job.step <= age || open[job.step - age - 1] & lanes == 0
            }
        }
    }

    private mutating func work(_ lane: Int, _ target: Connection) throws {
        let job = queues[lane].removeFirst()
        var options = ScriptOptions(limits: Limits(), packetBytes: 1 << 24)
        do { try apply(job, options, target) } catch let failure as StatementFailure {
            // As the pipeline does: folded, a row may have gone before the one that it references.
            guard [1451, 1452].contains(failure.number) else { throw failure }
            try target.execute("ROLLBACK")
            rewritten += 1
            options.foldsJoined = false
            try apply(job, options, target)
        }
        worked += 1
        used |= 1 << UInt64(lane)
        open[job.step] &= ~(1 << UInt64(lane))
    }

    private func apply(_ job: Job, _ options: ScriptOptions, _ target: Connection) throws {
        let script = try ScriptBuilder.script(for: batch, rows: job.part.rows, plans: plans, options: options)
        let all = 0..<script.statements.count
        let counts = try target.execute(script.packet(opening: Array("START TRANSACTION".utf8), all, commits: true))
        for (statement, count) in zip(script.statements, counts.dropFirst()) {
            guard let expected = statement.expectedRows, expected != count else { continue }
            let text = String(decoding: script.sql[statement.range], as: UTF8.self)
            throw TestFailure("\(count) rows matched: \(text)")
        }
    }
}
