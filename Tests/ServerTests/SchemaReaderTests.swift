import Model
import MySQLClient
import TestKit
import Testing

@Suite struct SchemaReaderTests {
    @Test(arguments: Flavor.available) func aTableIsReadAsItIs(_ flavor: Flavor) throws {
        let server = try TestServers.shared(flavor, .source)
        try server.freshSchema("schema_reader")
        let connection = try server.connect()
        try connection.execute(
            """
            CREATE TABLE schema_reader.`o'd``d` (id INT UNSIGNED AUTO_INCREMENT, \
            name VARCHAR(20) CHARACTER SET latin1 NOT NULL, \
            e ENUM('a','b''c','d,e') CHARACTER SET gbk, s SET('x','y'), \
            v INT GENERATED ALWAYS AS (n + 1) VIRTUAL, n INT, st INT GENERATED ALWAYS AS (n + 2) STORED, \
            hidden INT INVISIBLE, bin VARBINARY(3) NOT NULL, \
            PRIMARY KEY (id), UNIQUE KEY prefix (name(5), n), UNIQUE KEY whole (bin, n), KEY plain (n)); \
            CREATE VIEW schema_reader.w AS SELECT 1 AS a
            """)
        let name = TableName("schema_reader", "o'd`d")
        let reader = SchemaReader(connection)
        #expect(try reader.tableNames(schemas: ["schema_reader"]) == [name])
        let table = try #require(try reader.definition(of: name))
        #expect(table.columns.map(\.name) == ["id", "name", "e", "s", "v", "n", "st", "hidden", "bin"])
        #expect(table.columns.filter(\.isUnsigned).map(\.name) == ["id"])
        #expect(table.columns.filter(\.isAutoIncrement).map(\.name) == ["id"])
        #expect(table.columns.filter(\.isInvisible).map(\.name) == ["hidden"])
        #expect(table.columns.filter { !$0.isNullable }.map(\.name) == ["id", "name", "bin"])
        #expect(table.columns[1].characterSet == "latin1")
        #expect(table.columns[2].labels == ["a", "b'c", "d,e"])
        #expect(table.columns[2].characterSet == "gbk")
        #expect(table.columns[3].labels == ["x", "y"])
        #expect(table.columns[4].generated == .virtual)
        #expect(table.columns[6].generated == .stored)
        #expect(table.characterSet == "utf8mb4")
        #expect(table.primaryKey?.columns == ["id"])
        #expect(table.uniqueKeys.first { $0.name == "prefix" }?.hasPrefixParts == true)
        #expect(table.uniqueKeys.first { $0.name == "whole" }?.columns == ["bin", "n"])
        #expect(table.uniqueKeys.count == 3)
        #expect(try reader.definitions(schemas: ["schema_reader"]) == [name: table])
    }

    @Test func expressionsAndHiddenKeysOfMySQL() throws {
        guard Flavor.mysql.isAvailable else { return }
        let server = try TestServers.shared(.mysql, .source)
        try server.freshSchema("schema_reader_mysql")
        let connection = try server.connect()
        try connection.execute(
            """
            SET SESSION sql_generate_invisible_primary_key = ON; \
            CREATE TABLE schema_reader_mysql.g (a INT); \
            CREATE TABLE schema_reader_mysql.f (id INT PRIMARY KEY, a VARCHAR(9), UNIQUE KEY k ((LOWER(a)), id))
            """)
        let tables = try SchemaReader(connection).definitions(schemas: ["schema_reader_mysql"])
        let generated = try #require(tables[TableName("schema_reader_mysql", "g")])
        #expect(generated.columns.map(\.name) == ["my_row_id", "a"])
        #expect(generated.primaryKey?.columns == ["my_row_id"])
        let functional = try #require(tables[TableName("schema_reader_mysql", "f")])
        #expect(functional.columns.map(\.name) == ["id", "a"])
        #expect(functional.uniqueKeys.last?.columns == [nil, "id"])
    }

    @Test func hiddenPeriodColumnsOfMariaDB() throws {
        guard Flavor.mariadb.isAvailable else { return }
        let server = try TestServers.shared(.mariadb, .source)
        try server.freshSchema("schema_reader_maria")
        let connection = try server.connect()
        try connection.execute(
            """
            CREATE TABLE schema_reader_maria.h (a INT PRIMARY KEY) WITH SYSTEM VERSIONING; \
            CREATE TABLE schema_reader_maria.p (a INT, b TIMESTAMP(6) GENERATED ALWAYS AS ROW START, \
            c TIMESTAMP(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (b, c)) WITH SYSTEM VERSIONING; \
            CREATE SEQUENCE schema_reader_maria.s
            """)
        let tables = try SchemaReader(connection).definitions(schemas: ["schema_reader_maria"])
        #expect(tables.count == 2)
        #expect(tables[TableName("schema_reader_maria", "h")]?.columns.map(\.name) == ["a", "row_start", "row_end"])
        #expect(tables[TableName("schema_reader_maria", "p")]?.columns.map(\.name) == ["a", "b", "c"])
    }
}
