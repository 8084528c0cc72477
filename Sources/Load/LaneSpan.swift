import MySQLClient

extension Lane {
    /// How much of a target transaction one call of `apply` is.
    package enum Span: Equatable, Sendable {
        /// All of it.
        case whole
        /// A part that fits memory: the first one begins the transaction, and the last one commits it.
        case slice(isFirst: Bool, isLast: Bool)

        /// What goes ahead of the checkpoint: one statement.
        var opening: String { followsOthers ? "SAVEPOINT `lutra_slice`;" : "START TRANSACTION;" }

        /// What takes it back, and nothing before it.
        var undoing: String { followsOthers ? "ROLLBACK TO SAVEPOINT `lutra_slice`" : "ROLLBACK" }

        var commits: Bool { if case .slice(_, isLast: false) = self { false } else { true } }

        /// The first slice, and the last one.
        var begins: Bool { if case .slice(isFirst: true, _) = self { true } else { false } }
        var ends: Bool { if case .slice(_, isLast: true) = self { true } else { false } }

        /// Whether slices before it are applied and not committed.
        var followsOthers: Bool { if case .slice(isFirst: false, _) = self { true } else { false } }
    }
}

extension StatementFailure {
    /// Whether the server may take the same rows in several transactions (MySQL and MariaDB manuals, "Server Error
    /// Message Reference").
    ///
    /// 1114: no room in the undo tablespaces, 1197: more than `max_binlog_cache_size`, 1206: no room for its locks,
    /// 1180 and 3100: refused at its commit, by Galera's or Group Replication's limits.
    var refusesSize: Bool { [1114, 1180, 1197, 1206, 3100].contains(number) }
}
