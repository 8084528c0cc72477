/// Events of a binlog one after another, from a server or from files.
///
/// Blocking: one thread reads; `interrupt` alone may come from another.
package protocol EventStream: AnyObject, Sendable {
    /// The next event's bytes from its header to its checksum, valid until the next call; nil at the end.
    func next() throws -> UnsafeRawBufferPointer?
    /// Whether more bytes wait right now; false may be wrong, true never is.
    var hasBufferedData: Bool { get }
    /// Makes a blocked `next`, and every later one, throw `stopped`. From any thread.
    func interrupt()
    /// Ends the stream. From the reading thread.
    func close()
}

extension DumpStream: EventStream {}
