/// Servers that tests share: each is started once per test process, when it is first asked for.
package enum TestServers {
    package enum Role: String, Sendable {
        case source, target
        /// Their logs are counted and their log settings changed: each for one suite, whose tests run one by one.
        case binlogFiles, binlogTool
    }

    private static let running = NSLockedValue<[String: Server]>([:])

    /// The shared server of a flavour and a role. Tests keep apart by schemas of their own.
    package static func shared(_ flavor: Flavor, _ role: Role) throws -> Server {
        let name = "\(flavor)-\(role.rawValue)"
        return try running.with { running in
            if let server = running[name] { return server }
            let server = try Server(flavor, name: name)
            running[name] = server
            return server
        }
    }
}
