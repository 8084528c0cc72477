import Model
import Specification
import Testing

@Suite struct ServerURLTests {
    @Test func everything() throws {
        let url = try ServerURL.parse(
            "mysql://us%40er:p%3Aa%2Fß@db1:3307,[fe80::1]:3308,db3/?tls=verify-ca&ca=%2Fetc/ca.pem")
        #expect(url.user == "us@er")
        #expect(url.password == "p:a/ß")
        #expect(url.hosts.map(\.name) == ["db1", "fe80::1", "db3"])
        #expect(url.hosts.map(\.port) == [3307, 3308, 3306])
        #expect(url.tls == .verifyCA)
        #expect(url.certificateAuthorityFile == "/etc/ca.pem")
        #expect(try ServerURL.parse(url.text(includingPassword: true)) == url)
        #expect(!url.text(includingPassword: false).contains("ß"))
    }

    @Test func short() throws {
        let url = try ServerURL.parse("mysql://root@localhost")
        #expect(url == ServerURL(user: "root", hosts: [ServerURL.Host(name: "localhost")]))
        #expect(try ServerURL.parse("mysql://root:@h/?socket=/run/m.sock").password == "")
        #expect(try ServerURL.parse("mysql://root@h?socket=/run/m.sock").socket == "/run/m.sock")
        #expect(try ServerURL.parse("mysql://u:a@b@h").password == "a@b")
    }

    @Test(arguments: [
        "", "h:3306", "http://u:secret@h", "mysql://h:3306", "mysql://root:secret", "mysql://:secret@h",
        "mysql://u:secret@", "mysql://u:secret@h:0", "mysql://u:secret@h:70000", "mysql://u:secret@h:x",
        "mysql://u:secret@h,,i", "mysql://u:secret@::1", "mysql://u:secret@[::1", "mysql://u:secret@[::1]x",
        "mysql://u:secret%zz@h", "mysql://u:sec/ret@h", "mysql://u:secret@h/shop", "mysql://u:secret@h/?tsl=off",
        "mysql://u:secret@h/?tls=maybe", "mysql://u:secret@h/?tls", "mysql://u:secret@h x",
    ])
    func refusesWithoutShowingThePassword(text: String) throws {
        let error = try #require(throws: LutraError.self) { try ServerURL.parse(text) }
        #expect(error.code == .urlInvalid)
        #expect(!error.description.contains("sec"))
    }

    @Test func unknownParameterSuggests() throws {
        let error = try #require(throws: LutraError.self) { try ServerURL.parse("mysql://u@h/?tsl=off") }
        #expect(error.description.contains("did you mean tls?"))
    }
}
