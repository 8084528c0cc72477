package import Model
package import MySQLClient
package import Plan

/// What an initial load copies, and where to.
package struct SnapshotJob: Sendable {
    /// A table of the source and where its rows go.
    package struct Table: Sendable {
        package var source: TableDefinition
        package var route: Route

        package init(source: TableDefinition, route: Route) {
            self.source = source
            self.route = route
        }
    }

    package var source: ConnectionOptions
    package var target: ConnectionOptions
    package var tables: [Table]
    package var limits: Limits
    /// Tables that are copied at the same time; each takes a connection on both sides. Default 4.
    package var parallel: Int
    /// Values that the target changes silently are written all the same. Default false: they are refused.
    package var allowsChange = false

    package init(
        source: ConnectionOptions, target: ConnectionOptions, tables: [Table], limits: Limits = Limits(),
        parallel: Int = 4
    ) {
        self.source = source
        self.target = target
        self.tables = tables
        self.limits = limits
        self.parallel = parallel
    }
}

/// How far an initial load is. Rows count when they are committed on the target.
package struct SnapshotProgress: Equatable, Sendable {
    package var load: ProgressSnapshot.LoadProgress
    /// Rows by source table, of the tables that have been begun.
    package var rows: [TableName: UInt64]
}

extension TableDefinition {
    /// Whether a consistent snapshot of the server covers the table.
    func isCovered(by server: ServerVersion) -> Bool {
        switch engine?.lowercased() {
        case "innodb": true
        // MariaDB takes the snapshot of every transactional engine, MySQL of InnoDB alone.
        case "rocksdb", "tokudb": server.flavor == .mariadb
        default: false
        }
    }
}
