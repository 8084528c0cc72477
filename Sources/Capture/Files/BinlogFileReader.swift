import Binlog
import Glibc
package import Model
import Synchronization

/// The events of binlog files, in the form in which `DumpStream` hands them out: each file is headed by an artificial
/// ROTATE that names it, and by its FORMAT_DESCRIPTION.
///
/// Needs memory for one event, and reads in pieces: files may be larger than 4 GiB. A file that is still being
/// written is read to its last whole event.
package final class BinlogFileReader: EventStream, @unchecked Sendable {
    // @unchecked: one thread reads; `interrupt` only sets the atomic flag.
    private let files: [LogFile]
    private let limits: Limits
    /// Transactions that are passed over, as a server does that is asked for what comes after them.
    private var skip: GTIDSkip
    private let isInterrupted = Atomic(false)
    /// Index of the next file.
    private var nextFile = 0
    private var startOffset: UInt64
    private var window: FileWindow?
    /// What is handed out before the file's own events go on.
    private var made: [[UInt8]] = []
    private var current: [UInt8] = []
    /// Whether the files are MariaDB's; nil before the first one that says it.
    private var isMariaDB: Bool?
    /// The file that the last event said is next, when it was a ROTATE.
    private var announced: String?

    /// Where the event that `next` returned last starts.
    package private(set) var position: BinlogPosition

    /// - Parameters:
    ///   - start: the file, which must be one of them, and the offset to begin at.
    ///   - skipping: transactions to leave out.
    /// - Throws: `LutraError` with `position-purged` when the file is not there.
    package init(
        _ files: [LogFile], from start: BinlogPosition? = nil, skipping: GTIDState = .none, limits: Limits = Limits()
    ) throws(LutraError) {
        guard let first = files.first else { throw LutraError(.fileUnreadable, "there are no binlog files to read") }
        let start = start ?? BinlogPosition(file: first.name, offset: 4)
        guard let index = files.firstIndex(where: { $0.name == start.file }) else {
            throw LutraError(
                .positionPurged, "the file where reading must begin is not there",
                place: ["file": start.file, "first": first.name, "last": files.last?.name ?? ""])
        }
        self.files = Array(files[index...])
        self.limits = limits
        skip = GTIDSkip(skipping)
        startOffset = start.offset
        position = start
    }

    deinit { close() }

    package var hasBufferedData: Bool { window != nil || nextFile < files.count }

    package func interrupt() { isInterrupted.store(true, ordering: .relaxed) }

    package func close() { window = nil }

    /// - Throws: `LutraError` with `file-unreadable`, `binlog-corrupt` (truncated, or files that do not follow one
    ///   another), `binlog-unsupported` (encrypted), `position-invalid`, or `stopped`.
    package func next() throws -> UnsafeRawBufferPointer? {
        while true {
            guard !isInterrupted.load(ordering: .relaxed) else {
                throw LutraError(.stopped, "the reading of the binlog was interrupted")
            }
            if !made.isEmpty {
                current = made.removeFirst()
                // Valid until `current` changes, which the next call does.
                return current.withUnsafeBytes { UnsafeRawBufferPointer(rebasing: $0[...]) }
            }
            guard let window else {
                guard nextFile < files.count else { return nil }
                try open(files[nextFile])
                nextFile += 1
                continue
            }
            position.offset = window.offset
            guard let event = try window.event(limit: limits.eventBytes, isLast: nextFile == files.count) else {
                self.window = nil
                try checkSuccessor(of: window.file)
                continue
            }
            if event[4] == 164 { throw BinlogMagic.encrypted(window.file.path) }
            announced = event[4] == 4 ? window.rotateTarget(event) : nil
            if skip.passesOver(event) { continue }
            return event
        }
    }

    private func open(_ file: LogFile) throws(LutraError) {
        let opened = try FileWindow(file)
        let format = try opened.formatDescription(limit: limits.eventBytes)
        try checkServer(format, file)
        position = BinlogPosition(file: file.name, offset: startOffset)
        made.append(Self.rotate(to: file.name, offset: startOffset))
        if startOffset > 4 {
            // As a server does: sent ahead of the place where it stands, so without a place of its own.
            if !format.isEmpty { made.append(Self.withoutPosition(format)) }
            try opened.seek(to: startOffset)
        }
        startOffset = 4
        window = opened
        announced = nil
        skip.endTransaction()
    }

    /// Files of MySQL and of MariaDB are not one log, whatever their names say.
    private func checkServer(_ format: [UInt8], _ file: LogFile) throws(LutraError) {
        // Behind the header and the log's version: the server's version, 50 bytes.
        guard format.count >= EventHeader.size + 52 else { return }
        let version = String(decoding: format[(EventHeader.size + 2)..<(EventHeader.size + 52)], as: UTF8.self)
        let isThis = version.contains("MariaDB")
        guard isMariaDB ?? isThis == isThis else {
            throw LutraError(
                .binlogCorrupt, "the file is of another kind of server than the ones before it",
                place: ["file": file.path, "server": isThis ? "MariaDB" : "MySQL"],
                hint: "files of several servers were mixed up: give those of one server alone")
        }
        isMariaDB = isThis
    }

    /// Nothing may be missing between two files.
    private func checkSuccessor(of file: LogFile) throws(LutraError) {
        guard nextFile < files.count, let number = file.number, let next = files[nextFile].number else { return }
        let expected = announced ?? DumpedHeader.next(after: file.name) ?? ""
        guard files[nextFile].name != expected, number + 1 != next else { return }
        throw LutraError(
            .positionPurged, "a binlog file is missing", place: ["after": file.name, "missing": expected])
    }

    /// An artificial ROTATE event: position 8, name, without checksum.
    private static func rotate(to file: String, offset: UInt64) -> [UInt8] {
        var event: [UInt8] = []
        event.append(littleEndian: UInt32(0))
        event.append(4)
        event.append(littleEndian: UInt32(0))
        event.append(littleEndian: UInt32(27 + file.utf8.count))
        event.append(littleEndian: UInt32(0))
        event.append(littleEndian: EventHeader.artificial)
        event.append(littleEndian: offset)
        return event + Array(file.utf8)
    }

    /// A FORMAT_DESCRIPTION event with its end position 0, and a checksum that holds then.
    private static func withoutPosition(_ format: [UInt8]) -> [UInt8] {
        var event = format
        for index in 13..<17 { event[index] = 0 }
        event[17] &= ~UInt8(EventHeader.inUse)
        let body = Array(event.dropLast(4))
        let sum = body.withUnsafeBytes { crc32(ByteCursor($0)) }
        // Where the log has no checksums, the last four bytes are not looked at.
        event.removeLast(4)
        event.append(littleEndian: sum)
        return event
    }
}
