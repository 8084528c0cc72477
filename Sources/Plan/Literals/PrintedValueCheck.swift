package import Model

/// What a strict target would change silently in values that are copied as the source prints them: the initial load's
/// form of the check that `LiteralPlan` does for the stream.
package struct PrintedValueCheck: Equatable, Sendable {
    private let narrowing: Narrowing

    /// Nil where the target keeps every value, or refuses it by itself.
    package init?(from source: ColumnDefinition, to target: ColumnDefinition, server: ServerDialect) {
        guard let type = ColumnType(source), let family = ColumnFamily(target) else { return nil }
        let route = LiteralRoute(
            source: LoggedColumn(type: type, definition: source), target: target, targetIsMariaDB: server.isMariaDB)
        guard let kind = route.kind(to: family), let found = route.narrowing(of: kind, to: family) else { return nil }
        narrowing = found
    }

    /// Whether the target stores the value as it is.
    ///
    /// - Parameters:
    ///   - literal: its SQL.
    ///   - value: what the source printed.
    package func keeps(_ literal: ArraySlice<UInt8>, printed value: UnsafeRawBufferPointer) -> Bool {
        let bytes = unsafe [UInt8](value)
        return narrowing.keeps(literal, bytes.span)
    }
}
