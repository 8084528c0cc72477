package import Foundation
package import Model

/// The definitions of the source's tables by position: a snapshot, then every change, one JSON line each.
///
/// It answers how a row that was logged some time ago is to be read where the table map does not say. A line is on
/// disk before the change is applied on the target, so that no checkpoint lies behind a change that is missing here;
/// a line beyond the checkpoint is dropped on reading, as its statement will come again.
package struct SchemaHistory {
    /// One line: what changed, and from which position on it holds.
    struct Entry: Codable {
        var position: BinlogPosition
        /// Whether the entry replaces all before it.
        var isSnapshot: Bool
        var definitions: [TableDefinition]
        var dropped: [TableName]
    }

    private let file: URL

    package init(file: URL) { self.file = file }

    /// The definitions that hold at a checkpoint; nil when nothing is known of it.
    package func definitions(at checkpoint: Checkpoint) throws(LutraError) -> [TableName: TableDefinition]? {
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        let data: Data
        do { data = try Data(contentsOf: file) } catch {
            throw LutraError(
                .fileUnreadable, "the schema history cannot be read", place: ["file": file.path], cause: "\(error)")
        }
        var result: [TableName: TableDefinition]?
        for line in data.split(separator: UInt8(ascii: "\n")) {
            // A line that was cut by a crash was not synced, so that nothing depends on it.
            guard let entry = try? JSONDecoder().decode(Entry.self, from: line) else { break }
            guard entry.position <= checkpoint.position else { break }
            if entry.isSnapshot { result = [:] }
            for name in entry.dropped { result?[name] = nil }
            for definition in entry.definitions { result?[definition.name] = definition }
        }
        return result
    }

    /// Starts the history anew with the definitions that hold from a position on.
    package func reset(to definitions: [TableName: TableDefinition], at position: BinlogPosition) throws(LutraError) {
        let entry = Entry(
            position: position, isSnapshot: true, definitions: definitions.values.sorted { $0.name < $1.name },
            dropped: [])
        let partial = file.appendingPathExtension("new")
        do {
            try Data().write(to: partial)
            try append(entry, to: partial)
            guard rename(partial.path, file.path) == 0 else {
                throw unwritable(POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO))
            }
        } catch let error as LutraError {
            throw error
        } catch {
            throw unwritable(error)
        }
    }

    /// Adds a change and returns when it is on disk.
    package func append(
        changed: [TableDefinition], dropped: [TableName], from position: BinlogPosition
    ) throws(LutraError) {
        try append(Entry(position: position, isSnapshot: false, definitions: changed, dropped: dropped), to: file)
    }

    private func append(_ entry: Entry, to file: URL) throws(LutraError) {
        do {
            var line = try JSONEncoder().encode(entry)
            line.append(UInt8(ascii: "\n"))
            let handle = try FileHandle(forWritingTo: file)
            defer { try? handle.close() }
            try handle.seekToEnd()
            try handle.write(contentsOf: line)
            try handle.synchronize()
        } catch {
            throw unwritable(error)
        }
    }

    private func unwritable(_ error: any Error) -> LutraError {
        LutraError(
            .fileUnreadable, "the schema history cannot be written", place: ["file": file.path],
            hint: "give --state a directory that is writable and has room", cause: "\(error)")
    }
}
