import Model
import Testing

@Suite struct MySQLGTIDSetTests {
    let uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562"

    @Test func textRoundTrip() throws {
        let text = "\(uuid):1-5:7:blue:3-4,ffffffff-ffff-ffff-ffff-ffffffffffff:1"
        let set = try #require(MySQLGTIDSet(text))
        #expect(set.description == text)
    }

    @Test func adjacentIntervalsJoin() throws {
        var set = try #require(MySQLGTIDSet("\(uuid):1-3:5-9"))
        set.insert(try #require(MySQLGTIDSource(uuid: uuid)), 4)
        #expect(set.description == "\(uuid):1-9")
    }

    @Test(arguments: [
        "x", "3e11fa47:1", "3e11fa47-71ca-11e1-9e33-c80aa9429562:0", "3e11fa47-71ca-11e1-9e33-c80aa9429562:5-4",
    ])
    func refusesWhatIsNone(text: String) { #expect(MySQLGTIDSet(text) == nil) }

    @Test func subtraction() throws {
        let all = try #require(MySQLGTIDSet("\(uuid):1-10"))
        let some = try #require(MySQLGTIDSet("\(uuid):3-4:9"))
        #expect(all.subtracting(some).description == "\(uuid):1-2:5-8:10")
        #expect(some.isSubset(of: all))
    }
}
