package import Model

/// Where a dump starts.
package enum DumpStart: Equatable, Sendable {
    /// Everything after these transactions, wherever it lies.
    case gtids(GTIDState)
    case position(BinlogPosition)

    /// By GTID where the checkpoint has GTIDs, which holds on every server of a site; else by file and offset.
    package init(_ checkpoint: Checkpoint) {
        switch checkpoint.gtids {
        case .none: self = .position(checkpoint.position)
        case .mysql, .mariadb: self = .gtids(checkpoint.gtids)
        }
    }
}

/// How to read a binlog over the network.
package struct DumpOptions: Sendable {
    /// Our `server_id`; must differ from every replica's of that source. Nil takes a random one of a high range.
    package var serverID: UInt32?
    /// Seconds between heartbeats of an idle source. Default 10.
    package var heartbeatSeconds: UInt32 = 10
    /// Seconds without a byte until the source counts as dead; greater than `heartbeatSeconds`. Default 30.
    package var readSeconds: UInt32 = 30
    /// End at the end of the last file (`next` returns nil) and do not wait for more. Default false.
    package var stopsAtEnd = false
    /// Whether to be listed by `SHOW REPLICAS`. Default true; for short looks into a file, false.
    package var registers = true

    /// Whether a source that sends bytes but no whole event for `readSeconds` counts as dead too. Default false.
    package var isWatched = false
    /// Ask for semi-synchronous replication: the source marks the events that it wants acknowledged. Default false.
    package var semiSync = false
    /// The highest offset that the command carries: 32 bits. Behind it the file is read from its begin and skipped.
    package var offsetMax = UInt64(UInt32.max)

    package init() {}

    /// For a pipeline: three heartbeats before silence counts as death.
    package init(readSeconds: Int, semiSync: Bool) {
        self.readSeconds = UInt32(readSeconds)
        heartbeatSeconds = max(1, UInt32(readSeconds) / 3)
        self.semiSync = semiSync
        isWatched = true
    }

    /// For a short look: ends at the end, leaves no trace among the replicas.
    package static var look: DumpOptions {
        var options = DumpOptions()
        options.stopsAtEnd = true
        options.registers = false
        return options
    }

    /// A `server_id` that hardly anybody uses: servers are numbered from below, or by IPv4 address.
    static func randomServerID() -> UInt32 { UInt32.random(in: 0xE000_0000...0xFFFF_FFFE) }
}
