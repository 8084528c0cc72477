package import Model

/// Why an event cannot be read, before its place is known. `EventSelector` turns it into a `LutraError` with file,
/// offset and event type. A class, so that each place that throws or passes it on costs the code of one pointer.
package final class EventFault: Error {
    package let code: ErrorCode
    /// One clause in plain English.
    package let message: String
    /// What the reader can do; nil takes the code's own hint.
    package let hint: String?

    /// Not inlined, as `truncated` is not: else it takes most of the code that reads events.
    @inline(never)
    package init(_ code: ErrorCode, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// A field reaches past the end of its event.
    package static var truncated: EventFault {
        @inline(never) get { EventFault(.binlogCorrupt, "the event is shorter than its content") }
    }

    /// The same as an error at a place.
    package func located(file: String, offset: UInt64, type: EventType) -> LutraError {
        LutraError(
            code, message, place: ["file": file, "offset": "\(offset)", "event": type.description], hint: hint)
    }
}
