import Binlog
import Foundation
import Logging
import Model
import Plan

/// EXTRACT: finds the values of every row, with the definition that was true at its position, and joins what waits
/// into one batch.
struct ExtractStage {
    private var resolver: SchemaResolver
    private let bounds: BatchBounds
    private let tuning: LoadTuning
    private let log: Logger

    init(_ settings: Pipeline.Settings, resolver: SchemaResolver, tuning: LoadTuning, log: Logger) {
        self.tuning = tuning
        self.resolver = resolver
        self.log = log
        bounds = BatchBounds(settings.limits, settings.load)
    }

    /// Works until the input ends or the output is gone.
    mutating func run(_ input: BoundedQueue<StreamItem>, _ output: BoundedQueue<ExtractedItem>) throws {
        defer { output.close() }
        var decoder = RowsDecoder()
        while let item = input.pop() {
            switch item {
            case .rows(let chunk):
                guard let batch = try collect(chunk, &decoder, input) else { continue }
                let isEmpty = batch.rows.isEmpty
                let cost = BoundedQueue<ExtractedItem>.Cost(rows: batch.rows.count, bytes: batch.bytes.count)
                guard output.push(isEmpty ? .progress(batch.resume) : .rows(batch), cost: cost) else { return }
                if let adoptions = resolver.adoptions(batch.resume) {
                    guard output.push(adoptions, cost: .init(rows: 1, bytes: 1)) else { return }
                }
            case .statement(let statement):
                guard output.push(try resolver.statement(statement), cost: .init(rows: 1, bytes: 1)) else { return }
            case .xa(let change):
                let item = xa(change)
                guard output.push(item, cost: .init(rows: 1, bytes: change.bytes)) else { return }
            case .progress(let checkpoint):
                guard output.push(.progress(checkpoint), cost: .init(rows: 0, bytes: 0)) else { return }
            }
        }
    }

    private func xa(_ change: XAChange) -> ExtractedItem {
        guard case .missed = change.kind else { return .xa(change) }
        log.warning(
            """
            an XA transaction was committed that had been prepared before the stream began; changes of mapped tables \
            that it may have made are not applied
            """,
            metadata: ["xid": "\(change.xid)", "position": "\(change.start)"])
        return .progress(change.resume)
    }

    /// Decodes a chunk and those that wait behind it, to the batch's limits; a transaction that fits is kept whole.
    ///
    /// - Returns: nil where the stream ended and nothing whole is there.
    private mutating func collect(
        _ first: EventChunk, _ decoder: inout RowsDecoder, _ input: BoundedQueue<StreamItem>
    ) throws -> RowBatch? {
        var batch = RowBatch(resume: first.resume)
        var next: EventChunk? = first
        let suited = tuning.choice.batchRows
        while let chunk = next {
            let isOpen = chunk.endsInsideTransaction
            try decoder.decode(
                chunk, resolve: { map throws(LutraError) in try resolver.table(map) }, into: &batch)
            batch.resume = chunk.resume
            if bounds.end(batch, isInside: isOpen, suited: suited) { break }
            next = nil
            if isOpen {
                // The rest of the transaction comes for sure, or the stream ends.
                next = input.popRows(waiting: true)
                if next == nil, input.isEmpty { return bounds.whole(batch) }
            } else {
                next = input.popRows(waiting: false)
            }
        }
        return batch
    }
}

extension BoundedQueue where Element == StreamItem {
    /// The next item if it holds rows.
    fileprivate func popRows(waiting: Bool) -> EventChunk? {
        if waiting { waitForNext() }
        let item = popNow { if case .rows = $0 { true } else { false } }
        if case .rows(let chunk) = item { return chunk }
        return nil
    }
}
