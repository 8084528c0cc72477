/// The limits that keep Lutra bounded, each with its default. What they bound is in the name, the unit comes last.
package struct Limits: Sendable, Equatable {
    /// Rows of one load batch; more wait for the next one. A larger batch means fewer commits on the target and
    /// more memory here.
    package var batchRows = 20_000
    /// Bytes of row images in one load batch. A single row may exceed it alone.
    package var batchBytes = 16 << 20
    /// Bytes of one chunk that SELECT hands on while it is behind; up to twice as many, to end behind a transaction.
    package var chunkBytes = 512 << 10
    /// Bytes that wait between SELECT and EXTRACT before the source is no longer read.
    package var queueBytes = 16 << 20
    /// Bytes of all XA transactions that are prepared and not committed; they are kept here and on the target.
    package var preparedBytes = 64 << 20
    /// Rows of one fat statement.
    package var statementRows = 500
    /// Bytes of one fat statement; also kept below the target's `max_allowed_packet`.
    package var statementBytes = 1 << 20
    /// Length of one binlog event that is accepted: the servers' own limit of 1 GiB and a header.
    package var eventBytes = (1 << 30) + (64 << 10)
    /// Columns of one table (the servers' limit).
    package var columns = 4_096
    /// Seconds without a byte from the source, which sends a heartbeat every third of it, until it counts as dead.
    package var readSeconds = 30
    /// Depth of a JSON document (MySQL's limit is 100).
    package var jsonDepth = 100

    package init() {}
}
