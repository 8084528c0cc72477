import Model

extension EventSelector {
    mutating func query(_ header: EventHeader, _ body: ByteCursor) throws(EventFault) {
        let extra = header.type == .executeLoadQuery ? 13 : 0
        let text = try QueryEvent.text(body, extra: extra)
        // Two in three statements of a MySQL log are these: nothing else of them is read.
        if let frame = ControlStatement(frame: text) { return try control(header, frame, []) }
        let event = try QueryEvent(
            body, extra: extra, isCompressed: header.type == .queryCompressed, limit: limits.eventBytes)
        guard let control = ControlStatement(event.sql) else { return try statement(header, event) }
        try self.control(header, control, event.sql)
    }

    private mutating func control(
        _ header: EventHeader, _ control: ControlStatement, _ sql: [UInt8]
    ) throws(EventFault) {
        switch control {
        case .begin, .xaStart:
            if !isOpen { open(header, end: .commit) }
            current.end = .commit
            if control == .xaStart { holdRows() }
        case .commit: try commit()
        case .xaFinish: try xaFinish(header, sql)
        case .rollback:
            try undo(since: nil)
            try commit()
        case .rollbackTo: try undo(since: ControlStatement.savepointName(sql))
        case .savepoint: setSavepoint(ControlStatement.savepointName(sql))
        case .releaseSavepoint, .xaEnd: break
        case .comment:
            if transaction == nil || transaction?.end == .statement { try commit() }
        }
    }

    private mutating func statement(_ header: EventHeader, _ event: QueryEvent) throws(EventFault) {
        if !isOpen { open(header, end: .statement) }
        guard var current = transaction else { return }
        if current.end == .lastRows { current.end = .statement }
        if !current.hasCommitTime, event.microseconds < 1_000_000 {
            let fraction = Int64(event.microseconds)
            current.info.commitMicroseconds = Int64(header.timestamp) * 1_000_000 + fraction
        }
        let isNew = current.countEvent()
        transaction = current
        let isInside = current.end == .commit
        if isNew, !current.ignoresStatements {
            // The rows before it get a checkpoint before it.
            self.current.events -= 1
            closeChunk()
            self.current.events += 1
            // Rows before it that are held would be lost if the checkpoint moved behind it.
            if !isInside { try commit() } else if !current.isXA { self.current.handOnStatement() }
            append(event, of: current, isInside: isInside)
        } else if !isInside {
            try commit()
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
