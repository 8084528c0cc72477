import Foundation

/// Folders that tests use.
package enum Places {
    /// The repository.
    package static let repository: String = {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        return url.path
    }()

    /// Where `scripts/get-mysql` put servers.
    static let cache: String = {
        let environment = ProcessInfo.processInfo.environment
        let base = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "/root") + "/.cache"
        return base + "/lutra"
    }()

    /// The folder of this test process; it goes when the process ends.
    package static let scratch: String = {
        let folder = NSTemporaryDirectory() + "/lutra-test-\(getpid())"
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(atPath: Places.scratch) }
        return folder
    }()

    /// A new empty folder of its own.
    package static func newFolder(_ name: String) throws -> String {
        let folder = scratch + "/\(name)-\(UUID().uuidString.prefix(8).lowercased())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder
    }

    /// The built `lutra`, which lies beside the test program.
    package static let lutra: String = {
        let test = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: test).deletingLastPathComponent().appendingPathComponent("lutra").path
    }()
}
