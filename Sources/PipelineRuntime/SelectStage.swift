import Binlog
import Capture
import Model
import MySQLClient
import Plan

/// SELECT: reads the source's binlog, follows its transactions, and hands on the rows events of mapped tables.
///
/// Caught up, a transaction goes on at once; behind, as long as more bytes wait, a chunk grows to its limit.
struct SelectStage {
    private let stream: any EventStream
    /// Files end, a server's log does not.
    private let streamEnds: Bool
    private let stop: StopSignal
    private let meter: ProgressMeter
    private let ends: [StopPoint]
    private var selector: EventSelector
    private var unreportedBytes = 0
    /// Nil where the events come from files.
    private let feedback: SourceFeedback?

    init(
        _ settings: Pipeline.Settings, stream: any EventStream, isMariaDB: Bool, start: Checkpoint,
        prepared: [String: [UInt8]], stop: StopSignal, meter: ProgressMeter, feedback: SourceFeedback?
    ) {
        self.stream = stream
        streamEnds = settings.logs != nil
        self.feedback = feedback
        self.stop = stop
        self.meter = meter
        ends = settings.ends
        let router = settings.router
        selector = EventSelector(
            start: start, isMariaDB: isMariaDB, limits: settings.limits, prepared: prepared,
            takesBack: settings.load.mode == .transaction && settings.keepsLargeWhole,
            isMapped: { router.route($0) != nil })
    }

    /// Works until the pipeline stops, the end point is reached or the source fails. What was read whole goes on, also
    /// when it throws; the rest of a transaction comes again.
    mutating func run(_ output: BoundedQueue<StreamItem>) throws {
        defer { output.close() }
        let result = Result { try follow(output) }
        meter.read(bytes: unreportedBytes, position: selector.position)
        let items = selector.takeWholeItems()
        if selector.hasTransactionBoundary { _ = Self.push(items, output) }
        try result.get()
    }

    private mutating func follow(_ output: BoundedQueue<StreamItem>) throws {
        while !stop.isStopped, !isAtEnd() {
            let event: UnsafeRawBufferPointer
            do {
                guard let next = try stream.next() else {
                    if streamEnds { return }
                    throw TransientFailure(error: LutraError(.connectionLost, "the source ended its binlog stream"))
                }
                if isAtEnd(before: next) { return }
                event = next
            } catch let error as LutraError where error.code == .stopped {
                return
            }
            unreportedBytes += event.count
            // A compressed transaction may be larger than memory once it is unpacked: it comes in parts.
            let isFull = try selector.consume(event) { items in _ = Self.push(items, output) }
            feedback?.received(upTo: selector.position)
            if isFull || (selector.hasTransactionBoundary && (!stream.hasBufferedData || isAtEnd())) {
                guard flush(output) else { return }
            }
        }
    }

    private mutating func flush(_ output: BoundedQueue<StreamItem>) -> Bool {
        meter.read(bytes: unreportedBytes, position: selector.position)
        unreportedBytes = 0
        return Self.push(selector.takeItems(), output)
    }

    private static func push(_ items: [StreamItem], _ output: BoundedQueue<StreamItem>) -> Bool {
        for item in items {
            guard output.push(item, cost: .init(rows: 0, bytes: item.bytes)) else { return false }
        }
        return true
    }

    /// Whether the last whole transaction lies at or beyond an end point.
    private func isAtEnd() -> Bool {
        guard selector.hasTransactionBoundary else { return false }
        return ends.contains(where: hasReached)
    }

    /// Whether a transaction begins there that is too late.
    private func isAtEnd(before event: UnsafeRawBufferPointer) -> Bool {
        guard selector.hasTransactionBoundary else { return false }
        return ends.contains { end in
            guard case .time(let latest) = end, let time = transactionTime(event) else { return false }
            return time >= latest
        }
    }

    private func hasReached(_ end: StopPoint) -> Bool {
        let reached = selector.committed
        return switch end {
        case .position(let position): reached.position >= position
        case .gtids(.mysql(let wanted)):
            if case .mysql(let done) = reached.gtids { wanted.isSubset(of: done) } else { false }
        case .gtids(.mariadb(let wanted)):
            if case .mariadb(let done) = reached.gtids { done.covers(wanted) } else { false }
        case .gtids(.none): true
        case .time: false
        }
    }
}

extension StreamItem {
    /// Bytes that count against the queue's bound.
    var bytes: Int {
        switch self {
        case .rows(let chunk): chunk.bytes.count
        case .statement(let statement): statement.sql.count
        case .xa(let change): change.bytes + 64
        case .progress, .undone: 64
        }
    }
}

extension XAChange {
    /// Bytes that it keeps.
    var bytes: Int { if case .prepared(let bytes) = kind { bytes.count } else { 0 } }
}
