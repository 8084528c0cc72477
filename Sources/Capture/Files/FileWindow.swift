import Glibc
import Model

/// One open binlog file, of which a piece is in memory: the event that is read, and what came with it.
final class FileWindow {
    let file: LogFile
    private let descriptor: Int32
    private var buffer: UnsafeMutableRawBufferPointer
    /// What of the buffer is filled and not yet read.
    private var filled = 0..<0
    /// Where in the file `filled` begins.
    private(set) var offset: UInt64 = 0
    /// The file's FORMAT_DESCRIPTION says that its server has not closed it.
    private(set) var isInUse = false
    private static let pieceBytes = 1 << 20

    /// - Throws: `file-unreadable`, `binlog-corrupt`, `binlog-unsupported` when it is no plain binlog.
    init(_ file: LogFile) throws(LutraError) {
        self.file = file
        descriptor = Glibc.open(file.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw LutraError(
                .fileUnreadable, "a binlog file cannot be opened", place: ["file": file.path],
                cause: String(cString: strerror(errno)))
        }
        buffer = .allocate(byteCount: Self.pieceBytes, alignment: 16)
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
        try fill(4)
        try BinlogMagic(Array(buffer[filled.prefix(4)])).check(file.path)
        consume(4)
    }

    deinit {
        buffer.deallocate()
        Glibc.close(descriptor)
    }

    /// The next event, valid until the next call; nil at the end of the file.
    ///
    /// - Parameter isLast: whether no file follows, so that this one may still be written.
    func event(limit: Int, isLast: Bool) throws(LutraError) -> UnsafeRawBufferPointer? {
        try fill(19)
        if filled.isEmpty { return nil }
        guard filled.count >= 19 else { return try cut(isLast) }
        let start = filled.lowerBound
        let length = Int(
            UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: start + 9, as: UInt32.self)))
        guard length >= 19, length <= limit else {
            throw LutraError(
                .binlogCorrupt, "an event says that it has \(length) bytes", place: place,
                hint: "the file is damaged here, or this is not the start of an event")
        }
        try fill(length)
        guard filled.count >= length else { return try cut(isLast) }
        let event = UnsafeRawBufferPointer(rebasing: buffer[filled.prefix(length)])
        if event[4] == 15 { isInUse = event[17] & 1 != 0 }
        consume(length)
        return event
    }

    /// A copy of the file's first event, which must be a FORMAT_DESCRIPTION; empty while the file has no event yet.
    /// The file stays where it is.
    func formatDescription(limit: Int) throws(LutraError) -> [UInt8] {
        try fill(19)
        guard filled.count >= 19 else { return [] }
        let start = filled.lowerBound
        guard buffer[start + 4] == 15 else {
            throw LutraError(
                buffer[start + 4] == 1 ? .binlogUnsupported : .binlogCorrupt,
                "the file does not begin with a FORMAT_DESCRIPTION event", place: place,
                hint: "logs of servers before 5.0 cannot be read")
        }
        let length = Int(UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: start + 9, as: UInt32.self)))
        guard (19 + 57...4_096).contains(length) else {
            throw LutraError(
                .binlogCorrupt, "the FORMAT_DESCRIPTION event says that it has \(length) bytes", place: place)
        }
        isInUse = buffer[start + 17] & 1 != 0
        try fill(length)
        guard filled.count >= length else { return [] }
        return Array(buffer[filled.prefix(length)])
    }

    /// The file that a ROTATE event names: position 8, then the name, then a checksum where the log has them.
    func rotateTarget(_ event: UnsafeRawBufferPointer) -> String? {
        DumpedHeader.file(ofRotate: event, current: file.name)
    }

    /// Goes to an offset of the file.
    func seek(to place: UInt64) throws(LutraError) {
        guard let target = off_t(exactly: place), target >= 0, target <= lseek(descriptor, 0, SEEK_END) else {
            throw LutraError(
                .positionInvalid, "the position lies behind the end of the file",
                place: ["file": file.path, "offset": "\(place)"])
        }
        lseek(descriptor, target, SEEK_SET)
        offset = place
        filled = 0..<0
    }

    private var place: KeyValuePairs<String, String> { ["file": file.path, "offset": "\(offset)"] }

    /// The file ends inside an event: fine while it is written, else it was cut.
    private func cut(_ isLast: Bool) throws(LutraError) -> UnsafeRawBufferPointer? {
        guard isLast, isInUse else {
            throw LutraError(
                .binlogCorrupt, "the file ends inside an event", place: place,
                hint: isLast
                    ? "it was cut: copy it again; --stop \(file.name):\(offset) reads what is whole"
                    : "it was cut, and another file follows: copy it again")
        }
        return nil
    }

    private func consume(_ count: Int) {
        filled = filled.lowerBound + count..<filled.upperBound
        offset += UInt64(count)
    }

    /// Makes at least so many bytes available, as far as the file has them.
    private func fill(_ count: Int) throws(LutraError) {
        guard filled.count < count else { return }
        if filled.lowerBound + count > buffer.count { try makeRoom(count) }
        while filled.count < count {
            let target = UnsafeMutableRawBufferPointer(rebasing: buffer[filled.upperBound...])
            // The buffer holds what the file has left: nothing more can come.
            if target.isEmpty { return }
            let got = read(descriptor, target.baseAddress, target.count)
            if got == 0 { return }
            guard got > 0 else {
                if errno == EINTR { continue }
                throw LutraError(
                    .fileUnreadable, "a binlog file cannot be read", place: place,
                    cause: String(cString: strerror(errno)))
            }
            filled = filled.lowerBound..<filled.upperBound + got
        }
    }

    /// Moves what is there to the front; a buffer that is too small is replaced, but never by one larger than what
    /// the file still holds.
    private func makeRoom(_ count: Int) throws(LutraError) {
        let kept = filled.count
        if count > buffer.count {
            let here = lseek(descriptor, 0, SEEK_CUR)
            let rest = Int(lseek(descriptor, 0, SEEK_END)) - Int(here)
            lseek(descriptor, here, SEEK_SET)
            let size = max(Self.pieceBytes, min(count, kept + max(rest, 0)))
            let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
            larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[filled]))
            buffer.deallocate()
            buffer = larger
        } else {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[filled]))
        }
        filled = 0..<kept
    }
}
