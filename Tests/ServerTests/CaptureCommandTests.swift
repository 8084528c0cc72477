import Capture
import Model
import Testing

@Suite struct CaptureCommandTests {
    @Test func plainSetsAreEncodedAsInPreviousGTIDs() throws {
        let set = try #require(MySQLGTIDSet("3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5:7"))
        var expected: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0]
        expected += [0x3e, 0x11, 0xfa, 0x47, 0x71, 0xca, 0x11, 0xe1, 0x9e, 0x33, 0xc8, 0x0a, 0xa9, 0x42, 0x95, 0x62]
        expected += [2, 0, 0, 0, 0, 0, 0, 0]
        for number: UInt8 in [1, 6, 7, 8] { expected += [number, 0, 0, 0, 0, 0, 0, 0] }
        #expect(set.encoded == expected)
    }

    @Test func tagsChangeTheForm() throws {
        let set = try #require(MySQLGTIDSet("3e11fa47-71ca-11e1-9e33-c80aa9429562:1:blue:2-3"))
        let bytes = set.encoded
        #expect(Array(bytes[0..<8]) == [1, 2, 0, 0, 0, 0, 0, 1])
        // The untagged source: uuid, a tag of no length, one interval.
        #expect(bytes[24] == 0)
        #expect(Array(bytes[25..<33]) == [1, 0, 0, 0, 0, 0, 0, 0])
        // The tagged one: after 49 bytes and its uuid, the length of `blue` times two, and its letters.
        #expect(Array(bytes[65..<70]) == [8] + Array("blue".utf8))
    }

    @Test func fileNamesCountUp() {
        #expect(DumpedHeader.next(after: "binlog.000009") == "binlog.000010")
        #expect(DumpedHeader.next(after: "my.host-bin.999999") == "my.host-bin.1000000")
        #expect(DumpedHeader.next(after: "binlog") == nil)
    }

    @Test func rotateEventsNameTheNextFileWithAndWithoutChecksum() {
        // A checksum of digits must not become part of the name.
        for checksum in [[], [UInt8](repeating: 0x31, count: 4), [0x2e, 0x30, 0x2e, 0x30]] {
            let event = [UInt8](repeating: 0, count: 27) + Array("binlog.000010".utf8) + checksum
            event.withUnsafeBytes {
                #expect(DumpedHeader.file(ofRotate: $0, current: "binlog.000009") == "binlog.000010")
                #expect(DumpedHeader.file(ofRotate: $0, current: "binlog.000010") == "binlog.000010")
            }
        }
    }
}
