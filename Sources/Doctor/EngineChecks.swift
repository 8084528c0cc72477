import Model
import MySQLClient

extension Examination {
    /// Rows and checkpoint commit together only where the target's table takes part in transactions.
    mutating func checkEngines(_ pairs: [TablePair], _ target: Patient) {
        let transactional: Set<String> = ["innodb", "rocksdb", "tokudb", "ndbcluster", "ndb"]
        let plain = Set(
            pairs.compactMap { pair in
                pair.target.flatMap { table in
                    transactional.contains(table.engine?.lowercased() ?? "innodb")
                        ? nil : "\(table.name) \(table.engine ?? "")"
                }
            }
        ).sorted()
        guard !plain.isEmpty else {
            add(Check("target-engines", .tables, "engines", .ok, "every table on the target has transactions"))
            return
        }
        // MySQL with GTIDs takes no transaction over both kinds of tables (error 1785).
        let isRefused = target.facts["enforce_gtid_consistency"]?.uppercased() == "ON"
        add(
            Check(
                "target-engines", .tables, "engines", isRefused ? .refuse : .warning,
                "without transactions on the target: \(shortened(plain)); "
                    + (isRefused
                        ? "with enforce_gtid_consistency the server refuses them beside the checkpoint"
                        : "after a crash their rows may be applied twice"),
                remedy: "ALTER TABLE … ENGINE=InnoDB on the target"))
    }
}
