import Binlog
import Model
import PipelineRuntime
import Plan

extension Attempt {
    // TRANSFORM: an item a step.

    var canTransform: Bool {
        if let transforming {
            return prepared.hasRoom(for: .init(rows: transforming.cost.rows, bytes: transforming.cost.bytes))
        }
        return !isGated && !extracted.isEmpty
    }

    func transform() {
        if let (item, cost) = transforming {
            prepared.append(item, cost: .init(rows: cost.rows, bytes: cost.bytes))
            transforming = nil
            return
        }
        switch extracted.take() {
        case .rows(let batch):
            if let part = divider.slice(of: batch) {
                transforming = (.slice(batch, part), (batch.rows.count, batch.bytes.count))
                return
            }
            let steps = divider.divide(batch, plans: Setup.plans(batch), used: tuner.choice.lanes)
            transforming = (.rows(batch, steps), (batch.rows.count, batch.bytes.count))
        case .ddl(let statement):
            transforming = (.ddl(statement), (1, 1))
            isGated = true
        case .undone:
            divider.takeBack()
            transforming = (.undone, (1, 1))
        case .progress(let checkpoint):
            divider.pass(checkpoint)
            transforming = (.progress(checkpoint), (1, 1))
        case nil: break
        }
    }

    func openGate() {
        isGated = false
        divider.reset()
    }

    var transformHasEnded: Bool { extractHasEnded && extracted.isEmpty && transforming == nil }
}
