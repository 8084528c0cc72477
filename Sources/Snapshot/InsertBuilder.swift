import Binlog
import Model
import MySQLClient
import Plan

/// Joins rows to multi-row INSERTs of limited size.
struct InsertBuilder {
    private let plan: CopyPlan
    private let table: Int
    private let limits: InsertLimits
    private var sql: [UInt8] = []
    private var rows = 0
    private var chunk: Chunk

    init(plan: CopyPlan, table: Int, limits: InsertLimits) {
        self.plan = plan
        self.table = table
        self.limits = limits
        chunk = Chunk(number: 1, after: nil, rows: 0)
    }

    /// Adds a row, and hands out the statements that are complete.
    ///
    /// - Throws: `LutraError` with `snapshot-failed` for a row that the target takes in no packet.
    mutating func add(
        _ row: borrowing StreamedRow, of chunk: Chunk, _ emit: (InsertStatement) throws -> Void
    ) throws {
        var bytes = 0
        var isRelaxed = false
        for index in plan.cells.indices {
            bytes += row.bytes(index)?.count ?? 4
            if plan.mayNeedRelaxedMode, plan.cells[index].needsRelaxedMode(row.bytes(index)) { isRelaxed = true }
        }
        if isRelaxed || sql.count + bytes > limits.bytes { try flush(emit) }
        if rows == 0 { open(chunk, isRelaxed: isRelaxed) } else { sql.append(UInt8(ascii: ",")) }
        sql.append(UInt8(ascii: "("))
        for index in plan.cells.indices {
            if index > 0 { sql.append(UInt8(ascii: ",")) }
            let start = sql.count
            do { try plan.cells[index].append(row.bytes(index), to: &sql) } catch {
                throw refused(index, error, sql[start...])
            }
        }
        sql.append(UInt8(ascii: ")"))
        rows += 1
        if isRelaxed { sql.append(contentsOf: ";\(SessionMode.strict)".utf8) }
        guard sql.count < limits.packetBytes else { throw tooLarge() }
        if isRelaxed || rows >= limits.rows || sql.count >= limits.bytes { try flush(emit) }
    }

    mutating func flush(_ emit: (InsertStatement) throws -> Void) throws {
        guard rows > 0 else { return }
        let statement = InsertStatement(sql: sql, rows: rows, table: table, chunk: chunk)
        sql = []
        rows = 0
        try emit(statement)
    }

    private mutating func open(_ chunk: Chunk, isRelaxed: Bool) {
        self.chunk = chunk
        sql.reserveCapacity(limits.bytes + 4_096)
        if isRelaxed { sql.append(contentsOf: "\(SessionMode.relaxed);".utf8) }
        sql.append(contentsOf: plan.insertHead)
    }

    private func refused(_ index: Int, _ error: ValueError, _ literal: ArraySlice<UInt8>) -> LutraError {
        let refusal = LutraError(
            .valueRefused, error.text,
            place: [
                "table": plan.target.description, "column": plan.targetNames[index], "type": plan.targetTypes[index],
            ])
        guard error == .wouldChange else { return refusal }
        return refusal.at("value", String(decoding: literal.prefix(200), as: UTF8.self))
    }

    private func tooLarge() -> LutraError {
        LutraError(
            .snapshotFailed, "a row is larger than a packet that the target takes",
            place: ["table": plan.target.description, "bytes": "\(sql.count)", "limit": "\(limits.packetBytes)"],
            hint: "raise max_allowed_packet on the target (1 GiB at most)")
    }
}

/// How large an INSERT may become.
struct InsertLimits: Sendable {
    var rows: Int
    /// Aimed at; a single row may exceed it.
    var bytes: Int
    /// Never exceeded: the target's `max_allowed_packet`, less the packet's own bytes.
    var packetBytes: Int

    init(_ limits: Limits, maxAllowedPacket: UInt64) {
        let packet = Int(clamping: maxAllowedPacket)
        packetBytes = max(1_024, packet - 1_024)
        rows = limits.statementRows
        bytes = min(limits.statementBytes, packetBytes / 2)
    }
}
