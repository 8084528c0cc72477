import Model

extension EventSelector {
    mutating func query(_ header: EventHeader, _ body: ByteCursor) throws(EventFault) {
        let event = try QueryEvent(
            body, extra: header.type == .executeLoadQuery ? 13 : 0, isCompressed: header.type == .queryCompressed,
            limit: limits.eventBytes)
        guard let control = ControlStatement(event.sql) else { return try statement(header, event) }
        switch control {
        case .begin, .xaStart:
            if transaction == nil { open(info(header, gtid: nil), end: .commit) }
            transaction?.end = .commit
            if control == .xaStart { transaction?.isXA = true }
        case .commit: try commit(header)
        case .rollback:
            try refuseUndone()
            try commit(header)
        case .rollbackTo: try refuseUndone()
        case .xaFinish: try commit(header)
        case .savepoint, .xaEnd: break
        case .comment:
            if transaction == nil || transaction?.end == .statement { try commit(header) }
        }
    }

    private func refuseUndone() throws(EventFault) {
        guard transaction?.hasRows == true else { return }
        throw EventFault(.binlogUnsupported, "the source undid changes of mapped tables that it has logged")
    }

    private mutating func statement(_ header: EventHeader, _ event: QueryEvent) throws(EventFault) {
        if transaction == nil { open(info(header, gtid: nil), end: .statement) }
        guard var current = transaction else { return }
        if current.end == .lastRows { current.end = .statement }
        let hasCommitTime = if case .mysql = current.info.gtid { true } else { false }
        if !hasCommitTime, event.microseconds < 1_000_000 {
            let fraction = Int64(event.microseconds)
            current.info.commitMicroseconds = Int64(header.timestamp) * 1_000_000 + fraction
        }
        let isNew = current.countEvent()
        transaction = current
        let isInside = current.end == .commit
        if isNew, !current.ignoresStatements {
            // The rows before it get a checkpoint before it.
            transaction?.events -= 1
            closeChunk()
            transaction?.events += 1
            if !isInside { try commit(header) }
            append(event, of: current, isInside: isInside)
        } else if !isInside {
            try commit(header)
        }
    }

    private mutating func append(_ event: QueryEvent, of current: OpenTransaction, isInside: Bool) {
        items.append(
            .statement(
                LoggedStatement(
                    sql: event.sql, schema: event.schema, sqlMode: event.sqlMode,
                    clientCollation: event.clientCollation, connectionCollation: event.connectionCollation,
                    serverCollation: event.serverCollation, timeZone: event.timeZone, errorCode: event.errorCode,
                    transaction: current.info, start: BinlogPosition(file: file, offset: eventStart),
                    resume: resumeNow, isInsideTransaction: isInside)))
        hasProgress = false
    }
}
