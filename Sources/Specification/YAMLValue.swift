import Model
import Yams

/// A value of a YAML document that knows where it stands, so that every error names its line.
struct YAMLValue {
    let node: Node
    /// How to reach it, for messages: `tables[0].columns`.
    let path: String
    let file: String

    /// Bytes of a document.
    static let documentLimit = 4 << 20

    /// Reads one document.
    static func document(_ yaml: String, file: String) throws(LutraError) -> YAMLValue {
        guard yaml.utf8.count <= documentLimit else {
            throw LutraError(.specInvalid, "the document is larger than 4 MiB", place: ["file": file])
        }
        do {
            // The library limits the depth to 1000.
            guard let node = try Yams.compose(yaml: yaml) else {
                throw LutraError(.specInvalid, "the document is empty", place: ["file": file])
            }
            return YAMLValue(node: node, path: "", file: file)
        } catch let error as LutraError {
            throw error
        } catch {
            throw syntaxError(error, file: file)
        }
    }

    /// The library's own description shows the line, which may hold a password: only its cause and place are taken.
    private static func syntaxError(_ error: any Error, file: String) -> LutraError {
        let place: KeyValuePairs = ["file": file]
        func located(_ message: String, _ mark: Mark, _ cause: String?, hint: String?) -> LutraError {
            LutraError(.specInvalid, message, place: place, hint: hint, cause: cause)
                .at("line", "\(mark.line)").at("column", "\(mark.column)")
        }
        let quotes = "put values that hold : # [ ] { } , * & ! | > ' \" % @ or ` into double quotes"
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return located("not a YAML document", mark, problem, hint: quotes)
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.sorted().joined(separator: ", ")
            return located("a key comes twice", context.mark, nil, hint: "keep one of them").at("key", names)
        default:
            return LutraError(.specInvalid, "not a YAML document", place: place, hint: quotes)
        }
    }

    func fault(_ message: String, code: ErrorCode = .specInvalid, hint: String? = nil) -> LutraError {
        let error = LutraError(code, message, place: ["file": file], hint: hint)
        guard let mark = node.mark else { return error }
        return error.at("line", "\(mark.line)").at("column", "\(mark.column)")
    }

    private var name: String { path.isEmpty ? "the document" : path }

    /// The entries of a mapping whose keys are known.
    ///
    /// - Throws: `spec-unknown-key` with the nearest known key, `spec-invalid` when a required key is missing.
    func fields(_ known: [String], required: [String] = []) throws(LutraError) -> [String: YAMLValue] {
        var result: [String: YAMLValue] = [:]
        for (key, value) in try entries() {
            guard known.contains(key.name) else {
                throw key.value.fault(
                    "unknown key \(key.name)\(path.isEmpty ? "" : " in \(path)")", code: .specUnknownKey,
                    hint: suggestion(for: key.name, among: known))
            }
            result[key.name] = value
        }
        for key in required where result[key] == nil {
            throw fault("\(name) lacks \(key)", hint: "add \(key): …")
        }
        return result
    }

    /// The entries of a mapping with any keys, in their order.
    func entries() throws(LutraError) -> [(key: (name: String, value: YAMLValue), value: YAMLValue)] {
        guard case .mapping(let mapping) = node else {
            throw fault("\(name) must be a mapping of keys to values, not \(kind)")
        }
        var result: [(key: (name: String, value: YAMLValue), value: YAMLValue)] = []
        for (key, value) in mapping {
            let keyValue = YAMLValue(node: key, path: path, file: file)
            guard case .scalar(let scalar) = key else { throw keyValue.fault("a key must be a plain word") }
            let inner = path.isEmpty ? scalar.string : path + "." + scalar.string
            result.append(((scalar.string, keyValue), YAMLValue(node: value, path: inner, file: file)))
        }
        return result
    }

    func list() throws(LutraError) -> [YAMLValue] {
        guard case .sequence(let sequence) = node else { throw fault("\(name) must be a list, not \(kind)") }
        return sequence.enumerated().map { YAMLValue(node: $1, path: "\(path)[\($0)]", file: file) }
    }

    var isScalar: Bool { if case .scalar = node { true } else { false } }

    func string() throws(LutraError) -> String {
        guard case .scalar(let scalar) = node else { throw fault("\(name) must be a text, not \(kind)") }
        let isNull = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
        guard !isNull, !scalar.string.isEmpty else { throw fault("\(name) is empty") }
        return scalar.string
    }

    func strings() throws(LutraError) -> [String] {
        var result: [String] = []
        for item in try list() { result.append(try item.string()) }
        return result
    }

    func bool() throws(LutraError) -> Bool {
        guard case .scalar(let scalar) = node, let value = Bool(scalar.string) else {
            throw fault("\(name) must be true or false")
        }
        return value
    }

    /// A number, for sizes also with K, M or G (of 1024).
    func integer(in range: ClosedRange<Int>, isSize: Bool = false) throws(LutraError) -> Int {
        let wanted = "\(name) must be a number from \(range.lowerBound) to \(range.upperBound)"
        guard case .scalar(let scalar) = node else { throw fault(wanted) }
        var digits = scalar.string
        var shift = 0
        if isSize, let unit = digits.uppercased().last, let place = "KMG".firstIndex(of: unit) {
            shift = 10 * ("KMG".distance(from: "KMG".startIndex, to: place) + 1)
            digits.removeLast()
        }
        guard let number = Int(digits), case let (value, overflow) = number.multipliedReportingOverflow(by: 1 << shift),
            !overflow, range.contains(value)
        else { throw fault(wanted) }
        return value
    }

    private var kind: String {
        switch node {
        case .scalar: "a single value"
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }
}
