import Glibc
import Model
import Synchronization

/// The acknowledgements of a semi-synchronous dump: any thread says how far it is durable, the reading thread sends it,
/// since a connection, with TLS above all, belongs to one thread.
final class SemiSync: Sendable {
    private let due = Mutex<BinlogPosition?>(nil)
    /// A pipe that wakes the reading thread; -1 when the system has no more descriptors: then it looks by itself.
    let descriptor: Int32
    private let wakeEnd: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) == 0 {
            for end in ends {
                _ = fcntl(end, F_SETFL, O_NONBLOCK)
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            }
        }
        (descriptor, wakeEnd) = (ends[0], ends[1])
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if wakeEnd >= 0 { close(wakeEnd) }
    }

    /// Everything up to there is durable. Later ones include earlier ones.
    func acknowledge(_ position: BinlogPosition) {
        due.withLock { $0 = position }
        var byte: UInt8 = 1
        // A full pipe wakes as well.
        if wakeEnd >= 0 { _ = write(wakeEnd, &byte, 1) }
    }

    /// What is to be sent now; nil for nothing.
    func take() -> BinlogPosition? {
        var bytes = [UInt8](repeating: 0, count: 64)
        while descriptor >= 0, read(descriptor, &bytes, bytes.count) == bytes.count {}
        return due.withLock { due in
            defer { due = nil }
            return due
        }
    }

    /// The packet: a mark of 1 byte, offset 8, file name.
    static func reply(_ position: BinlogPosition) -> [UInt8] {
        var bytes = [mark]
        bytes.append(littleEndian: position.offset)
        return bytes + Array(position.file.utf8)
    }

    /// What stands before each event of such a dump, followed by a byte that is 1 when an answer is wanted.
    static let mark: UInt8 = 0xEF

    /// Whether a dump's first event is preceded by the mark. It is an artificial ROTATE, whose first byte, of its time,
    /// is 0.
    static func isMarked(firstEvent bytes: UnsafeRawBufferPointer) -> Bool { bytes.count > 2 && bytes[0] == mark }
}
