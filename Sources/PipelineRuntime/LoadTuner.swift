package import Model

/// Chooses how many lanes write and how large batches are, by how the target takes the parts of batches. A value: it
/// reads no clock; `LoadTuning` shares it among threads.
///
/// It starts with all lanes and the largest batches, which suit a healthy target. Lanes are halved while many parts
/// fail on locks, and come back one by one when none does. Batches are halved while a part takes longer than it may,
/// unless that does not help, and grow again when parts take much less.
package struct LoadTuner: Sendable {
    package struct Choice: Equatable, Sendable {
        package var lanes: Int
        package var batchRows: Int

        package init(lanes: Int, batchRows: Int) {
            self.lanes = lanes
            self.batchRows = batchRows
        }
    }

    package private(set) var choice: Choice
    private let most: Choice
    private let fewestRows: Int
    /// What a part should take at most.
    private let slow: Duration
    private var round = Round()
    /// Rounds without a conflict, and how many of them bring a lane back: twice as many each time that one failed.
    private var calm = 0
    private var patience = Self.leastPatience
    /// The last lane that came back is not known to be one too many or not.
    private var isTrying = false
    /// What a part took before batches were halved, and how many rows it had.
    private var before: (time: Duration, rows: Int)?
    /// Rounds for which batches stay as they are.
    private var hold = 0

    /// What is known of some parts.
    private struct Round {
        var parts = 0
        var rows = 0
        var time = Duration.zero
        var conflicts = 0
    }

    /// Parts of a round, and the share of them that may fail on locks: one in so many.
    private static let roundParts = 16
    private static let conflictShare = 8
    private static let leastPatience = 4
    private static let mostPatience = 64
    private static let mostHold = 64

    package init(_ limits: Limits, _ load: LoadSpecification, lanes: Int, fewestRows: Int = 500) {
        most = Choice(lanes: lanes, batchRows: limits.batchRows)
        choice = most
        self.fewestRows = min(fewestRows, limits.batchRows)
        slow = .milliseconds(load.slowMilliseconds)
    }

    /// A part is durable.
    ///
    /// - Parameters:
    ///   - time: from its start, without waiting for its turn.
    ///   - conflicts: tries that failed on locks.
    /// - Returns: whether the choice changed.
    package mutating func note(rows: Int, time: Duration, conflicts: Int) -> Bool {
        round.parts += 1
        round.rows += rows
        round.time += time
        round.conflicts += conflicts
        guard round.parts >= Self.roundParts else { return false }
        let old = choice
        chooseLanes()
        chooseRows()
        round = Round()
        return choice != old
    }

    private mutating func chooseLanes() {
        if round.conflicts * Self.conflictShare > round.parts {
            if isTrying {
                // The one that came back was too many.
                patience = min(patience * 2, Self.mostPatience)
                choice.lanes = max(1, choice.lanes - 1)
            } else {
                choice.lanes = max(1, choice.lanes / 2)
            }
            isTrying = false
            calm = 0
        } else if round.conflicts == 0 {
            calm += 1
            guard calm >= patience else { return }
            isTrying = choice.lanes < most.lanes
            calm = 0
            if isTrying { choice.lanes += 1 } else { patience = Self.leastPatience }
        }
    }

    private mutating func chooseRows() {
        let time = round.time / round.parts
        let rows = round.rows / round.parts
        if let before {
            self.before = nil
            // Half as many rows took as long: it is not the rows that take the time.
            if rows < before.rows * 3 / 4, time > before.time * 4 / 5 {
                choice.batchRows = min(most.batchRows, choice.batchRows * 2)
                hold = Self.mostHold
                return
            }
        }
        guard hold == 0 else {
            hold -= 1
            return
        }
        if time > slow {
            // Parts that are small anyway are not slow for their size.
            guard choice.batchRows > fewestRows, rows * most.lanes >= fewestRows else { return }
            before = (time, rows)
            choice.batchRows = max(fewestRows, choice.batchRows / 2)
        } else if time * 4 < slow {
            choice.batchRows = min(most.batchRows, choice.batchRows + choice.batchRows / 4 + 1)
        }
    }
}
