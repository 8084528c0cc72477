import Foundation

/// The process's arguments, whose passwords `ps` must not show.
enum ProcessArguments {
    /// Copies the arguments, then overwrites the passwords of URLs where `/proc/PID/cmdline` shows them.
    ///
    /// Between exec and this call they were visible: environment variables and `--password-file` never are.
    static func takeAndHidePasswords() -> [String] {
        let arguments = CommandLine.arguments
        overwritePasswords()
        return Array(arguments.dropFirst())
    }

    /// The text with the password of every URL in it replaced by `***`.
    static func hidingPasswords(_ text: String) -> String {
        var bytes = Array(text.utf8)
        while let range = passwordRange(in: bytes), !bytes[range].elementsEqual("***".utf8) {
            bytes.replaceSubrange(range, with: "***".utf8)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Where the password of the first URL is: after the first colon of the user, up to the last `@`.
    ///
    /// Taken too wide rather than too narrow: a password that is not percent-encoded may hold any sign.
    static func passwordRange(in bytes: [UInt8]) -> Range<Int>? {
        let mark = Array("://".utf8)
        guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: mark) }) else { return nil }
        let user = start + mark.count
        guard let at = bytes[user...].lastIndex(of: UInt8(ascii: "@")),
            let colon = bytes[user..<at].firstIndex(of: UInt8(ascii: ":")), colon + 1 < at
        else { return nil }
        return colon + 1..<at
    }

    /// The runtime's own list may be a copy, so the kernel is asked where it reads the arguments from
    /// (proc(5): fields 48 and 49 of `/proc/self/stat`, `arg_start` and `arg_end`).
    private static func overwritePasswords() {
        guard let stat = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
            // The name in field 2 may hold blanks: count from behind it.
            let nameEnd = stat.lastIndex(of: ")")
        else { return }
        let fields = stat[stat.index(after: nameEnd)...].split { $0 == " " || $0 == "\n" }
        guard fields.count > 46, let start = UInt(fields[45]), let end = UInt(fields[46]), start < end,
            let base = UnsafeMutableRawPointer(bitPattern: start)
        else { return }
        let memory = UnsafeMutableRawBufferPointer(start: base, count: Int(end - start))
        var position = 0
        for argument in memory.split(separator: 0, omittingEmptySubsequences: false) {
            if let range = passwordRange(in: Array(argument)) {
                for index in range { memory[position + index] = UInt8(ascii: "x") }
            }
            position += argument.count + 1
        }
    }
}
