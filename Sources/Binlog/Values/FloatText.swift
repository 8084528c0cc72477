extension ValueText {
    /// FLOAT: 4 bytes, little endian. Printed as the double of the same value, since servers read every literal as
    /// a double and round it: the digits that would do for a float may round to its neighbour.
    package static func appendFloat(_ bytes: Span<UInt8>, to text: inout [UInt8]) throws(ValueError) {
        guard bytes.count == 4 else { throw .wrongLength }
        try append(double: Double(Float(bitPattern: UInt32(littleEndian(bytes)))), to: &text)
    }

    /// DOUBLE: 8 bytes, little endian.
    package static func appendDouble(_ bytes: Span<UInt8>, to text: inout [UInt8]) throws(ValueError) {
        guard bytes.count == 8 else { throw .wrongLength }
        try append(double: Double(bitPattern: littleEndian(bytes)), to: &text)
    }

    /// The shortest digits that read back to the same value, always with an exponent: without one, servers would
    /// read a DECIMAL, and lose the sign of -0.0.
    static func append(double value: Double, to text: inout [UInt8]) throws(ValueError) {
        guard value.isFinite else { throw .notANumber }
        let start = text.count
        text.append(contentsOf: value.description.utf8)
        for index in start..<text.count where text[index] == 101 { return }
        // `12.0` becomes `12e0`.
        if text[text.count - 1] == 48, text[text.count - 2] == 46 { text.removeLast(2) }
        text.append(101)
        text.append(48)
    }
}
