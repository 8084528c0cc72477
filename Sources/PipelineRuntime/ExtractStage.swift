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

    /// Works until the input ends or the output is gone. Then both are at their end.
    mutating func run(_ input: BoundedQueue<StreamItem>, _ output: BoundedQueue<ExtractedItem>) throws {
        defer {
            input.abort()
            output.close()
        }
        var decoder = RowsDecoder()
        while let item = input.pop() {
            switch item {
            case .rows(let chunk):
                guard try collect(chunk, &decoder, input, output) else { return }
            case .statement(let statement):
                guard output.push(try resolver.statement(statement), cost: .init(rows: 1, bytes: 1)) else { return }
            case .xa(let change):
                let item = xa(change)
                guard output.push(item, cost: .init(rows: 1, bytes: change.bytes)) else { return }
            case .undone:
                guard output.push(.undone, cost: .init(rows: 0, bytes: 0)) else { return }
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

    /// Hands on the rows of a chunk and of those that wait behind it as batches within the limits; a transaction that
    /// fits is kept whole.
    ///
    /// - Returns: false when the output is gone.
    private mutating func collect(
        _ first: EventChunk, _ decoder: inout RowsDecoder, _ input: BoundedQueue<StreamItem>,
        _ output: BoundedQueue<ExtractedItem>
    ) throws -> Bool {
        var batch = RowBatch(resume: first.resume)
        var chunk = first
        while true {
            try decoder.decode(
                chunk, resolve: { map throws(LutraError) in try resolver.table(map) }, into: &batch)
            let isOpen = chunk.endsInsideTransaction
            loop: while true {
                switch bounds.end(batch, isInside: isOpen, suited: tuning.choice.batchRows) {
                case .open: break loop
                case .here: return push(batch, output)
                case .before(let row):
                    let rest = bounds.cut(&batch, before: row)
                    guard push(batch, output) else { return false }
                    batch = rest
                }
            }
            // The rest of a transaction comes for sure, or the stream ends.
            guard let next = input.popRows(waiting: isOpen) else {
                guard isOpen else { return push(batch, output) }
                return end(batch, input, output)
            }
            chunk = next
        }
    }

    /// No more rows come of the transaction that the batch ends in.
    private mutating func end(
        _ batch: RowBatch, _ input: BoundedQueue<StreamItem>, _ output: BoundedQueue<ExtractedItem>
    ) -> Bool {
        switch input.waitForNext() {
        case nil, .undone: return bounds.whole(batch).map { push($0, output) } ?? true
        case .progress(let checkpoint):
            var whole = batch
            whole.resume = checkpoint
            return push(whole, output)
        case .rows, .statement, .xa: return push(batch, output)
        }
    }

    /// Returns false when the output is gone.
    private mutating func push(_ batch: RowBatch, _ output: BoundedQueue<ExtractedItem>) -> Bool {
        let item: ExtractedItem = batch.rows.isEmpty ? .progress(batch.resume) : .rows(batch)
        guard output.push(item, cost: .init(rows: batch.rows.count, bytes: batch.bytes.count)) else { return false }
        guard let adoptions = resolver.adoptions(batch.resume) else { return true }
        return output.push(adoptions, cost: .init(rows: 1, bytes: 1))
    }
}

extension BoundedQueue where Element == StreamItem {
    /// The next item if it holds rows.
    fileprivate func popRows(waiting: Bool) -> EventChunk? {
        if waiting { _ = waitForNext() }
        let item = popNow { if case .rows = $0 { true } else { false } }
        if case .rows(let chunk) = item { return chunk }
        return nil
    }
}
