import Foundation
package import Model

/// One binlog file on this machine.
package struct LogFile: Equatable, Sendable {
    package var path: String
    /// The last part of the path: what positions name.
    package var name: String

    package init(path: String) {
        self.path = path
        name = path.split(separator: "/").last.map(String.init) ?? path
    }

    /// `binlog` of `binlog.000012`; nil for a name that does not end in a number.
    var series: Substring? { number == nil ? nil : name.lastIndex(of: ".").map { name[..<$0] } }

    /// 12 of `binlog.000012`.
    var number: UInt64? { name.lastIndex(of: ".").flatMap { UInt64(name[name.index(after: $0)...]) } }

    /// The files that paths name, in the order of their numbers: a file is itself, an index file is what it lists, a
    /// folder is its series of binlogs.
    ///
    /// - Throws: `LutraError` with `file-unreadable` for a path that is not there or a folder without binlogs, `usage`
    ///   for files of several series.
    package static func list(_ paths: [String]) throws(LutraError) -> [LogFile] {
        var files: [LogFile] = []
        for path in paths {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw LutraError(.fileUnreadable, "there is no such file or folder", place: ["path": path])
            }
            let found =
                try isFolder.boolValue
                ? folder(path) : path.hasSuffix(".index") ? indexed(path) : [LogFile(path: path)]
            // A shell's `binlog.*` names the index file and what it lists.
            for file in found where !files.contains(where: { $0.path == file.path }) { files.append(file) }
        }
        return try inOrder(files)
    }

    private static func inOrder(_ files: [LogFile]) throws(LutraError) -> [LogFile] {
        let series = Set(files.map(\.series))
        guard files.count > 1, let first = series.first else { return files }
        guard series.count == 1 else {
            let names = series.map { $0.map(String.init) ?? "(a file without a number)" }.sorted()
            throw LutraError(
                .usage, "the files belong to several series of logs", place: ["series": names.joined(separator: ", ")],
                hint: "read one series at a time")
        }
        // Files without numbers were renamed: the order that was given is all there is.
        return first == nil ? files : files.sorted { ($0.number ?? 0) < ($1.number ?? 0) }
    }

    /// A folder's binlogs. Where it holds several series, the one that its only index file belongs to.
    private static func folder(_ path: String) throws(LutraError) -> [LogFile] {
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: path) } catch {
            throw LutraError(
                .fileUnreadable, "a folder cannot be read", place: ["folder": path],
                cause: error.localizedDescription)
        }
        var files = names.map { LogFile(path: path.hasSuffix("/") ? path + $0 : path + "/" + $0) }
            .filter { $0.number != nil && BinlogMagic(path: $0.path)?.isBinlog == true }
        let indices = names.filter { $0.hasSuffix(".index") }
        if Set(files.map(\.series)).count > 1 {
            let indexed = Set(indices.map { $0.dropLast(6) }).intersection(files.compactMap(\.series))
            guard indexed.count == 1 else {
                throw LutraError(
                    .usage, "the folder holds several series of logs",
                    place: [
                        "folder": path,
                        "series": Set(files.compactMap(\.series)).sorted().joined(separator: ", "),
                    ],
                    hint: "name the index file or the files of one series")
            }
            files = files.filter { $0.series.map(indexed.contains) ?? false }
        }
        guard !files.isEmpty else {
            throw LutraError(
                .fileUnreadable, "the folder holds no binlogs", place: ["folder": path],
                hint: "binlogs are files such as binlog.000001; check the path and its permissions")
        }
        return files
    }

    /// The files of an index file: a path on each line, as the server sees it. They are looked for beside the index.
    private static func indexed(_ path: String) throws(LutraError) -> [LogFile] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8), text.utf8.count < 256 << 20 else {
            throw LutraError(.fileUnreadable, "an index file cannot be read", place: ["file": path])
        }
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        let files = text.split(whereSeparator: \.isNewline).map {
            LogFile(path: folder + LogFile(path: String($0)).name)
        }
        for file in files where !FileManager.default.fileExists(atPath: file.path) {
            throw LutraError(
                .fileUnreadable, "a file that the index lists is not beside it",
                place: ["index": path, "file": file.name])
        }
        return files
    }
}

/// The first bytes of a file, which tell what it is.
struct BinlogMagic {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Nil when the file cannot be read.
    init?(path: String) {
        guard let handle = FileHandle(forReadingAtPath: path), let data = try? handle.read(upToCount: 4) else {
            return nil
        }
        bytes = Array(data)
    }

    /// A binlog or relay log, encrypted or not.
    var isBinlog: Bool { bytes == [0xfe, 0x62, 0x69, 0x6e] || isEncrypted }
    /// MySQL's `binlog_encryption`.
    var isEncrypted: Bool { bytes == [0xfd, 0x62, 0x69, 0x6e] }

    /// Throws unless a plain binlog begins so.
    func check(_ path: String) throws(LutraError) {
        if isEncrypted { throw Self.encrypted(path) }
        guard !isBinlog else { return }
        guard !bytes.isEmpty else {
            throw LutraError(.binlogCorrupt, "the file is empty", place: ["file": path])
        }
        let isPacked = [[0x1f, 0x8b], [0x28, 0xb5], [0x42, 0x5a], [0xfd, 0x37]].contains(Array(bytes.prefix(2)))
        throw LutraError(
            .fileUnreadable, "the file is no binlog", place: ["file": path],
            hint: isPacked ? "it is compressed: unpack it first" : "a binlog begins with the bytes fe 62 69 6e")
    }

    static func encrypted(_ path: String) -> LutraError {
        LutraError(
            .binlogUnsupported, "the binlog is encrypted", place: ["file": path],
            hint: "only its server has the key: read it from there (mysql://…), or keep copies that "
                + "mysqlbinlog --read-from-remote-server --raw makes")
    }
}
