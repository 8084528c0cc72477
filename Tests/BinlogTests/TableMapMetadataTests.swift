import Binlog
import Model
import Testing

/// What `binlog_row_metadata` adds, as MySQL 9.7 and MariaDB 10.11 wrote it for
/// CREATE TABLE meta (id INT UNSIGNED NOT NULL, y YEAR, i INT, name VARCHAR(20) CHARSET utf8mb4 COLLATE utf8mb4_bin,
///   l CHAR(5) CHARSET latin1, t TEXT CHARSET utf8mb4 COLLATE utf8mb4_bin, e ENUM('a','bc') CHARSET utf8mb4,
///   s SET('p','q') CHARSET latin1, b BIGINT UNSIGNED, d DECIMAL(5,2) UNSIGNED, g POINT, inv INT INVISIBLE,
///   PRIMARY KEY (id, name(4)))
@Suite struct TableMapMetadataTests {
    private let names = ["id", "y", "i", "name", "l", "t", "e", "s", "b", "d", "g", "inv"]

    @Test(arguments: [true, false]) func full(isMariaDB: Bool) throws {
        let map = try readTableMap(
            isMariaDB ? RealEvents.mariadbFullMap : RealEvents.mysqlFullMap, isMariaDB: isMariaDB)
        let metadata = map.metadata
        #expect(map.name == TableName("t", "meta") && metadata.names == names)
        // YEAR is unsigned, and counted among the numbers by both.
        #expect(zip(names, metadata.isUnsigned).filter(\.1).map(\.0) == ["id", "y", "b", "d"])
        let labelled: [UInt32?] = isMariaDB ? [45, 8] : [255, 8]
        let spatial: [UInt32?] = [isMariaDB ? 63 : nil]
        #expect(metadata.collations == [nil, nil, nil, 46, 8, 46] + labelled + [nil, nil] + spatial + [nil])
        #expect(metadata.labels[6] == [Array("a".utf8), Array("bc".utf8)])
        #expect(metadata.labels[7] == [Array("p".utf8), Array("q".utf8)] && metadata.labels[0] == nil)
        #expect(metadata.primaryKey == [0, 3] && metadata.primaryKeyPrefixes == [0, 4])
        #expect(metadata.geometryTypes[10] == 1 && metadata.geometryTypes[0] == nil)
        // MariaDB does not log which columns are invisible.
        #expect(metadata.isVisible == (isMariaDB ? [] : names.map { $0 != "inv" }))
        #expect(map.isNullable == names.map { !["id", "name"].contains($0) })
    }

    @Test func simpleKeyAndDefaultCharset() throws {
        let metadata = try readTableMap(RealEvents.mariadbLatinMap, isMariaDB: true).metadata
        #expect(metadata.primaryKey == [1, 0] && metadata.primaryKeyPrefixes == [0, 0])
        #expect(metadata.collations == [nil, nil, 8, 8] && metadata.isUnsigned == [false, true, false, false])
    }

    /// INET4, INET6 and UUID are strings of bytes; GEOMETRY counts among the character columns.
    @Test func mariadbCollations() throws {
        let metadata = try readTableMap(RealEvents.mariadbStringsFullMap, isMariaDB: true).metadata
        #expect(
            metadata.collations == [8, 45, 45, 45, 63, 63, 45, 45, 63, 63, 45, 45, 63, 63, 63, 63, 45, 45, 46])
    }

    /// MariaDB's default, and MySQL's.
    @Test func noLogAndMinimal() throws {
        #expect(
            try readTableMap(RealEvents.mariadbNumbersMap, isMariaDB: true).metadata
                == {
                    var none = TableMapMetadata()
                    none.isUnsigned = []
                    return none
                }())
        let minimal = try readTableMap(RealEvents.mysqlNumbersMap, isMariaDB: false).metadata
        #expect(minimal.names.isEmpty && minimal.primaryKey.isEmpty && minimal.collations.isEmpty)
        #expect(minimal.isUnsigned.enumerated().filter(\.element).map(\.offset) == [1, 3, 9])
    }
}
