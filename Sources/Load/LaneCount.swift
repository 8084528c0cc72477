package import MySQLClient

/// How many lanes a pipeline gets where nobody says it.
package enum LaneCount {
    /// By the target's cores, as far as it tells them: MariaDB's `thread_pool_size` is their number unless it was set.
    /// MySQL does not tell. A lane waits for the disk at times, so that few cores still have work for several.
    package static func suited(to target: Connection) -> Int {
        let cores = try? target.value("SELECT @@thread_pool_size").flatMap { Int($0) }
        return min(max(cores ?? unknown, 2), most)
    }

    private static let unknown = 4
    /// More gain little, and each is a connection.
    private static let most = 8
}
