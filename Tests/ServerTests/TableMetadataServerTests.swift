import Binlog
import Capture
import Model
import MySQLClient
import TestKit
import Testing

/// What a table map tells beside the rows, compared with what the server itself says of the table.
@Suite struct TableMetadataServerTests {
    /// Every kind of column that metadata tells something of, in an order in which the bits of one kind skip others.
    private static func table(_ flavor: Flavor) -> String {
        let vector = flavor == .mysql ? ", ve VECTOR(7)" : ""
        return """
            CREATE TABLE metadata.t (
              a INT UNSIGNED, b BIGINT, c VARCHAR(20) CHARACTER SET latin1, d YEAR, e DECIMAL(5,2) UNSIGNED,
              f FLOAT UNSIGNED, g DOUBLE, h TEXT CHARACTER SET gbk, i BINARY(4), j BLOB,
              k ENUM('x','y','it''s') CHARACTER SET utf8mb4, l SET('p','q') CHARACTER SET latin1, m POINT,
              n GEOMETRY, o TINYINT UNSIGNED, p CHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, q BIT(3),
              r DATETIME(3), s SMALLINT, t MEDIUMINT UNSIGNED INVISIBLE DEFAULT 1, u MULTIPOLYGON NOT NULL\(vector),
              PRIMARY KEY (b, c(5)))
            """
    }

    /// The table map of an INSERT under a setting of `binlog_row_metadata`.
    private func tableMap(_ server: Server, _ metadata: String) throws -> TableMap {
        try server.execute("SET GLOBAL binlog_row_metadata = \(metadata)")
        let connection = try server.connect()
        let start = try #require(try connection.binlogEnd())
        try connection.execute(
            """
            DELETE FROM metadata.t; INSERT INTO metadata.t (a, b, c, u)
              VALUES (1, 2, 'x', ST_GeomFromText('MULTIPOLYGON(((0 0,1 0,1 1,0 0)))'))
            """)
        let stream = try DumpStream.open(connection.options, from: .position(start.position), .look)
        defer { stream.close() }
        var selector = EventSelector(
            start: Checkpoint(position: start.position, gtids: .none), isMariaDB: server.flavor == .mariadb,
            limits: Limits(), isMapped: { $0.schema == "metadata" })
        while let event = try stream.next() { try selector.consume(event) }
        var maps: [TableMap] = []
        for case .rows(let chunk) in selector.takeItems() { maps += chunk.tables }
        return try #require(maps.last)
    }

    private func collations(_ connection: Connection) throws -> [UInt32: String] {
        let rows = try connection.query(
            "SELECT COLLATION_NAME, ID FROM information_schema.COLLATIONS WHERE ID IS NOT NULL")
        return Dictionary(
            rows.map { (UInt32($0["ID"] ?? "") ?? 0, $0["COLLATION_NAME"] ?? "") },
            uniquingKeysWith: { first, _ in first })
    }

    @Test(arguments: Flavor.available) func isWhatTheServerSays(_ flavor: Flavor) throws {
        let server = try Server(flavor, name: "metadata")
        defer { try? server.remove() }
        try server.execute("CREATE DATABASE metadata; \(Self.table(flavor))")
        let connection = try server.connect()
        let columns = try connection.query(
            """
            SELECT COLUMN_NAME, COLUMN_TYPE, DATA_TYPE, COLLATION_NAME, IS_NULLABLE, EXTRA
            FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'metadata' ORDER BY ORDINAL_POSITION
            """)
        let names = try collations(connection)

        for setting in ["MINIMAL", "FULL"] {
            let map = try tableMap(server, setting)
            #expect(map.columns.count == columns.count)
            #expect(map.isNullable == columns.map { $0["IS_NULLABLE"] == "YES" })
            let told = map.metadata
            #expect(told.isUnsigned == columns.map { isUnsigned($0) }, "\(setting)")
            for (index, column) in columns.enumerated() {
                let isLabelled = ["enum", "set"].contains(column["DATA_TYPE"])
                let isBinary = ["binary", "blob"].contains(column["DATA_TYPE"])
                // MINIMAL tells the character sets of strings, FULL those of ENUM and SET too.
                guard setting == "FULL" || !isLabelled else { continue }
                let collation = told.collations[index].flatMap { names[$0] }
                let expected = isBinary ? "binary" : column["COLLATION_NAME"]
                let isSpatial = told.geometryTypes.isEmpty ? false : told.geometryTypes[index] != nil
                // MariaDB counts spatial columns among the binary strings.
                #expect(collation == expected || isSpatial && collation == "binary", "\(setting) \(index)")
            }
            #expect(geometry(told) == (12, 1) && told.geometryTypes[13] == 0 && told.geometryTypes[20] == 6)
            if flavor == .mysql { #expect(told.vectorDimensions.last == 7) }
            guard setting == "FULL" else {
                #expect(told.names.isEmpty && told.labels.isEmpty && told.primaryKey.isEmpty)
                continue
            }
            #expect(told.names == columns.compactMap { $0["COLUMN_NAME"] })
            #expect(told.labels[10] == ["x", "y", "it's"].map { Array($0.utf8) })
            #expect(told.labels[11] == ["p", "q"].map { Array($0.utf8) } && told.labels[0] == nil)
            #expect(told.primaryKey == [1, 2] && told.primaryKeyPrefixes == [0, 5])
            let visible = columns.map { $0["EXTRA"]?.contains("INVISIBLE") != true }
            // MariaDB does not log it.
            #expect(told.isVisible == (flavor == .mariadb ? [] : visible))
        }
    }

    private func isUnsigned(_ column: ResultRow) -> Bool {
        // A YEAR has no sign; MySQL counts it as unsigned.
        column["COLUMN_TYPE"]?.contains("unsigned") == true || column["DATA_TYPE"] == "year"
    }

    /// Place and kind of the first spatial column.
    private func geometry(_ told: TableMapMetadata) -> (Int, UInt32?) {
        let place = told.geometryTypes.firstIndex { $0 != nil } ?? -1
        return (place, place < 0 ? nil : told.geometryTypes[place])
    }
}
