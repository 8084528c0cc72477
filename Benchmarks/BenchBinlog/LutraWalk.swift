import Binlog
import CBinlogWalk
import Foundation
import Model
import PipelineRuntime

/// Lutra's SELECT and EXTRACT over a whole binlog file in memory, as the stages run them: each event as a packet, each
/// chunk decoded when it is full, then every value read.
final class LutraWalk {
    private var result = walk_result()
    private var batches = 0
    private var tables: [ObjectIdentifier: LoggedTable] = [:]
    private let decoder = RowsDecoder()

    /// All of it on the caller's thread.
    static func run(_ bytes: UnsafeRawBufferPointer, isMariaDB: Bool) throws -> walk_result {
        let walk = LutraWalk()
        walk.result.events = try select(bytes, isMariaDB) { (items) throws(LutraError) in try walk.decode(items) }
        return walk.result
    }

    /// EXTRACT on a thread of its own, behind the queue that a pipeline has there.
    static func runOnTwoThreads(_ bytes: UnsafeRawBufferPointer, isMariaDB: Bool) throws -> walk_result {
        let queue = BoundedQueue<StreamItem>(limit: .init(rows: .max, bytes: Limits().queueBytes))
        let done = DispatchSemaphore(value: 0)
        // Used by the other thread until it says that it is done.
        nonisolated(unsafe) let walk = LutraWalk()
        nonisolated(unsafe) var failure: (any Error)?
        Thread {
            do { while let item = queue.pop() { try walk.decode([item]) } } catch { failure = error }
            done.signal()
        }.start()
        let events = try select(bytes, isMariaDB) { (items) throws(LutraError) in
            for case .rows(let chunk) in items {
                _ = queue.push(.rows(chunk), cost: .init(rows: 0, bytes: chunk.bytes.count))
            }
        }
        queue.close()
        done.wait()
        if let failure { throw failure }
        walk.result.events = events
        return walk.result
    }

    /// Returns how many events there are. Not inlined, that a profile tells it from what it calls.
    @inline(never)
    private static func select(
        _ bytes: UnsafeRawBufferPointer, _ isMariaDB: Bool, _ take: ([StreamItem]) throws(LutraError) -> Void
    ) throws -> UInt64 {
        let start = Checkpoint(
            position: BinlogPosition(file: "binlog.000001", offset: 4),
            gtids: isMariaDB ? .mariadb(MariaDBGTIDPosition()) : .mysql(MySQLGTIDSet()))
        var selector = EventSelector(start: start, isMariaDB: isMariaDB, limits: Limits(), isMapped: { _ in true })
        var events: UInt64 = 0
        var offset = 4
        let header = EventHeader.size
        guard let start = bytes.baseAddress else { return 0 }
        while bytes.count &- offset >= header {
            let event = start + offset
            let length = Int(UInt32(littleEndian: event.loadUnaligned(fromByteOffset: 9, as: UInt32.self)))
            guard length >= header, length <= bytes.count &- offset else { break }
            let isFull = try selector.consume(UnsafeRawBufferPointer(start: event, count: length), overflow: take)
            events &+= 1
            offset &+= length
            if isFull { try take(selector.takeItems()) }
        }
        try take(selector.takeItems())
        return events
    }

    private func decode(_ items: [StreamItem]) throws(LutraError) {
        for case .rows(let chunk) in items {
            var batch = RowBatch(resume: chunk.resume)
            try decoder.decode(chunk, resolve: { map throws(LutraError) in logged(map) }, into: &batch)
            result.rows += UInt64(batch.rows.count)
            readValues(batch)
        }
    }

    private func logged(_ map: TableMap) -> LoggedTable {
        if let known = tables[ObjectIdentifier(map)] { return known }
        let definition = ColumnDefinition(name: "", dataType: "", fullType: "")
        let table = LoggedTable(
            name: map.name, columns: map.columns.map { LoggedColumn(type: $0, definition: definition) })
        tables[ObjectIdentifier(map)] = table
        return table
    }

    /// Not inlined, that a profile tells it from the decoder.
    @inline(never)
    private func readValues(_ batch: RowBatch) {
        var values: UInt64 = 0
        var sum: UInt64 = 0
        batch.bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            for slice in batch.slices where slice.hasBytes {
                let (place, length) = (Int(slice.offset), Int(slice.length & ~ColumnSlice.partialJSONBit))
                // As bounds are what makes a slice safe, they are checked here too.
                precondition(place &+ length <= bytes.count)
                values &+= 1
                sum &+= UInt64(length) &+ walk_word((start + place).assumingMemoryBound(to: UInt8.self), length)
            }
        }
        result.values += values
        result.sum &+= sum
    }
}
