import Model
import MySQLClient
import TestKit

extension Flavor {
    /// How to reach the shared source of this flavour.
    var options: ConnectionOptions {
        get throws { try TestServers.shared(self, .source).connect().options }
    }
}

/// The code of the error that the body ends with; nil when it ends well or with another kind of error.
func errorCode(_ body: () throws -> Void) -> ErrorCode? {
    do {
        try body()
        return nil
    } catch {
        return (error as? LutraError)?.code
    }
}
