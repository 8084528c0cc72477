package import Model
import MySQLClient

/// Whether a server's log goes on where a checkpoint ends: the same server, another one of the same history, or none.
extension StartResolver {
    /// The checkpoint on this server, from which the stream goes on.
    ///
    /// - Parameter isWhole: whether nothing behind the checkpoint is on the target.
    /// - Throws: `LutraError` with `source-behind` when the server may yet get what it lacks, `source-changed` when it
    ///   is another one and its log does not go on where ours ended, `position-purged`, `position-invalid`.
    package func continuing(_ checkpoint: Checkpoint, isWhole: Bool = true) throws -> Checkpoint {
        let identity = try connection.identity()
        let isSame = checkpoint.server == nil || checkpoint.server == identity
        var here = checkpoint
        here.server = identity
        if case .none = checkpoint.gtids {
            if isSame {
                try verify(checkpoint.position)
            } else {
                try refusePart(of: checkpoint, isWhole)
                here.position = try StandbySearch(resolver: self, checkpoint: checkpoint).position()
            }
            return here
        }
        if let lacking = try lacking(checkpoint.gtids) { throw lacking.error(place) }
        try verify(checkpoint.gtids)
        if !isSame {
            try refusePart(of: checkpoint, isWhole)
            here.position = try file(before: checkpoint.gtids)
        }
        return here
    }

    /// A part of a transaction is counted in rows events, and another server may have cut them otherwise; what lanes
    /// have done behind the checkpoint is counted in rows, and it may have other transactions there first.
    private func refusePart(of checkpoint: Checkpoint, _ isWhole: Bool) throws(LutraError) {
        guard checkpoint.eventsIntoTransaction > 0 || !isWhole else { return }
        throw LutraError(
            .sourceChanged, "what was read from another server is on the target in part", place: place,
            hint: "bring the other server back until that is through, or load the tables again")
    }

    /// What a state has and this server's log has not.
    struct Lacking {
        let text: String
        /// Whether it may still come by replication.
        let mayCome: Bool

        func error(_ place: KeyValuePairs<String, String>) -> LutraError {
            mayCome
                ? LutraError(
                    .sourceBehind, "the server lacks transactions that are on the target already", place: place
                ).at("lacking", text)
                : LutraError(
                    .sourceChanged,
                    "the server's log does not go on where ours ended: it lost transactions that are on "
                        + "the target, or is of another history", place: place
                ).at("lacking", text)
        }
    }

    /// Nil when the server has had everything in the state.
    func lacking(_ state: GTIDState) throws -> Lacking? {
        switch (state, connection.server.flavor) {
        case (.mysql(let set), .mysql):
            let missing = set.subtracting(try connection.executedGTIDs())
            guard !missing.isEmpty else { return nil }
            // Its own transactions never come back to it.
            let own = MySQLGTIDSource(uuid: try connection.identity())
            let isOwn = missing.sources.contains { $0.high == own?.high && $0.low == own?.low }
            return Lacking(text: missing.description, mayCome: !isOwn)
        case (.mariadb(let position), .mariadb):
            let logged = try connection.mariadbBinlogState()
            let missing = position.last.filter { wanted in
                !logged.contains {
                    $0.domain == wanted.domain && $0.server == wanted.server && $0.sequence >= wanted.sequence
                }
            }.sorted { $0.domain < $1.domain }
            guard !missing.isEmpty else { return nil }
            // A domain that went on without them has another history.
            let mayCome = missing.allSatisfy { wanted in
                !logged.contains { $0.domain == wanted.domain && $0.sequence >= wanted.sequence }
            }
            return Lacking(text: missing.map(\.description).joined(separator: ","), mayCome: mayCome)
        default: return nil
        }
    }
}
