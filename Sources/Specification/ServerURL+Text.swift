package import Model

extension ServerURL {
    /// Reads `mysql://user[:password]@host[:port][,host[:port]…][/][?tls=…&ca=FILE&socket=FILE]`, or `file:///path`.
    ///
    /// User, password and values are percent-decoded; IPv6 addresses stand in brackets.
    /// - Throws: `LutraError` with `url-invalid`, whose text never holds anything that may belong to the password.
    package static func parse(_ text: String) throws(LutraError) -> ServerURL {
        if FileURL.isFileURL(text) { return ServerURL(logPath: try FileURL.path(text)) }
        guard let scheme = ["mysql://", "mariadb://"].first(where: { text.lowercased().hasPrefix($0) }) else {
            throw LutraError(.urlInvalid, "the URL does not begin with mysql://")
        }
        let rest = text.dropFirst(scheme.count)
        let authorityEnd = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        guard let at = rest[..<authorityEnd].lastIndex(of: "@") else {
            let hint =
                rest.contains("@")
                ? "percent-encode special characters of user and password: / is %2F, ? is %3F, @ is %40" : nil
            throw LutraError(.urlInvalid, "the URL names no user before a host", hint: hint)
        }
        let (user, password) = try login(rest[..<at])
        let hosts = try hosts(rest[rest.index(after: at)..<authorityEnd])
        var url = ServerURL(user: user, password: password, hosts: hosts)
        var tail = rest[authorityEnd...]
        if tail.hasPrefix("/") { tail.removeFirst() }
        if tail.hasPrefix("?") {
            try url.readParameters(tail.dropFirst())
        } else if !tail.isEmpty {
            throw LutraError(
                .urlInvalid, "the URL names a database", place: ["server": url.description],
                hint: "a URL names a server; table patterns such as shop.* choose what is synchronised")
        }
        return url
    }

    private static func login(_ text: Substring) throws(LutraError) -> (user: String, password: String?) {
        let colon = text.firstIndex(of: ":")
        guard let user = percentDecoded(text[..<(colon ?? text.endIndex)]) else {
            throw LutraError(.urlInvalid, "the user in the URL has a % that two hexadecimal digits do not follow")
        }
        guard !user.isEmpty else { throw LutraError(.urlInvalid, "the URL names no user") }
        guard let colon else { return (user, nil) }
        guard let password = percentDecoded(text[text.index(after: colon)...]) else {
            throw LutraError(
                .urlInvalid, "the password in the URL has a % that two hexadecimal digits do not follow",
                hint: "write % as %25")
        }
        return (user, password)
    }

    private static func hosts(_ text: Substring) throws(LutraError) -> [Host] {
        var hosts: [Host] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            var name = part
            var port: Substring?
            if part.hasPrefix("[") {
                guard let end = part.firstIndex(of: "]") else {
                    throw LutraError(.urlInvalid, "a bracket of an IPv6 address in the URL is not closed")
                }
                name = part[part.index(after: part.startIndex)..<end]
                let after = part[part.index(after: end)...]
                guard after.isEmpty || after.hasPrefix(":") else {
                    throw LutraError(.urlInvalid, "something follows an IPv6 address in the URL that is no port")
                }
                port = after.isEmpty ? nil : after.dropFirst()
            } else if let colon = part.lastIndex(of: ":") {
                name = part[..<colon]
                port = part[part.index(after: colon)...]
                guard !name.contains(":") else {
                    throw LutraError(
                        .urlInvalid, "a host in the URL holds a colon", hint: "write IPv6 addresses as [::1]:3306")
                }
            }
            guard !name.isEmpty, !name.contains(where: { $0.isWhitespace }) else {
                throw LutraError(.urlInvalid, "a host in the URL is empty or holds a blank")
            }
            guard let port else {
                hosts.append(Host(name: String(name)))
                continue
            }
            guard let number = UInt16(port), number > 0 else {
                throw LutraError(
                    .urlInvalid, "the port in the URL is not a number from 1 to 65535", place: ["host": String(name)])
            }
            hosts.append(Host(name: String(name), port: number))
        }
        return hosts
    }

    private mutating func readParameters(_ text: Substring) throws(LutraError) {
        for pair in text.split(separator: "&") {
            let equals = pair.firstIndex(of: "=") ?? pair.endIndex
            let name = String(pair[..<equals])
            guard let value = percentDecoded(pair[equals...].dropFirst()), !value.isEmpty else {
                throw LutraError(.urlInvalid, "a parameter of the URL has no value", place: ["parameter": name])
            }
            switch name {
            case "tls":
                guard let mode = TLSMode(rawValue: value) else {
                    throw LutraError(
                        .urlInvalid, "the URL asks for a TLS mode that there is not", place: ["tls": value],
                        hint: "the modes are \(TLSMode.allCases.map(\.rawValue).joined(separator: ", "))")
                }
                tls = mode
            case "ca": certificateAuthorityFile = value
            case "socket": socket = value
            default:
                throw LutraError(
                    .urlInvalid, "the URL has a parameter that there is not", place: ["parameter": name],
                    hint: suggestion(for: name, among: ["tls", "ca", "socket"]))
            }
        }
    }

    /// As a URL that `parse` reads back; the password only where asked for, for files that hold it anyway.
    package func text(includingPassword: Bool) -> String {
        if let logPath {
            return FileURL.scheme
                + logPath.split(separator: "/", omittingEmptySubsequences: false)
                .map { percentEncoded(String($0)) }.joined(separator: "/")
        }
        var text = "mysql://" + percentEncoded(user)
        if includingPassword, let password { text += ":" + percentEncoded(password) }
        text += "@"
        text += hosts.map { ($0.name.contains(":") ? "[\($0.name)]" : $0.name) + ":\($0.port)" }.joined(separator: ",")
        var parameters: [String] = []
        if tls != .prefer { parameters.append("tls=" + tls.rawValue) }
        if let certificateAuthorityFile { parameters.append("ca=" + percentEncoded(certificateAuthorityFile)) }
        if let socket { parameters.append("socket=" + percentEncoded(socket)) }
        return parameters.isEmpty ? text : text + "/?" + parameters.joined(separator: "&")
    }
}

/// Nil when a `%` has no two hexadecimal digits after it or the bytes are not UTF-8.
func percentDecoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "%") else {
            bytes.append(byte)
            continue
        }
        let digits = rest.prefix(2)
        guard digits.count == 2, !digits.contains(UInt8(ascii: "+")),
            let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
        else { return nil }
        bytes.append(value)
        rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
}

/// Everything but letters, digits and `-._~` as `%XX`.
func percentEncoded(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
        let scalar = Unicode.Scalar(byte)
        let isPlain = byte < 128 && (scalar.properties.isAlphabetic || (48...57).contains(byte))
        if isPlain || "-._~".utf8.contains(byte) {
            result.unicodeScalars.append(scalar)
        } else {
            let digits = String(byte, radix: 16, uppercase: true)
            result += "%" + (digits.count == 1 ? "0" : "") + digits
        }
    }
    return result
}
