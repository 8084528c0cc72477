import Binlog
import Foundation
import Model

/// A small log of a real server, cut into events (`Tests/BinlogLogs`).
package struct SeedLog: Sendable {
    package let name: String
    package let events: [[UInt8]]
    package let isMariaDB: Bool

    package init(name: String, events: [[UInt8]], isMariaDB: Bool) {
        self.name = name
        self.events = events
        self.isMariaDB = isMariaDB
    }

    /// Reads a whole log file; nil where it is none.
    package init?(file path: String) throws {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        guard bytes.starts(with: [0xfe, 0x62, 0x69, 0x6e]) else { return nil }
        var events: [[UInt8]] = []
        var offset = 4
        while offset + EventHeader.size <= bytes.count {
            let length = little(bytes[(offset + 9)..<(offset + 13)])
            guard length >= EventHeader.size, length <= bytes.count - offset else { break }
            events.append(Array(bytes[offset..<offset + length]))
            offset += length
        }
        guard let first = events.first else { return nil }
        name = (path as NSString).lastPathComponent
        isMariaDB = String(decoding: first, as: UTF8.self).contains("MariaDB")
        self.events = events
    }

    /// All logs of a folder, by name.
    package static func all(in folder: String) throws -> [SeedLog] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".binlog") }.sorted()
            .compactMap { try SeedLog(file: folder + "/" + $0) }
    }

    /// The repository's own.
    package static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("BinlogLogs").path
}

/// A number of a few bytes, little endian.
func little(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
}

/// SplitMix64: the same numbers in each run.
package struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64
    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }

    mutating func below(_ count: Int) -> Int { count > 1 ? Int(next() % UInt64(count)) : 0 }
    /// True once in so many times.
    mutating func once(in count: Int) -> Bool { below(count) == 0 }
}
