package import Model

/// Passes over the events of a file before an offset that the protocol cannot carry: such a dump begins at the file's
/// start.
package struct DumpSkip {
    private let target: BinlogPosition
    /// Where the next event starts. Not the sum of lengths: MariaDB leaves out events that replicas do not ask for.
    private var offset: UInt64 = 4
    package private(set) var isDone = false

    package init(to target: BinlogPosition) { self.target = target }

    /// Whether the event lies before the offset. The first one behind it ends the skipping.
    ///
    /// - Throws: `position-invalid` when no event starts at the offset.
    package mutating func passesOver(_ event: UnsafeRawBufferPointer) throws(LutraError) -> Bool {
        guard !isDone, let header = DumpedHeader(event) else { return false }
        switch header.type {
        case .heartbeat, .heartbeatV2:
            // The source waits at the end of its log.
            try checkEnd()
            return true
        case .rotate, .formatDescription:
            if header.isArtificial || header.end == 0 { return false }
        default: break
        }
        let end = header.end(after: offset)
        guard end <= target.offset, header.type != .rotate else {
            guard end - UInt64(header.length) == target.offset else { throw fault("no event starts at this offset") }
            isDone = true
            return false
        }
        offset = end
        // How the file is written must be known all the same.
        return header.type != .formatDescription
    }

    /// The log has ended for now.
    ///
    /// - Throws: `position-invalid` when it is shorter than the offset.
    package func checkEnd() throws(LutraError) {
        if !isDone, offset < target.offset { throw fault("the file ends before this offset") }
    }

    private func fault(_ message: String) -> LutraError {
        LutraError(.positionInvalid, message, place: ["position": target.description])
    }

    /// The artificial ROTATE with which the server would have begun the dump at that offset: header of 19 bytes without
    /// time and position, offset 8, file name.
    package var rotate: [UInt8] {
        var bytes: [UInt8] = [0, 0, 0, 0, DumpedHeader.EventType.rotate.rawValue]
        bytes.append(littleEndian: UInt32(0))
        bytes.append(littleEndian: UInt32(19 + 8 + target.file.utf8.count))
        bytes.append(littleEndian: UInt32(0))
        bytes.append(littleEndian: DumpedHeader.artificial)
        bytes.append(littleEndian: target.offset)
        return bytes + Array(target.file.utf8)
    }
}
