/// JSON as MySQL prints it, as an SQL expression that makes the same document again, types included.
///
/// The text alone does not tell a DATE from a string or a DECIMAL from a DOUBLE, so that the types come beside it, as
/// `PrintedJSON.query` asks for them.
package struct PrintedJSON {
    private let text: [UInt8]
    private var place = 0
    private var nodes: [PrintedJSONNode] = []

    /// The SELECT expression for a JSON column of a MySQL that has `JSON_TABLE`: the document itself where its text
    /// says everything; else `!`, the types, `!`, and the document; `!` alone where that is more than a packet.
    ///
    /// The types: that of the document, `;`, those of all members of objects, `;`, those of all elements of arrays.
    /// `$**.*` and `$**[*]` list them container by container, each before those that are in it (found by trying on
    /// MySQL 8.0 and 9.7; a list that does not fit its document is an error). Needs a `group_concat_max_len`.
    package static func query(_ column: String) -> String {
        let special = "('DECIMAL','DATE','TIME','DATETIME','TIMESTAMP','BLOB','BIT','OPAQUE','UNSIGNED INTEGER')"
        func some(_ path: String) -> String {
            "EXISTS(SELECT 1 FROM JSON_TABLE(\(column),_utf8mb4'\(path)' COLUMNS(v JSON PATH _utf8mb4'$')) j "
                + "WHERE JSON_TYPE(v) IN \(special))"
        }
        func all(_ path: String) -> String {
            "IFNULL((SELECT GROUP_CONCAT(JSON_TYPE(v) ORDER BY o) FROM JSON_TABLE(\(column),_utf8mb4'\(path)' "
                + "COLUMNS(o FOR ORDINALITY,v JSON PATH _utf8mb4'$')) j),'')"
        }
        return "IF(JSON_TYPE(\(column)) IN \(special) OR \(some("$**.*")) OR \(some("$**[*]")),"
            + "IFNULL(CONCAT('!',JSON_TYPE(\(column)),';',\(all("$**.*")),';',\(all("$**[*]")),'!',\(column)),'!'),"
            + "\(column))"
    }

    /// Appends the expression for what `query` answered behind its first `!`.
    ///
    /// - Throws: `badJSON` for what MySQL would not print, types that do not fit the document, or a nesting beyond
    ///   `depthMax`.
    package static func appendExpression(
        answer: some Collection<UInt8>, fidelity: JSONFidelity, to sql: inout [UInt8]
    ) throws(ValueError) {
        guard let end = answer.firstIndex(of: UInt8(ascii: "!")) else { throw .badJSON }
        var reader = PrintedJSON(text: Array(answer[answer.index(after: end)...]))
        try reader.read(depth: 0)
        guard reader.next() == nil else { throw .badJSON }
        try reader.assign(answer[..<end].split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false))
        let writer = PrintedJSONWriter(text: reader.text, nodes: reader.nodes, fidelity: fidelity)
        // A bare DECIMAL is no JSON value yet; an element of an array is.
        sql.append(contentsOf: "JSON_EXTRACT(JSON_ARRAY(".utf8)
        try writer.append(0, to: &sql)
        sql.append(contentsOf: "),_utf8mb4'$[0]')".utf8)
    }

    /// MySQL's own limit of nesting.
    private static let depthMax = 100

    private init(text: [UInt8]) { self.text = text }

    /// The next byte that is no blank, without taking it.
    private mutating func next() -> UInt8? {
        while place < text.count, text[place] == UInt8(ascii: " ") { place += 1 }
        return place < text.count ? text[place] : nil
    }

    private mutating func take(_ byte: UInt8) throws(ValueError) {
        guard next() == byte else { throw .badJSON }
        place += 1
    }

    /// Reads one value into `nodes`, a container before what is in it.
    private mutating func read(depth: Int) throws(ValueError) {
        guard depth <= Self.depthMax, let first = next() else { throw .badJSON }
        let node = nodes.count
        let start = place
        nodes.append(PrintedJSONNode(text: start..<start))
        switch first {
        case UInt8(ascii: "{"): try readMembers(of: node, until: UInt8(ascii: "}"), depth, hasNames: true)
        case UInt8(ascii: "["): try readMembers(of: node, until: UInt8(ascii: "]"), depth, hasNames: false)
        case UInt8(ascii: "\""): try skipString()
        default: try skipWord()
        }
        nodes[node].text = start..<place
    }

    private mutating func readMembers(
        of node: Int, until end: UInt8, _ depth: Int, hasNames: Bool
    ) throws(ValueError) {
        place += 1
        while next() != end {
            if !nodes[node].children.isEmpty { try take(UInt8(ascii: ",")) }
            if hasNames {
                guard next() == UInt8(ascii: "\"") else { throw .badJSON }
                let start = place
                try skipString()
                nodes[node].names.append(start..<place)
                try take(UInt8(ascii: ":"))
            }
            nodes[node].children.append(nodes.count)
            try read(depth: depth + 1)
        }
        place += 1
    }

    /// The string at `place` with its quotes and escapes.
    private mutating func skipString() throws(ValueError) {
        place += 1
        while place < text.count, text[place] != UInt8(ascii: "\"") {
            place += text[place] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard place < text.count else { throw .badJSON }
        place += 1
    }

    /// A number, true, false or null.
    private mutating func skipWord() throws(ValueError) {
        let start = place
        while place < text.count, !",]} ".utf8.contains(text[place]) { place += 1 }
        guard place > start else { throw .badJSON }
    }

    /// Gives every value its type. Nodes are in the order in which containers come, each before those in it.
    private mutating func assign(_ lists: [some Collection<UInt8>]) throws(ValueError) {
        guard lists.count == 3 else { throw .badJSON }
        nodes[0].type = PrintedJSONType(lists[0])
        var members = lists[1].split(separator: UInt8(ascii: ","))[...]
        var elements = lists[2].split(separator: UInt8(ascii: ","))[...]
        for node in nodes.indices {
            let isObject = text[nodes[node].text.lowerBound] == UInt8(ascii: "{")
            for child in nodes[node].children {
                guard let type = isObject ? members.popFirst() : elements.popFirst() else { throw .badJSON }
                nodes[child].type = PrintedJSONType(type)
            }
        }
        guard members.isEmpty, elements.isEmpty else { throw .badJSON }
        for node in nodes where !node.type.fits(text[node.text.lowerBound]) { throw .badJSON }
    }
}
