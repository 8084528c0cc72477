package import Model
package import Plan

/// A DDL statement of the source as it is to run on the target. Without statements it only notes what changed on the
/// source.
package struct PlannedDDL: Sendable {
    /// In order; usually one. Names are the target's and qualified, UTF-8.
    package var statements: [String]
    /// The target tables that they change.
    package var targetTables: [TableName]
    /// The target's dialect, to read the statements.
    package var dialect: ServerDialect
    /// `sql_mode` of the session on the source, bits as in its log.
    package var sqlMode: UInt64
    /// The statement as the source logged it, for messages.
    package var sourceText: String
    /// Where the source logged it.
    package var position: BinlogPosition
    /// Where to resume once it is done.
    package var resume: Checkpoint
    /// What it changed on the source, to be noted with the checkpoint.
    package var schemaChanges = SchemaChanges()

    package init(
        statements: [String], targetTables: [TableName], dialect: ServerDialect, sqlMode: UInt64, sourceText: String,
        position: BinlogPosition, resume: Checkpoint
    ) {
        self.statements = statements
        self.targetTables = targetTables
        self.dialect = dialect
        self.sqlMode = sqlMode
        self.sourceText = sourceText
        self.position = position
        self.resume = resume
    }
}
