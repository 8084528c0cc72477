import Model
import MySQLClient

extension Examination {
    mutating func checkSource() throws {
        checkVersion(source, group: .source)
        checkBinlog()
        if source.facts.binlogIsOn {
            checkRowImage()
            checkRowMetadata()
            checkRetention()
            try checkFilters()
            try checkPrepared()
        }
        checkServerID()
        checkSourceGrants()
        try checkSourceIsReplica()
    }

    mutating func checkVersion(_ patient: Patient, group: Check.Group) {
        let version = patient.version
        let isKnown = version.flavor == .mysql ? version.isAtLeast(5, 6) : version.isAtLeast(10, 4)
        add(
            Check(
                "\(group.rawValue)-version", group, "version", isKnown ? .ok : .warning,
                isKnown ? "\(version)" : "\(version) is older than what Lutra is tested with: MySQL 5.6, MariaDB 10.4"))
    }

    private mutating func checkBinlog() {
        guard source.facts.binlogIsOn else {
            add(
                Check(
                    "binlog", .source, "binlog", .refuse, "the source writes no binlog",
                    remedy:
                        "in its configuration: [mysqld] log_bin=binlog, server_id=N, binlog_format=ROW; then restart"
                ).failing(.binlogOff))
            return
        }
        add(Check("binlog", .source, "binlog", .ok, "on"))
        let format = source.facts.binlogFormat
        guard format == "ROW" else {
            add(
                Check(
                    "binlog-format", .source, "binlog format", .refuse,
                    "the source logs in binlog_format=\(format): statements cannot be carried over exactly",
                    remedy: "SET GLOBAL binlog_format = ROW; and in its configuration; then reconnect its clients"
                ).failing(.binlogNotRow))
            return
        }
        add(Check("binlog-format", .source, "binlog format", .ok, "ROW"))
    }

    private mutating func checkRowImage() {
        let image = source.facts.rowImage
        let isFull = image.hasPrefix("FULL")
        add(
            Check(
                "row-image", .source, "row image", isFull ? .ok : .warning,
                isFull
                    ? image
                    : "\(image): a row that differs on the target is not noticed, and tables without a key refuse",
                remedy: isFull ? nil : "SET GLOBAL binlog_row_image = FULL"))
        if source.facts.rowValueOptions.contains("PARTIAL_JSON") {
            add(
                Check(
                    "row-value-options", .source, "partial JSON", .warning,
                    "updates carry only the changed parts of JSON: the target must hold the same document before",
                    remedy: "SET GLOBAL binlog_row_value_options = ''"))
        }
    }

    private mutating func checkRowMetadata() {
        guard let metadata = source.facts.rowMetadata else { return }
        let isFull = metadata == "FULL"
        add(
            Check(
                "row-metadata", .source, "row metadata", isFull ? .ok : .note,
                isFull
                    ? "FULL"
                    : "\(metadata): with FULL the log names its columns, so that no change of a table can be missed",
                remedy: isFull ? nil : "SET GLOBAL binlog_row_metadata = FULL"))
    }

    private mutating func checkRetention() {
        let seconds = source.facts.binlogRetentionSeconds
        let isLong = seconds == 0 || seconds >= 86_400
        let text = seconds == 0 ? "kept until purged by hand" : "\(seconds / 3_600) hours"
        let variable =
            source.facts["binlog_expire_logs_seconds"] == nil
            ? "expire_logs_days = 7" : "binlog_expire_logs_seconds = 604800"
        add(
            Check(
                "binlog-retention", .source, "binlog retention", isLong ? .ok : .warning,
                isLong ? text : "\(text): a longer stop, or a long initial load, loses its place in the log",
                remedy: isLong ? nil : "SET GLOBAL \(variable)"))
    }

    /// `binlog_do_db` and `binlog_ignore_db` drop changes before anybody sees them.
    private mutating func checkFilters() throws {
        let isNew = source.version.flavor == .mysql && source.version.isAtLeast(8, 2)
        let sql = isNew ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS"
        guard let row = try? source.connection.query(sql).first else { return }
        func names(_ column: String) -> Set<String> {
            Set((row[column] ?? "").split(separator: ",").map(String.init))
        }
        let only = names("Binlog_Do_DB")
        let ignored = names("Binlog_Ignore_DB")
        let schemas = Set(routes.map(\.source.name.schema)).sorted()
        let lost = schemas.filter { ignored.contains($0) || (!only.isEmpty && !only.contains($0)) }
        guard !lost.isEmpty else { return }
        add(
            Check(
                "binlog-filter", .source, "binlog filter", .refuse,
                "binlog_do_db or binlog_ignore_db keeps these schemas out of the log: \(shortened(lost))",
                remedy: "take the schemas out of binlog_ignore_db, or into binlog_do_db, and restart the source"))
    }

    /// What was prepared before the start is not in the part of the log that is read.
    private mutating func checkPrepared() throws {
        guard !plan.startsInPast else { return }
        let (id, title) = ("xa-prepared", "XA transactions")
        guard let prepared = try source.connection.preparedTransactions(staying: 1) else {
            add(
                Check(
                    id, .source, title, .note, "the account may not see whether some are prepared",
                    remedy: "GRANT XA_RECOVER_ADMIN ON *.* TO \(source.account), where XA transactions are used"))
            return
        }
        guard !prepared.isEmpty else {
            add(Check(id, .source, title, .ok, "none is prepared"))
            return
        }
        add(
            Check(
                id, .source, title, .refuse,
                "prepared before the start, what they changed would be lost when they commit: \(shortened(prepared))",
                remedy: prepared.prefix(5).map { "XA COMMIT \($0)" }.joined(separator: "\n")
                    + "\nor XA ROLLBACK; or begin before they were prepared with --start"
            ).failing(.xaPrepared))
    }

    private mutating func checkServerID() {
        let id = source.facts.serverID
        add(
            id == 0
                ? Check(
                    "server-id", .source, "server id", .refuse, "server_id is 0: the source sends its log to nobody",
                    remedy: "SET GLOBAL server_id = N, a number of its own, and in its configuration")
                : Check("server-id", .source, "server id", .ok, "\(id)"))
    }

    /// A replica that does not log what it applies keeps those changes out of its own log.
    private mutating func checkSourceIsReplica() throws {
        guard source.facts.binlogIsOn, !source.facts.logsReplicaUpdates else { return }
        let isNew = source.version.flavor == .mysql && source.version.isAtLeast(8, 0, 22)
        guard let rows = try? source.connection.query(isNew ? "SHOW REPLICA STATUS" : "SHOW SLAVE STATUS"),
            !rows.isEmpty
        else { return }
        add(
            Check(
                "log-replica-updates", .source, "replica", .refuse,
                "the source is a replica itself and does not log what it replicates: those changes would be missed",
                remedy: "in its configuration: \(isNew ? "log_replica_updates" : "log_slave_updates")=ON; then restart")
        )
    }
}
