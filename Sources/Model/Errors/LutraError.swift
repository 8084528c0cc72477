/// An error that a user may meet: a stable code, what happened, where, and what to do.
///
/// Printed as `lutra: error CODE: what, where; hint`. Never holds a password.
package struct LutraError: Error, Sendable, CustomStringConvertible {
    /// The stable code, which scripts may rely on.
    package var code: ErrorCode
    /// What happened: one clause in plain English, without a full stop.
    package var message: String
    /// Where: ordered names and values, such as `table` → `shop.orders`.
    package var place: [Place]
    /// What the reader can do; nil takes the code's own hint.
    package var hint: String?
    /// What the server or the system said, where that adds something.
    package var cause: String?

    package struct Place: Equatable, Sendable {
        package var name: String
        package var value: String
    }

    package init(
        _ code: ErrorCode, _ message: String, place: KeyValuePairs<String, String> = [:],
        hint: String? = nil, cause: String? = nil
    ) {
        self.code = code
        self.message = message
        self.place = place.map { Place(name: $0.key, value: $0.value) }
        self.hint = hint
        self.cause = cause
    }

    /// The same error with one more place, for a caller that knows more than the thrower.
    package func at(_ name: String, _ value: String) -> LutraError {
        guard !place.contains(where: { $0.name == name }) else { return self }
        var copy = self
        copy.place.append(Place(name: name, value: value))
        return copy
    }

    /// `CODE: what (name value, …): cause; hint`
    package var description: String {
        var text = "\(code.name): \(message)"
        if !place.isEmpty {
            text += " (" + place.map { "\($0.name) \($0.value)" }.joined(separator: ", ") + ")"
        }
        if let cause { text += ": \(cause)" }
        if let hint = hint ?? code.hint { text += "; \(hint)" }
        return text
    }
}
