import Model

/// The optional part of a table map. Each list has one entry per column; an empty list means that it was not logged.
package struct TableMapMetadata: Equatable, Sendable {
    /// False for columns that are not numbers.
    package var isUnsigned: [Bool] = []
    /// Collation ids of character, ENUM and SET columns; nil for other columns and where it was not logged.
    package var collations: [UInt32?] = []
    /// UTF-8.
    package var names: [String] = []
    /// Labels of ENUM and SET columns, in the column's character set; nil for other columns.
    package var labels: [[[UInt8]]?] = []
    /// Ordinals of the primary key's columns in order. Not one per column.
    package var primaryKey: [Int] = []
    /// Length of the prefix in characters that each part of `primaryKey` covers; 0 is the whole column.
    package var primaryKeyPrefixes: [Int] = []
    /// False for invisible columns.
    package var isVisible: [Bool] = []
    /// 0 GEOMETRY, 1 POINT, 2 LINESTRING, 3 POLYGON, 4 to 6 their MULTI forms, 7 GEOMETRYCOLLECTION.
    package var geometryTypes: [UInt32?] = []
    package var vectorDimensions: [UInt32?] = []

    package init() {}

    /// Reads fields of type 1, packed length and value up to the end. Unknown types are skipped. A field that is cut
    /// ends the list: servers before 5.6 leave garbage here.
    init(_ cursor: inout ByteCursor, columns: [ColumnType], isMariaDB: Bool) throws(EventFault) {
        while cursor.remaining >= 2 {
            let type = try cursor.byte()
            guard let length = try? cursor.packedCount() else { return }
            var field = try cursor.slice(length)
            do throws(EventFault) { try read(type, &field, columns, isMariaDB) } catch {
                throw EventFault(error.code, "the table map's optional metadata, field \(type), is damaged")
            }
        }
    }

    private mutating func read(
        _ type: UInt8, _ field: inout ByteCursor, _ columns: [ColumnType], _ isMariaDB: Bool
    ) throws(EventFault) {
        switch type {
        case 1: isUnsigned = Self.bits(field, columns) { $0.isNumeric }
        case 2: try readDefaultCollation(&field, columns) { $0.isCharacter(isMariaDB: isMariaDB) }
        case 3: try readCollations(&field, columns) { $0.isCharacter(isMariaDB: isMariaDB) }
        case 4: while !field.isAtEnd { names.append(try field.text(try field.packedCount())) }
        case 5: try readLabels(&field, columns) { if case .set = $0 { true } else { false } }
        case 6: try readLabels(&field, columns) { if case .enumeration = $0 { true } else { false } }
        case 7:
            geometryTypes = try Self.numbers(&field, columns) { if case .geometry = $0 { true } else { false } }
        case 8, 9: try readPrimaryKey(&field, columns.count, hasPrefixes: type == 9)
        case 10: try readDefaultCollation(&field, columns, isLabelled)
        case 11: try readCollations(&field, columns, isLabelled)
        case 12: isVisible = Self.bits(field, columns) { _ in true }
        case 13:
            vectorDimensions = try Self.numbers(&field, columns) { if case .vector = $0 { true } else { false } }
        default: break
        }
        guard names.isEmpty || names.count == columns.count else { throw .truncated }
    }

    private func isLabelled(_ type: ColumnType) -> Bool {
        switch type {
        case .enumeration, .set: true
        default: false
        }
    }

    /// One bit for each column of a kind, the first one in the top bit.
    private static func bits(_ field: ByteCursor, _ columns: [ColumnType], _ isOf: (ColumnType) -> Bool) -> [Bool] {
        var next = 0
        return columns.map { type in
            guard isOf(type) else { return false }
            defer { next += 1 }
            return next >> 3 < field.end && field.byte(at: next >> 3) & 0x80 >> UInt8(next & 7) != 0
        }
    }

    private static func numbers(
        _ field: inout ByteCursor, _ columns: [ColumnType], _ isOf: (ColumnType) -> Bool
    ) throws(EventFault) -> [UInt32?] {
        var result: [UInt32?] = []
        for type in columns { result.append(isOf(type) ? UInt32(clamping: try field.packed()) : nil) }
        return result
    }

    /// The collation of most columns of a kind, then pairs of an index among them and its collation.
    private mutating func readDefaultCollation(
        _ field: inout ByteCursor, _ columns: [ColumnType], _ isOf: (ColumnType) -> Bool
    ) throws(EventFault) {
        let usual = UInt32(clamping: try field.packed())
        let members = columns.indices.filter { isOf(columns[$0]) }
        if collations.isEmpty { collations = Array(repeating: nil, count: columns.count) }
        for member in members { collations[member] = usual }
        while !field.isAtEnd {
            let index = try field.packed()
            let collation = UInt32(clamping: try field.packed())
            guard index < UInt64(members.count) else { throw .truncated }
            collations[members[Int(index)]] = collation
        }
    }

    private mutating func readCollations(
        _ field: inout ByteCursor, _ columns: [ColumnType], _ isOf: (ColumnType) -> Bool
    ) throws(EventFault) {
        if collations.isEmpty { collations = Array(repeating: nil, count: columns.count) }
        for (index, type) in columns.enumerated() where isOf(type) {
            collations[index] = UInt32(clamping: try field.packed())
        }
    }

    private mutating func readLabels(
        _ field: inout ByteCursor, _ columns: [ColumnType], _ isOf: (ColumnType) -> Bool
    ) throws(EventFault) {
        if labels.isEmpty { labels = Array(repeating: nil, count: columns.count) }
        for (index, type) in columns.enumerated() where isOf(type) {
            var list: [[UInt8]] = []
            for _ in 0..<(try field.packedCount()) { list.append(try field.array(try field.packedCount())) }
            labels[index] = list
        }
    }

    private mutating func readPrimaryKey(
        _ field: inout ByteCursor, _ count: Int, hasPrefixes: Bool
    ) throws(EventFault) {
        while !field.isAtEnd {
            let column = try field.packed()
            guard column < UInt64(count) else { throw .truncated }
            primaryKey.append(Int(column))
            primaryKeyPrefixes.append(hasPrefixes ? Int(clamping: try field.packed()) : 0)
        }
    }
}
