import Model

extension EventSelector {
    /// Handles one event whose checksum is stripped.
    @inline(__always)
    mutating func dispatch(_ header: EventHeader, body: ByteCursor) throws(EventFault) {
        if header.type == .rotate { return try rotate(header, try RotateEvent(body)) }
        if !isInPayload { advance(header, length: UInt64(header.length)) }
        if header.type == .tableMap {
            if !isOpen { open(header, end: .lastRows) }
            return try announce(body)
        }
        if let kind = RowsKind(header.type) { return try rows(header.type, kind, body) }
        try dispatchFrame(header, body)
    }

    @inline(__always)
    mutating func announce(_ body: ByteCursor) throws(EventFault) {
        try tables.announce(body, idBytes: format.tableIDBytes(.tableMap), hasMetadata: format.hasTableMetadata)
    }

    private mutating func dispatchFrame(_ header: EventHeader, _ body: ByteCursor) throws(EventFault) {
        switch header.type {
        case .formatDescription:
            // A server that crashed begins a new file.
            try abandon()
            if isBetweenFiles { enterFile() }
            format = try FormatDescription(body)
            hasFormat = true
        case .stop: try abandon()
        case .heartbeat, .heartbeatV2: heartbeat(header, try HeartbeatEvent(body, header: header))
        case .gtid, .anonymousGTID, .gtidTagged, .mariadbGTID: try beginGTID(header, body)
        case .query, .queryCompressed, .executeLoadQuery: try query(header, body)
        case .xid: try commit()
        case .xaPrepare: try xaPrepare(header, try XAPrepareEvent(body))
        case .incident: try incident(try IncidentEvent(body))
        case .transactionPayload: break
        default: try other(header)
        }
    }

    private func other(_ header: EventHeader) throws(EventFault) {
        switch header.type {
        case .intvar, .rand, .userVar, .appendBlock, .deleteFile, .beginLoadQuery, .ignorable,
            .rowsQuery, .previousGTIDs, .transactionContext, .viewChange, .annotateRows,
            .binlogCheckpoint, .gtidList:
            return
        case _ where header.flags & EventHeader.ignorable != 0: return
        case .startEncryption:
            // A server that sends its log decrypts it, and marks this event as one to ignore.
            throw EventFault(
                .binlogUnsupported, "the log file is encrypted from here on",
                hint: "read it from the server, which decrypts it")
        default: throw EventFault(.binlogUnsupported, "the log has an event of a type that is not known")
        }
    }

    /// Moves behind an event. Headers hold 32 bits of the position: files over 4 GiB wrap. A heartbeat's position is
    /// behind no event.
    private mutating func advance(_ header: EventHeader, length: UInt64) {
        // Made-up events have the end position 0. So has one that ends at a multiple of 4 GiB.
        let isMadeUp = header.isArtificial && (offset &+ length) & 0xffff_ffff != UInt64(header.endPosition)
        guard !isMadeUp, header.type != .heartbeat, header.type != .heartbeatV2 else { return }
        var end = (offset & ~0xffff_ffff) | UInt64(header.endPosition)
        if end &+ (1 << 31) < offset { end &+= 1 << 32 }
        offset = end
        eventStart = end >= length ? end - length : 0
    }

    private mutating func rotate(_ header: EventHeader, _ event: RotateEvent) throws(EventFault) {
        let isSame = event.file == file
        if header.isArtificial && isSame {
            guard transaction == nil else {
                throw EventFault(.binlogCorrupt, "the stream begins anew inside a transaction")
            }
        } else {
            try abandon()
        }
        if header.isArtificial && isBetweenFiles {
            // The file's name stands in the log and in the server's list of files.
            guard isSame else {
                throw EventFault(
                    .binlogCorrupt, "the log goes on with file \(event.file), but said that \(file) would follow")
            }
            return enterFile()
        }
        // A dump begins with a made-up ROTATE that names the place where it was asked to start.
        if header.isArtificial && isSame && event.position <= 4 && offset > 4 && !isMariaDB { return }
        file = event.file
        offset = event.position
        isBetweenFiles = !header.isArtificial
    }

    /// The file that the last one's ROTATE named is there: what comes is to be read from it.
    private mutating func enterFile() {
        isBetweenFiles = false
        settled.position = position
        hasProgress = true
    }

    /// The source has nothing to send up to there: what lies between is not for us (transactions that we have, or
    /// that the source filters). Only between transactions: a source may say it inside one that it passes over.
    private mutating func heartbeat(_ header: EventHeader, _ event: HeartbeatEvent) {
        guard transaction == nil, skip == 0, event.file == file else { return }
        let reached = header.type == .heartbeatV2 ? event.position : following(header.endPosition)
        guard reached > offset else { return }
        offset = reached
        settled.position = position
        hasProgress = true
    }

    /// The offset with these low 32 bits: behind the first 4 GiB of a file the nearest one.
    private func following(_ low: UInt32) -> UInt64 {
        guard offset > UInt64(UInt32.max) else { return UInt64(low) }
        let distance = Int32(bitPattern: low &- UInt32(truncatingIfNeeded: offset))
        return distance > 0 ? offset &+ UInt64(distance) : offset
    }

    private func incident(_ event: IncidentEvent) throws(EventFault) {
        let told = event.message.isEmpty ? "" : ": " + event.message
        throw EventFault(.binlogIncident, "the source has lost events here (incident \(event.number)\(told))")
    }
}
