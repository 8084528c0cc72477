package import Model

/// What `SHOW CREATE TABLE` of a source says, made fit for the target: under the new name, in the target's dialect.
///
/// `from` gives the source's dialect and the schema that unqualified names in the text belong to. Foreign keys keep
/// their parents' names unless `map` knows others. Notes say what was changed with a loss.
package func translateCreateTable(
    _ sql: String, from: StatementContext, to target: ServerDialect, newName: TableName,
    map: (TableName) -> TableName? = { _ in nil }
) -> (sql: String, notes: [String]) {
    let parsed = ParsedStatement.parse(sql, in: from)
    let translation = DialectTranslation(parsed.sql, from: parsed.context, to: target)
    var edits = translation.edits + parsed.removals.map { TextEdit(range: $0, replacement: "") }
    for reference in parsed.references {
        let name = reference.role == .target ? newName : map(reference.name) ?? reference.name
        edits.append(TextEdit(range: reference.range, replacement: name.quoted))
    }
    return (parsed.sql.applying(edits), translation.notes)
}
