import Foundation

/// What one trial reads: events as a server might send them, and how they are read.
package struct FuzzInput: Equatable, Sendable {
    package var events: [[UInt8]]
    package var isMariaDB: Bool
    /// Items are taken after each so many events.
    package var takeEvery: Int

    package init(events: [[UInt8]], isMariaDB: Bool, takeEvery: Int = 1_000) {
        self.events = events
        self.isMariaDB = isMariaDB
        self.takeEvery = takeEvery
    }

    /// For a file: flavour 1, `takeEvery` 4, then each event with a length of 4 before it. Damaged events do not tell
    /// their own lengths.
    package var file: [UInt8] {
        var bytes: [UInt8] = [isMariaDB ? 1 : 0] + fourBytes(takeEvery)
        for event in events { bytes += fourBytes(event.count) + event }
        return bytes
    }

    package init?(file: [UInt8]) {
        guard file.count >= 5 else { return nil }
        self.init(events: [], isMariaDB: file[0] == 1, takeEvery: max(1, little(file[1..<5])))
        var offset = 5
        while offset + 4 <= file.count {
            let length = little(file[offset..<offset + 4])
            guard length <= file.count - offset - 4 else { return nil }
            events.append(Array(file[(offset + 4)..<(offset + 4 + length)]))
            offset += 4 + length
        }
    }
}

func fourBytes(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
