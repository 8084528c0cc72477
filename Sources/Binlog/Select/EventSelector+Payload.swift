import Model

/// TRANSACTION_PAYLOAD: fields of packed type, packed length and value; 0 ends them, 1 is the size of the payload,
/// 2 the compression (0 zstd, 255 none), 3 the size unpacked. Then the payload: events without checksums.
private struct PayloadHeader {
    var isCompressed = true

    init(_ cursor: inout ByteCursor) throws(EventFault) {
        while true {
            let type = try cursor.packed()
            if type == 0 { return }
            var value = try cursor.slice(try cursor.packedCount())
            guard type == 2 else { continue }
            switch try value.packed() {
            case 0: isCompressed = true
            case 255: isCompressed = false
            default: throw EventFault(.binlogUnsupported, "the transaction is compressed with an unknown algorithm")
            }
        }
    }
}

/// What one TRANSACTION_PAYLOAD event leaves to the next.
struct PayloadUnpacker {
    fileprivate let stream: ZstdStream
    fileprivate let buffer: [UInt8]

    init() throws(EventFault) {
        stream = try ZstdStream()
        buffer = []
    }

    fileprivate init(_ walk: PayloadWalk) {
        stream = walk.stream
        // A huge event's buffer is not kept.
        buffer = walk.buffer.capacity <= 1 << 20 ? walk.buffer : []
    }
}

/// What is left to do of one TRANSACTION_PAYLOAD event.
private struct PayloadWalk {
    var input: ByteCursor
    let isCompressed: Bool
    let stream: ZstdStream
    /// Bytes of events that are not read yet.
    var buffer: [UInt8]
    /// The event inside that is being read, for errors.
    var type = EventType.transactionPayload

    init(_ body: ByteCursor, _ unpacker: PayloadUnpacker) throws(EventFault) {
        input = body
        isCompressed = try PayloadHeader(&input).isCompressed
        stream = unpacker.stream
        stream.reset()
        buffer = unpacker.buffer
        buffer.removeAll(keepingCapacity: true)
    }

    /// Unpacks the next piece; false at the end.
    mutating func fill() throws(EventFault) -> Bool {
        if isCompressed { return try stream.next(&input, into: &buffer) }
        guard !input.isAtEnd else { return false }
        var piece = try input.slice(min(input.remaining, 128 << 10))
        piece.append(to: &buffer)
        return true
    }
}

extension EventSelector {
    /// Unpacks a TRANSACTION_PAYLOAD event piece by piece and reads the events inside. `body` has no checksum.
    /// Chunks of that many bytes go to `overflow` on the way.
    mutating func walkPayload(
        _ body: ByteCursor, chunkBytes limit: Int, _ overflow: ([StreamItem]) throws(LutraError) -> Void
    ) throws(LutraError) {
        isInPayload = true
        defer { isInPayload = false }
        var walk: PayloadWalk
        do throws(EventFault) {
            let ours = if let unpacker { unpacker } else { try PayloadUnpacker() }
            // Not kept while it is in use: its buffer is changed in place.
            unpacker = nil
            walk = try PayloadWalk(body, ours)
        } catch { throw located(error, .transactionPayload) }
        while try readPiece(&walk) {
            if chunkBytes >= limit { try overflow(takeItems()) }
        }
        guard transaction == nil else {
            throw located(EventFault(.binlogCorrupt, "a compressed transaction has no end"), .transactionPayload)
        }
        unpacker = PayloadUnpacker(walk)
    }

    private func located(_ fault: EventFault, _ type: EventType) -> LutraError {
        fault.located(file: file, offset: eventStart, type: type)
    }

    /// Reads the events that the next piece completes; false at the end.
    private mutating func readPiece(_ walk: inout PayloadWalk) throws(LutraError) -> Bool {
        var type = EventType.transactionPayload
        do throws(EventFault) {
            guard try walk.fill() else {
                guard walk.buffer.isEmpty else { throw .truncated }
                return false
            }
            var used = 0
            // The buffer is not touched while its bytes are read.
            let result = unsafe walk.buffer.withUnsafeBytes { bytes in
                var cursor = unsafe ByteCursor(bytes)
                return Result<Void, EventFault> { () throws(EventFault) in
                    while try readInner(&cursor, &type) { used = cursor.offset }
                }
            }
            try result.get()
            walk.buffer.removeSubrange(..<used)
            return true
        } catch {
            throw located(error, type)
        }
    }

    /// Reads one event; false when it is not there whole.
    private mutating func readInner(_ cursor: inout ByteCursor, _ type: inout EventType) throws(EventFault) -> Bool {
        guard cursor.remaining >= EventHeader.size else { return false }
        var ahead = cursor
        let header = try EventHeader(&ahead)
        type = header.type
        guard header.length >= EventHeader.size, Int(header.length) <= limits.eventBytes else {
            throw EventFault(.binlogCorrupt, "an event in a compressed transaction has an impossible length")
        }
        guard Int(header.length) <= cursor.remaining else { return false }
        guard ![.transactionPayload, .rotate, .formatDescription].contains(header.type) else {
            throw EventFault(.binlogCorrupt, "a compressed transaction holds an event that cannot be part of one")
        }
        let body = try ahead.slice(Int(header.length) - EventHeader.size)
        try dispatch(header, body: body)
        try cursor.skip(Int(header.length))
        return true
    }
}
