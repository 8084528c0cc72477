/// How a column's value is laid out in a row image: the type byte and the type's metadata of a table map
/// (MySQL manual, "Binary Log: Table_map_event"; MariaDB Knowledge Base, "Table_map_event").
///
/// Signedness, character set and labels are not part of it: they come from `ColumnDefinition`.
package enum ColumnType: Hashable, Sendable {
    /// 1, 2, 3, 4 and 8 bytes, little endian.
    case tiny, short, int24, long, longlong
    /// Packed decimal of `precision` digits, `scale` of them after the point.
    case decimal(precision: UInt8, scale: UInt8)
    /// IEEE 754, 4 and 8 bytes, little endian.
    case float, double
    /// `bits` in ceil(bits/8) bytes, big endian.
    case bit(bits: UInt8)
    /// 1 byte: year - 1900, 0 for 0000.
    case year
    /// 3 bytes: day 5 bits, month 4, year 15.
    case date
    /// TIME2: 3 bytes and the fraction.
    case time(fractionDigits: UInt8)
    /// DATETIME2: 5 bytes and the fraction.
    case datetime(fractionDigits: UInt8)
    /// TIMESTAMP2: 4 bytes of seconds UTC and the fraction.
    case timestamp(fractionDigits: UInt8)
    /// TIME of servers before 5.6: 3 bytes hhmmss.
    case oldTime
    /// DATETIME before 5.6: 8 bytes YYYYMMDDhhmmss.
    case oldDatetime
    /// TIMESTAMP before 5.6: 4 bytes little endian.
    case oldTimestamp
    /// 1 or 2 bytes, little endian; 0 is the error value ''.
    case enumeration(packBytes: UInt8)
    /// 1 to 8 bytes, little endian bit mask.
    case set(packBytes: UInt8)
    /// CHAR and BINARY: a length of 1 byte (2 where `maxBytes` > 255) and the bytes, trailing pad stripped.
    /// MariaDB's INET4, INET6 and UUID come as this, too.
    case char(maxBytes: UInt16)
    /// VARCHAR and VARBINARY: a length of 1 byte (2 where `maxBytes` > 255) and the bytes.
    case varchar(maxBytes: UInt16)
    /// TEXT and BLOB of every size: a length of `lengthBytes` (1…4) and the bytes.
    case blob(lengthBytes: UInt8)
    /// MySQL's binary JSON: as blob.
    case json(lengthBytes: UInt8)
    /// SRID (4 bytes) and WKB: as blob.
    case geometry(lengthBytes: UInt8)
    /// IEEE 754 floats of 4 bytes, little endian: as blob.
    case vector(lengthBytes: UInt8)
    /// MariaDB's `VARCHAR … COMPRESSED`: as varchar, the bytes are a header and a zlib stream.
    case compressedVarchar(maxBytes: UInt16)
    /// MariaDB's `BLOB COMPRESSED`, `TEXT COMPRESSED`: as blob.
    case compressedBlob(lengthBytes: UInt8)
}
