import Binlog
import Model
import Testing

/// Each column type's place and length, in rows that real servers logged.
@Suite struct ColumnTypeTests {
    /// CREATE TABLE n (a TINYINT, b SMALLINT UNSIGNED, c MEDIUMINT, d INT UNSIGNED, e BIGINT, f DECIMAL(10,4), g FLOAT,
    ///   h DOUBLE, i BIT(12), j YEAR, k DATE, l TIME(3), m DATETIME(6), o TIMESTAMP(2) NULL, p TIME, q DATETIME,
    ///   r TIMESTAMP NULL);
    /// INSERT INTO n VALUES (-1,65535,-2,4294967295,-3,-12.5,1.5,-2.5,0xabc,2024,'2024-02-29','-12:34:56.789',
    ///   '2024-02-29 12:34:56.123456','2024-02-29 12:34:56.12','11:22:33','2024-02-29 12:34:56','2024-02-29 12:34:56'),
    ///   (NULL,1,NULL,2,NULL,NULL,NULL,NULL,b'1',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
    @Test(arguments: [true, false]) func numbers(isMariaDB: Bool) throws {
        let rows = try rows(
            isMariaDB
                ? [RealEvents.mariadbNumbersMap, RealEvents.mariadbNumbers]
                : [RealEvents.mysqlNumbersMap, RealEvents.mysqlNumbers], isMariaDB)
        let first = [
            "ff", "ffff", "feffff", "ffffffff", "fdffffffffffffff", "7ffff3ec77", "0000c03f", "00000000000004c0",
            "0abc", "7c", "5dd00f", "7f3747e12e", "99b2bac8b801e240", "65e079f00c", "80b5a1", "99b2bac8b8", "65e079f0",
        ]
        let none = "NULL"
        let second =
            [none, "0100", none, "02000000", none, none, none, none, "0001"] + Array(repeating: none, count: 8)
        #expect(rows == [first, second].map { "insert t.n " + $0.joined(separator: "|") })
    }

    @Test func numberTypes() throws {
        let expected: [ColumnType] = [
            .tiny, .short, .int24, .long, .longlong, .decimal(precision: 10, scale: 4), .float, .double, .bit(bits: 12),
            .year, .date, .time(fractionDigits: 3), .datetime(fractionDigits: 6), .timestamp(fractionDigits: 2),
            .time(fractionDigits: 0), .datetime(fractionDigits: 0), .timestamp(fractionDigits: 0),
        ]
        #expect(try table(RealEvents.mariadbNumbersMap, true).columns == expected)
        #expect(try table(RealEvents.mysqlNumbersMap, false).columns == expected)
    }

