import Model

/// What a server says of itself: its variables, read with one query that every account may run.
package struct ServerFacts: Sendable {
    package let version: ServerVersion
    /// Global values by lower-case name; a variable that the server does not know is missing.
    package let variables: [String: String]

    /// Names that are asked for. Names of both flavours and of old and new versions.
    static let names = [
        "log_bin", "binlog_format", "binlog_row_image", "binlog_row_metadata", "binlog_row_value_options",
        "binlog_checksum", "binlog_expire_logs_seconds", "expire_logs_days", "log_slave_updates",
        "log_replica_updates", "gtid_mode",
        "enforce_gtid_consistency", "gtid_domain_id", "gtid_strict_mode", "gtid_purged", "server_id",
        "server_uuid", "lower_case_table_names", "max_allowed_packet", "time_zone", "system_time_zone", "sql_mode",
        "read_only", "super_read_only", "character_set_server", "collation_server", "foreign_key_checks",
        "event_scheduler", "version", "version_comment", "hostname", "port", "innodb_page_size",
        "explicit_defaults_for_timestamp", "local_infile", "innodb_native_foreign_keys", "datadir",
    ]

    /// - Throws: `LutraError` with `query-failed` or `connection-lost`.
    package static func read(_ connection: Connection) throws -> ServerFacts {
        let list = names.map { "'\($0)'" }.joined(separator: ", ")
        let rows = try connection.ask(
            "SHOW GLOBAL VARIABLES WHERE Variable_name IN (\(list))", "the server's variables cannot be read")
        var variables: [String: String] = [:]
        for row in rows {
            if let name = row.text(0) { variables[name.lowercased()] = row.text(1) ?? "" }
        }
        return ServerFacts(version: connection.server, variables: variables)
    }

    package subscript(_ name: String) -> String? { variables[name] }

    private func isOn(_ name: String) -> Bool {
        let value = variables[name]?.uppercased()
        return value == "ON" || value == "1"
    }

    package var binlogIsOn: Bool { isOn("log_bin") }
    /// `ROW`, `MIXED` or `STATEMENT`.
    package var binlogFormat: String { variables["binlog_format"]?.uppercased() ?? "ROW" }
    /// `FULL`, `MINIMAL`, `NOBLOB` or MariaDB's `FULL_NODUP`.
    package var rowImage: String { variables["binlog_row_image"]?.uppercased() ?? "FULL" }
    /// `FULL`, `MINIMAL`, MariaDB's `NO_LOG`; nil on servers that are too old for it.
    package var rowMetadata: String? { variables["binlog_row_metadata"]?.uppercased() }
    /// `PARTIAL_JSON` or empty.
    package var rowValueOptions: String { variables["binlog_row_value_options"]?.uppercased() ?? "" }
    /// `CRC32` or `NONE`.
    package var binlogChecksum: String { variables["binlog_checksum"]?.uppercased() ?? "NONE" }
    /// MySQL's `gtid_mode` is ON: every transaction has a GTID. On MariaDB that is always so.
    package var hasGTIDs: Bool { version.flavor == .mariadb || variables["gtid_mode"]?.uppercased() == "ON" }
    package var serverID: UInt32 { variables["server_id"].flatMap { UInt32($0) } ?? 0 }
    /// MySQL's `server_uuid`; nil on MariaDB.
    package var serverUUID: String? { variables["server_uuid"] }
    package var lowerCaseTableNames: Int { variables["lower_case_table_names"].flatMap { Int($0) } ?? 0 }
    /// Bytes.
    package var maxAllowedPacket: UInt64 { variables["max_allowed_packet"].flatMap { UInt64($0) } ?? 0 }
    package var isReadOnly: Bool { isOn("read_only") || isOn("super_read_only") }
    package var sqlMode: Set<String> {
        Set((variables["sql_mode"] ?? "").split(separator: ",").map { $0.uppercased() })
    }
    package var logsReplicaUpdates: Bool { isOn("log_replica_updates") || isOn("log_slave_updates") }

    /// Seconds that the server keeps its binlogs; 0 for ever.
    package var binlogRetentionSeconds: UInt64 {
        if let seconds = variables["binlog_expire_logs_seconds"].flatMap({ UInt64($0) }), seconds > 0 { return seconds }
        return UInt64((variables["expire_logs_days"].flatMap { Double($0) } ?? 0) * 86_400)
    }
}
