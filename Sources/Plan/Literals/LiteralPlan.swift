import Binlog
package import Model

/// How the bytes of one source column become SQL for one target column: decided once per column, so that the row loop
/// only follows it.
///
/// The SQL is right for sessions with `SET NAMES binary`, `time_zone = '+00:00'`, a strict sql_mode with
/// NO_AUTO_VALUE_ON_ZERO and ALLOW_INVALID_DATES and without NO_ZERO_DATE, NO_ZERO_IN_DATE, NO_BACKSLASH_ESCAPES,
/// ANSI_QUOTES and PAD_CHAR_TO_FULL_LENGTH. Found by trying on MariaDB 10.11 and MySQL 9.7:
/// - A literal with an introducer (`_gbk'…'`) is converted to the column's character set; a character that does not
///   exist there is an error in strict mode (1366), never a `?`.
/// - Strings without introducer reach any column byte for byte; malformed text is an error (1366).
/// - A column compared with a number, a quoted time, or a string with introducer still uses its index, ENUM and SET
///   by number and YEAR by four quoted digits too.
/// - MariaDB stores +0.0 for -0.0, however it is written (`Narrowing` refuses it); MySQL keeps the sign of `-0e0`.
/// - Spatial values are written as SRID and WKB, as both flavours store them: axes of geographic SRIDs stay as stored.
/// - A TIMESTAMP into DATETIME, and back, is its UTC text.
package struct LiteralPlan: Sendable {
    let kind: LiteralKind
    /// The target column's name in backticks.
    let column: [UInt8]
    /// Its plain name, for errors.
    let name: String
    let target: ColumnFamily
    /// `_gbk` where the target must convert, else empty.
    let introducer: [UInt8]
    /// The introducer that lets a key lookup follow the column's collation; empty for columns without one.
    let keyIntroducer: [UInt8]
    /// The target's character set, for an exact comparison.
    let targetCharacterSet: [UInt8]
    /// Bytes to fill up with zeros: BINARY(n) and addresses, which are logged without trailing zeros.
    let padTo: Int
    /// The same for comparisons: what the target stores.
    let matchPadTo: Int
    /// Labels of ENUM and SET as UTF-8; empty where the number is written.
    let labels: [[UInt8]]
    let targetIsMariaDB: Bool
    let jsonFidelity: JSONFidelity
    /// What the target would change silently, so that it is refused here.
    let narrowing: Narrowing?
    let targetType: String
    /// Bytes that one compressed value may unpack to: the servers' own limit of a packet.
    static let unpackLimit = 1 << 30

    /// - Parameters:
    ///   - source: the column as it was logged.
    ///   - target: the column as the target defines it.
    ///   - server: the target's server.
    ///   - allowsChange: a value that the target changes silently is written all the same.
    /// - Throws: `type-unsupported` when no value of the source's type can be written into the target's.
    package init(
        source: LoggedColumn, target: ColumnDefinition, server: ServerDialect, allowsChange: Bool = false
    ) throws(LutraError) {
        let route = LiteralRoute(source: source, target: target, targetIsMariaDB: server.isMariaDB)
        guard let family = ColumnFamily(target), let chosen = route.kind(to: family) else {
            throw LutraError(
                .typeUnsupported, "a value of the source's type cannot be written into the target's column",
                place: [
                    "column": target.name, "source type": source.definition.fullType,
                    "target type": target.fullType,
                ],
                hint: "give both columns the same type, or leave the column out with columns: { exclude: [...] }")
        }
        kind = chosen
        column = Array(quotedIdentifier(target.name).utf8)
        name = target.name
        self.target = family
        introducer = route.introducer(of: chosen, to: family)
        keyIntroducer = route.keyIntroducer(of: chosen, to: family)
        targetCharacterSet = Array((canonicalCharacterSet(target.characterSet) ?? "utf8mb4").utf8)
        narrowing = allowsChange ? nil : route.narrowing(of: chosen, to: family)
        targetType = target.fullType
        (padTo, matchPadTo) = route.padding(of: chosen, to: family)
        switch chosen {
        case .enumLabel, .setLabels: labels = source.definition.labels.map { Array($0.utf8) }
        default: labels = []
        }
        targetIsMariaDB = server.isMariaDB
        jsonFidelity = server.jsonFidelity
    }
}