    /// CREATE TABLE s (a CHAR(3) CHARSET latin1, b CHAR(100) CHARSET utf8mb4, c VARCHAR(10), d VARCHAR(300),
    ///   e BINARY(4), f VARBINARY(5), g TINYTEXT, h TEXT, i MEDIUMBLOB, j LONGBLOB, k ENUM('x','y','z'),
    ///   l SET('p','q','r'), o POINT, p INET4, q INET6, r UUID, t VARCHAR(20) COMPRESSED, u TEXT COMPRESSED, v JSON)
    ///   CHARSET utf8mb4;
    /// INSERT INTO s VALUES ('ab','é','abc','def','ab','xyz','tt','text','mb','lb','y','p,r',POINT(1,2),'1.2.3.4',
    ///   '::1','123e4567-e89b-12d3-a456-426655440000',REPEAT('a',20),'plain','{"a":1}');
    @Test func mariadbStrings() throws {
        let rows = try rows([RealEvents.mariadbStringsMap, RealEvents.mariadbStrings], true)
        let values =
            strings + [
                "01020304", "00000000000000000000000000000001", "123e4567e89b12d3a45642665544",
                "00" + String(repeating: "61", count: 20), "00706c61696e", "7b2261223a317d",
            ]
        #expect(rows == ["insert t.s " + values.joined(separator: "|")])
        #expect(
            try table(RealEvents.mariadbStringsMap, true).columns == stringTypes + [
                .char(maxBytes: 4), .char(maxBytes: 16), .char(maxBytes: 16), .compressedVarchar(maxBytes: 81),
                .compressedBlob(lengthBytes: 2), .blob(lengthBytes: 4),
            ])
    }

    /// The same up to o, then v JSON, w VECTOR(2): '{"a":1}', TO_VECTOR('[1,2]').
    @Test func mysqlStrings() throws {
        let rows = try rows([RealEvents.mysqlStringsMap, RealEvents.mysqlStrings], false)
        let values = strings + ["0001000c000b0001000501" + "0061", "0000803f00000040"]
        #expect(rows == ["insert t.s " + values.joined(separator: "|")])
        #expect(
            try table(RealEvents.mysqlStringsMap, false).columns
                == stringTypes + [.json(lengthBytes: 4), .vector(lengthBytes: 4)])
    }

    private let strings = [
        "6162", "c3a9", "616263", "646566", "6162", "78797a", "7474", "74657874", "6d62", "6c62", "02", "05",
        "000000000101000000000000000000f03f0000000000000040",
    ]
    private let stringTypes: [ColumnType] = [
        .char(maxBytes: 3), .char(maxBytes: 400), .varchar(maxBytes: 40), .varchar(maxBytes: 1_200),
        .char(maxBytes: 4), .varchar(maxBytes: 5), .blob(lengthBytes: 1), .blob(lengthBytes: 2), .blob(lengthBytes: 3),
        .blob(lengthBytes: 4), .enumeration(packBytes: 1), .set(packBytes: 1), .geometry(lengthBytes: 4),
    ]

    @Test func minimalImages() throws {
        let rows = try rows([RealEvents.minimalMap, RealEvents.minimalUpdate], false)
        #expect(rows == ["update t.d 01000000|- -|71"])
    }

    /// Each JSON column has a bit that tells whether its value is a list of changes; k's is an empty list at first.
    @Test func partialJSON() throws {
        let rows = try rows(
            [
                RealEvents.partialMap, RealEvents.partialUpdate, RealEvents.partialUpdateMap,
                RealEvents.partialUpdateOfBoth,
            ], false)
        let after = rows.map { $0.split(separator: " ").last.map(String.init) ?? "" }
        #expect(
            after == [
                "01000000|partial:|partial:0003242e6103050200|01000000",
                "01000000|0001000c000b0001000502007a|partial:0206242e625b305d|01000000",
            ])
        #expect(rows[0].contains("update t.jj 01000000|0001000c000b0001000501007a|0003005200"))
    }

    /// Formats of servers before 5.6, and the largest of each length.
    @Test func oldAndWideTypes() throws {
        let columns: [(code: UInt8, metadata: [UInt8], value: [UInt8], prefix: Int)] = [
            (7, [], [1, 2, 3, 4], 0), (11, [], [1, 2, 3], 0), (12, [], [1, 2, 3, 4, 5, 6, 7, 8], 0),
            (10, [], [9, 9, 9], 0), (16, [0, 8], [1, 2, 3, 4, 5, 6, 7, 8], 0), (16, [1, 0], [1], 0),
            (246, [65, 30], Array(1...30), 0), (246, [1, 1], [0x85], 0), (19, [6], Array(1...6), 0),
            (17, [6], Array(1...7), 0), (18, [1], Array(1...6), 0), (254, [247, 2], [1, 0], 0),
            (254, [248, 8], Array(1...8), 0), (254, [254, 255], [7], 1), (254, [238, 0], [7, 8], 2),
            (15, [255, 0], [1], 1), (15, [0, 1], [1, 2], 2), (249, [1], [1], 1), (252, [4], [3, 3], 4),
        ]
        var body = little(9, 6) + little(1, 2) + [1, 116, 0, 1, 120, 0, UInt8(columns.count)] + columns.map(\.code)
        let metadata = columns.flatMap(\.metadata)
        let bitmap = [UInt8](repeating: 0xff, count: 3)
        body += [UInt8(metadata.count)] + metadata + bitmap
        var rows = little(9, 6) + little(1, 2) + little(2, 2) + [UInt8(columns.count)] + bitmap + [0, 0, 0]
        for column in columns { rows += little(column.value.count, column.prefix) + column.value }
        var log = LogBuilder()
        log.format()
        log.gtid(1)
        log.query("BEGIN")
        log.add(.tableMap, body)
        log.add(.writeRows, rows)
        let expected = columns.map { hexText($0.value) }.joined(separator: "|")
        #expect(try Reading.of(log).rows().map(\.text) == ["insert t.x " + expected])
    }

    @Test func checksumsOfRealEvents() {
        for event in RealEvents.mysql + RealEvents.mariadb + [RealEvents.payload, RealEvents.taggedGTID] {
            #expect(event.withChecksum == event)
        }
    }

    private func reading(_ events: [[UInt8]], _ isMariaDB: Bool) throws -> Reading {
        var log = LogBuilder()
        log.serverVersion = isMariaDB ? "10.11.19-MariaDB" : "9.7.4"
        log.format()
        if isMariaDB { log.mariadbGTID(1) } else { log.gtid(1) }
        for event in events { log.addReal(event) }
        log.xid()
        return try Reading.of(log, isMariaDB: isMariaDB)
    }

    private func rows(_ events: [[UInt8]], _ isMariaDB: Bool) throws -> [String] {
        try reading(events, isMariaDB).rows().map(\.text)
    }

    private func table(_ event: [UInt8], _ isMariaDB: Bool) throws -> TableMap {
        try readTableMap(event, isMariaDB: isMariaDB)
    }
}

/// The table that a TABLE_MAP event of a real server announces.
func readTableMap(_ event: [UInt8], isMariaDB: Bool) throws -> TableMap {
    var cache = TableMapCache(limits: Limits(), isMariaDB: isMariaDB, isMapped: { _ in true })
    let table = try event.withUnsafeBytes { bytes in
        try cache.announce(ByteCursor(UnsafeRawBufferPointer(rebasing: bytes[19..<bytes.count - 4])), idBytes: 6)
        return try cache.place(UInt64(event[19])).flatMap { cache.map(at: $0) }
    }
    return try #require(table)
}
