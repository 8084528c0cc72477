/// Which server answers.
package struct ServerVersion: Sendable, Equatable, CustomStringConvertible {
    package enum Flavor: String, Sendable { case mysql = "MySQL", mariadb = "MariaDB" }
    package var flavor: Flavor
    package var major: Int
    package var minor: Int
    package var patch: Int

    package init(flavor: Flavor, major: Int, minor: Int, patch: Int) {
        self.flavor = flavor
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    /// Reads `VERSION()`: `9.7.4-2`, `10.11.14-MariaDB-0+deb12u2`, `5.5.5-10.11.14-MariaDB…`.
    package init(text: String) {
        let isMariaDB = text.contains("MariaDB")
        var rest = Substring(text)
        if isMariaDB, rest.hasPrefix("5.5.5-") { rest = rest.dropFirst(6) }
        let numbers = rest.prefix { $0.isNumber || $0 == "." }.split(separator: ".").map { Int($0) ?? 0 }
        self.init(
            flavor: isMariaDB ? .mariadb : .mysql, major: numbers.first ?? 0,
            minor: numbers.dropFirst().first ?? 0, patch: numbers.dropFirst(2).first ?? 0)
    }

    /// Whether the server is at least this version of its flavour.
    package func isAtLeast(_ major: Int, _ minor: Int = 0, _ patch: Int = 0) -> Bool {
        (self.major, self.minor, self.patch) >= (major, minor, patch)
    }

    package var description: String { "\(flavor.rawValue) \(major).\(minor).\(patch)" }
}
