import Model

extension EventSelector {
    func info(_ header: EventHeader, gtid: GTIDEvent?) -> TransactionInfo {
        let logged = gtid?.originalCommitMicroseconds ?? 0
        return TransactionInfo(
            gtid: gtid?.gtid, start: BinlogPosition(file: file, offset: eventStart),
            commitMicroseconds: logged != 0 ? logged : Int64(header.timestamp) * 1_000_000,
            originServer: header.server)
    }

    mutating func open(_ info: TransactionInfo, end: OpenTransaction.End) {
        tables.trim()
        var opened = OpenTransaction(info: info, end: end)
        opened.skip = skip
        opened.chunkStart = chunk.events.count
        skip = 0
        transaction = opened
    }

    mutating func beginGTID(_ header: EventHeader, _ body: ByteCursor) throws(EventFault) {
        guard transaction == nil else {
            throw EventFault(.binlogCorrupt, "a transaction begins inside another one")
        }
        let event = try GTIDEvent.read(body, header: header)
        let isOpen = header.type == .mariadbGTID && !event.mariadb.contains(.standalone)
        open(info(header, gtid: event), end: isOpen ? .commit : .statement)
        transaction?.hasCommitTime = event.originalCommitMicroseconds != 0
        transaction?.isXA = event.mariadb.contains(.preparedXA)
        transaction?.ignoresStatements =
            event.mariadbExtra.contains(.startAlter) || event.mariadbExtra.contains(.rollbackAlter)
    }

    /// The transaction is whole: everything up to here counts as read.
    mutating func commit(_ header: EventHeader) throws(EventFault) {
        if let ended = transaction {
            guard ended.events >= ended.skip else {
                throw EventFault(
                    .checkpointInvalid,
                    "the transaction has \(ended.events) events, but the checkpoint counts \(ended.skip) of them")
            }
            if let gtid = ended.info.gtid { committed.gtids.insert(gtid) }
            committed.commitMicroseconds = ended.info.commitMicroseconds
        }
        transaction = nil
        committed.position = position
        hasProgress = true
    }

    mutating func xaPrepare(_ header: EventHeader, _ event: XAPrepareEvent) throws(EventFault) {
        if !event.isOnePhase { try refuseRows("an XA transaction was prepared") }
        try commit(header)
    }

    /// Rows that were collected would be applied although the source did not commit them.
    func refuseRows(_ what: String) throws(EventFault) {
        guard transaction?.hasRows == true else { return }
        throw EventFault(.xaUnsupported, "\(what) that changed mapped tables")
    }
}

extension GTIDState {
    /// The transaction was executed. A state without GTIDs stays one: what came before is not known.
    mutating func insert(_ gtid: GTID) {
        switch (self, gtid) {
        case (.mysql(var set), .mysql(let source, let number)):
            self = .none
            set.insert(source, number)
            self = .mysql(set)
        case (.mariadb(var position), .mariadb(let gtid)):
            self = .none
            position.insert(gtid)
            self = .mariadb(position)
        default: break
        }
    }
}
