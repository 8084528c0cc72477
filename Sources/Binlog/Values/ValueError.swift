/// Why the bytes of a value make no sense. Thrown in place of a trap, whatever the bytes are.
package enum ValueError: Error, Equatable, Sendable {
    /// Fewer or more bytes than the type has.
    case wrongLength
    /// A decimal whose digit groups exceed their digits.
    case badDecimal
    /// A month over 12, an hour over 23 and the like.
    case badTime
    /// NaN or infinity, which no column holds.
    case notANumber
    /// JSON whose types, offsets or lengths contradict its size.
    case badJSON
    /// JSON nested deeper than the limit.
    case tooDeep
    /// A compressed column whose header or stream is broken.
    case badCompression
    /// A compressed column that says it unpacks to more than the limit.
    case tooLong
    /// A number of ENUM or SET for which the definition has no label.
    case unknownLabel
    /// A JSON document that is larger, with the types of its values, than a packet of the source.
    case jsonTooLarge
    /// A value that the target's column would change without an error.
    case wouldChange

    /// One clause for an error message.
    package var text: String {
        switch self {
        case .wrongLength: "the value's length does not fit its type"
        case .badDecimal: "the decimal has a digit out of range"
        case .badTime: "the date or time has a part out of range"
        case .notANumber: "the number is not finite"
        case .badJSON: "the JSON value is damaged"
        case .tooDeep: "the JSON value is nested too deeply"
        case .badCompression: "the compressed value is damaged"
        case .tooLong: "the compressed value unpacks to more than the limit"
        case .unknownLabel: "the value's number has no label in the source's definition"
        case .jsonTooLarge: "the JSON value with its types is more than max_allowed_packet of the source"
        case .wouldChange: "the target's column would change the value silently"
        }
    }
}
