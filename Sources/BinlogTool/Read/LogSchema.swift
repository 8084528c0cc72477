import Binlog
package import Model
package import MySQLClient
import Plan

/// The definitions of tables as they were where the log is read: from the table maps themselves, from DDL in the log,
/// or from a server that was named.
package final class LogSchema {
    private let dialect: ServerDialect
    /// The present definition on a server; nil when there is none to ask.
    private let present: ((TableName) throws(LutraError) -> TableDefinition?)?
    private let collations = CollationTable.names
    private var tracker = SchemaTracker()
    /// The map is kept, so that its identity stays its own.
    private var known: [ObjectIdentifier: (map: TableMap, table: LogTable)] = [:]
    /// Tables whose columns have no names.
    package private(set) var unnamed: Set<TableName> = []

    /// - Parameter present: asks a server for a table's present definition.
    package init(
        server: ServerVersion, present: ((TableName) throws(LutraError) -> TableDefinition?)? = nil
    ) {
        dialect = server.ownDialect
        self.present = present
    }

    func table(_ map: TableMap) throws(LutraError) -> LogTable {
        if let found = known[ObjectIdentifier(map)] { return found.table }
        // Servers number a table anew each time that they open it.
        if known.count > 20_000 { known.removeAll() }
        let table = try resolve(map)
        known[ObjectIdentifier(map)] = (map, table)
        return table
    }

    private func resolve(_ map: TableMap) throws(LutraError) -> LogTable {
        var similar = tracker[map.name]
        if similar == nil, let present { similar = try present(map.name) }
        if let told = TableDefinition(map, collations: collations, similar: similar) {
            let definition = told.completed(by: map, similar)
            if let logged = LoggedTable(map, definition) {
                return LogTable(logged, map: map, definition: definition, collations: collations)
            }
        }
        if let similar, let logged = LoggedTable(map, similar) {
            return LogTable(logged, map: map, definition: similar, collations: collations)
        }
        unnamed.insert(map.name)
        return LogTable(Self.nameless(map), map: map, definition: nil, collations: collations)
    }

    /// Columns @1, @2 … with what the layout tells.
    private static func nameless(_ map: TableMap) -> LoggedTable {
        let signs = map.metadata.isUnsigned
        let columns = map.columns.enumerated().map { ordinal, type in
            LoggedColumn(
                type: type,
                definition: ColumnDefinition(
                    name: "@\(ordinal + 1)", dataType: "", fullType: "",
                    isUnsigned: !signs.isEmpty && signs[ordinal], isNullable: map.isNullable[ordinal]))
        }
        return LoggedTable(name: map.name, columns: columns)
    }

    /// Follows a statement of the log.
    func follow(_ logged: LoggedStatement) -> ParsedStatement {
        // The collations of latin1 (information_schema.COLLATIONS, the same on all servers).
        let latin1: Set<UInt16> = [5, 8, 15, 31, 47, 48, 49, 94]
        let parsed = ParsedStatement.parse(
            logged.sql,
            in: StatementContext(
                defaultSchema: logged.schema, dialect: dialect, sqlMode: logged.sqlMode ?? 0,
                isLatin1: logged.clientCollation.map(latin1.contains) ?? false,
                serverCollation: logged.serverCollation.flatMap { collations[UInt32($0)] }))
        switch tracker.apply(parsed) {
        case .unaffected: break
        case .changed: known.removeAll()
        case .reread(let names):
            for name in names { tracker[name] = nil }
            known.removeAll()
        }
        return parsed
    }
}

extension TableDefinition {
    /// With types as exact as the map tells them, and with the primary key that it names, or the keys of a similar
    /// definition whose columns are all there.
    fileprivate func completed(by map: TableMap, _ similar: TableDefinition?) -> TableDefinition {
        var copy = self
        let names = columns.map(\.name)
        for (ordinal, type) in map.columns.enumerated() where !columns[ordinal].fullType.contains("(") {
            if let full = type.fullType { copy.columns[ordinal].fullType = full }
        }
        copy.uniqueKeys = similar?.uniqueKeys.filter { $0.columns.allSatisfy { $0.map(names.contains) ?? false } } ?? []
        let key = map.metadata.primaryKey
        if copy.primaryKey == nil, !key.isEmpty {
            copy.uniqueKeys.insert(
                KeyDefinition(
                    name: "PRIMARY", columns: key.map { names[$0] },
                    hasPrefixParts: map.metadata.primaryKeyPrefixes.contains { $0 > 0 }), at: 0)
        }
        return copy
    }
}

extension ServerVersion {
    /// The server as its SQL is written.
    var ownDialect: ServerDialect { ServerDialect(flavor == .mariadb ? .mariadb : .mysql, major, minor, patch) }
}

extension ColumnType {
    /// The type with its arguments, where literals depend on them.
    fileprivate var fullType: String? {
        switch self {
        case .decimal(let precision, let scale): "decimal(\(precision),\(scale))"
        case .time(let digits): "time(\(digits))"
        case .datetime(let digits): "datetime(\(digits))"
        case .timestamp(let digits): "timestamp(\(digits))"
        case .bit(let bits): "bit(\(bits))"
        default: nil
        }
    }
}
