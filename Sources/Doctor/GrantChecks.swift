import Model
import MySQLClient
import Plan

extension Examination {
    mutating func checkSourceGrants() {
        let grants = source.grants
        let isMariaDB = source.version.flavor == .mariadb
        var missing: [String] = []
        if !grants.hasGlobal("REPLICATION SLAVE", "REPLICATION REPLICA") { missing.append("REPLICATION SLAVE") }
        if !grants.hasGlobal("REPLICATION CLIENT", "BINLOG MONITOR", "SUPER") {
            missing.append(isMariaDB && source.version.isAtLeast(10, 5, 2) ? "BINLOG MONITOR" : "REPLICATION CLIENT")
        }
        // MySQL's position of a snapshot needs a short read lock, of everything or of the tables; MariaDB's needs none.
        let locks = routes.allSatisfy { grants.has("LOCK TABLES", schema: $0.source.name.schema, table: nil) }
        if plan.loadsFirst, !isMariaDB, !locks, !grants.hasGlobal("RELOAD") { missing.append("RELOAD") }
        var statements: [String] = []
        if !missing.isEmpty {
            statements.append("GRANT \(missing.joined(separator: ", ")) ON *.* TO \(source.account)")
        }
        let unreadable = routes.filter {
            !grants.has("SELECT", schema: $0.source.name.schema, table: $0.source.name.table)
        }
        statements += Set(unreadable.map(\.source.name.schema)).sorted().map {
            "GRANT SELECT ON \(quotedIdentifier($0)).* TO \(source.account)"
        }
        addGrants(.source, "the account on the source may not read what it must", statements, verdict: .refuse)
    }

    mutating func checkTargetGrants(_ target: Patient) {
        let schemas = Set(routes.map(\.route.target.schema)).sorted()
        addGrants(
            .target, "the account on the target may not write rows or the checkpoint",
            statements(target, schemas: schemas, needs: ["SELECT", "INSERT", "UPDATE", "DELETE"])
                + statements(target, schemas: ["retl"], needs: ["SELECT", "INSERT", "UPDATE", "DELETE", "CREATE"]),
            verdict: .refuse)
        guard plan.appliesDDL || plan.willCreateTables else { return }
        let lacking = statements(target, schemas: schemas, needs: ["CREATE", "ALTER", "DROP", "INDEX"])
        guard !lacking.isEmpty else { return }
        add(
            Check(
                "target-ddl-grants", .target, "rights for DDL", plan.willCreateTables ? .refuse : .warning,
                plan.willCreateTables
                    ? "the account on the target may not create tables"
                    : "the account on the target may not change tables: the first DDL would stop the pipeline",
                remedy: lacking.joined(separator: "\n") + (plan.willCreateTables ? "" : "\nor say ddl: false")))
    }

    private func statements(_ patient: Patient, schemas: [String], needs: [String]) -> [String] {
        schemas.compactMap { schema in
            let tables = routes.filter { $0.route.target.schema == schema }.map(\.route.target.table)
            let missing = needs.filter { privilege in
                if patient.grants.has(privilege, schema: schema, table: nil) { return false }
                return tables.isEmpty || !tables.allSatisfy { patient.grants.has(privilege, schema: schema, table: $0) }
            }
            guard !missing.isEmpty else { return nil }
            return "GRANT \(missing.joined(separator: ", ")) ON \(quotedIdentifier(schema)).* TO \(patient.account)"
        }
    }

    private mutating func addGrants(_ group: Check.Group, _ detail: String, _ lacking: [String], verdict: Check.Verdict)
    {
        let id = "\(group.rawValue)-grants"
        guard !lacking.isEmpty else {
            add(Check(id, group, "rights", .ok, "enough"))
            return
        }
        add(Check(id, group, "rights", verdict, detail, remedy: lacking.joined(separator: "\n")).failing(.accessDenied))
    }
}
