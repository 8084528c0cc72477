import Binlog
import BinlogFuzz
import Foundation
import Model
import Testing

/// Logs of servers that cannot be started here (MySQL 5.1 to 8.0.28), each with what `mysqlbinlog -vv` printed for it
/// in `decoded/NAME.txt[.gz]`. They are not part of the repository: `LUTRA_BINLOG_CORPUS` names a folder that has
/// them, and without it there is nothing to compare.
@Suite(.enabled(if: OldLog.folder != nil, "LUTRA_BINLOG_CORPUS names no folder with old logs"))
struct OldLogTests {
    @Test(arguments: OldLog.names) func sameRows(name: String) throws {
        let log = try OldLog(name)
        let printed = try log.printedRows()
        let read = try log.readRows()
        // The other tool gives up at native JSON and at compressed transactions.
        if printed.isEmpty { return #expect(Trial(FuzzInput(events: log.log.events, isMariaDB: false)).errors == []) }
        #expect(read.count == printed.count)
        for (index, (ours, theirs)) in zip(read, printed).enumerated() where ours != theirs {
            Issue.record("row \(index): \(ours) is printed as \(theirs)")
            return
        }
    }
}
