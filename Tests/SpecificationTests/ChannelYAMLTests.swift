import Model
import Specification
import Testing

@Suite struct ChannelYAMLTests {
    static let full = """
        channel: shop
        sites:
          hz: { url: "mysql://sync:s3cret@10.0.0.1:3306,10.0.0.2:3306", home: true, semi-sync: true }
          us: mysql://sync@10.1.0.1:3306
        pipelines:
          - { from: hz, to: us, ddl: false, mode: transaction, load: { lanes: 8, commit-order: free } }
        tables:
          - shop.orders
          - { table: "shop.offer[0000-0031]", to: "shop.offer", weight: 3 }
          - table: "crm.(user|account)_.*"
            exclude: ["crm.user_tmp"]
            columns: { include: [id, ssn], exclude: [ssn], rename: { id: key } }
        limits: { batch-rows: 500, queue-bytes: 8M, read-seconds: 60 }
        """

    @Test func readsEverything() throws {
        let channel = try ChannelSpecification.parse(yaml: Self.full, file: "shop.yaml")
        #expect(channel.name == "shop")
        #expect(channel.sites["hz"]?.isHome == true)
        #expect(channel.sites["hz"]?.semiSync == true && channel.sites["us"]?.semiSync == false)
        #expect(channel.sites["hz"]?.url.hosts.count == 2)
        #expect(channel.sites["us"]?.url.user == "sync")
        #expect(
            channel.pipelines == [
                PipelineSpecification(
                    from: "hz", to: "us", ddl: false,
                    load: LoadSpecification(mode: .transaction, lanes: 8, commitOrder: .free))
            ])
        #expect(channel.tables[0] == TableMapping(source: "shop.orders"))
        #expect(channel.tables[1] == TableMapping(source: "shop.offer[0000-0031]", target: "shop.offer", weight: 3))
        let columns = ColumnSelection(include: ["id", "ssn"], exclude: ["ssn"], rename: ["id": "key"])
        #expect(channel.tables[2].columns == columns)
        #expect(channel.tables[2].exclude == ["crm.user_tmp"])
        #expect(channel.limits.batchRows == 500)
        #expect(channel.limits.queueBytes == 8 << 20)
        #expect(channel.limits.readSeconds == 60)
    }

    @Test func roundTrip() throws {
        let channel = try ChannelSpecification.parse(yaml: Self.full, file: "shop.yaml")
        let text = channel.yaml(includingPasswords: true)
        #expect(try ChannelSpecification.parse(yaml: text, file: "again") == channel)
        #expect(!channel.yaml(includingPasswords: false).contains("s3cret"))
    }

    @Test func heartbeat() throws {
        let yaml = Self.full.replacing("ddl: false", with: "heartbeat: { seconds: 5 }")
        let channel = try ChannelSpecification.parse(yaml: yaml, file: "shop.yaml")
        #expect(channel.pipelines[0].heartbeatSeconds == 5)
        let text = channel.yaml(includingPasswords: true)
        #expect(try ChannelSpecification.parse(yaml: text, file: "again") == channel)
    }

    @Test func throttle() throws {
        let load = "load: { rows-per-second: 100, bytes-per-second: 2M }"
        let yaml = Self.full.replacing("load: { lanes: 8, commit-order: free }", with: load)
        let channel = try ChannelSpecification.parse(yaml: yaml, file: "shop.yaml")
        let expected = LoadSpecification(mode: .transaction, rowsPerSecond: 100, bytesPerSecond: 2 << 20)
        #expect(channel.pipelines[0].load == expected)
        let text = channel.yaml(includingPasswords: true)
        #expect(try ChannelSpecification.parse(yaml: text, file: "again") == channel)
    }

    @Test func oddTextSurvivesTheRoundTrip() throws {
        let flags = ChannelFlags(
            channel: "a.b-c_1", from: "mysql://u:%22%5C%0A%C2%85%E2%80%A8@[::1]", to: "mysql://u@h",
            tables: [#"`a"b`.`c\d`=`x=y`.`{z}`"#, "(a|b)\\.(?=x).*=*.$1"], exclude: ["*.tmp"], ddl: false)
        let channel = try ChannelSpecification(flags: flags)
        #expect(channel.tables[0].source == #"`a"b`.`c\d`"#)
        #expect(channel.tables[0].target == "`x=y`.`{z}`")
        #expect(channel.tables[1].target == "*.$1")
        #expect(channel.tables[1].exclude == ["*.tmp"])
        let text = channel.yaml(includingPasswords: true)
        #expect(try ChannelSpecification.parse(yaml: text, file: "x") == channel)
    }

    /// What to replace in the full document, by what, the code, the line, and a word of the message.
    @Test(arguments: [
        ("ddl: false", "dll: false", "spec-unknown-key", 6, "did you mean ddl?"),
        ("limits:", "limit:", "spec-unknown-key", 13, "did you mean limits?"),
        ("rename:", "renam:", "spec-unknown-key", 12, "tables[2].columns"),
        ("to: us", "to: ud", "spec-invalid", 6, "no site is called ud"),
        ("to: us,", "", "spec-invalid", 6, "lacks to"),
        ("to: us", "to: hz", "spec-invalid", 6, "to itself"),
        ("ddl: false", "ddl: 7", "spec-invalid", 6, "true or false"),
        ("weight: 3", "weight: x", "spec-invalid", 9, "must be a number"),
        ("[\"crm.user_tmp\"]", "crm.user_tmp", "spec-invalid", 11, "must be a list"),
        ("channel: shop", "channel: [shop]", "spec-invalid", 1, "must be a text"),
        ("channel: shop", "channel: a/b", "spec-invalid", 1, "name is not valid"),
        ("mysql://sync@", "mysql://", "url-invalid", 4, "names no user"),
        ("batch-rows: 500", "batch-rows: 0", "spec-invalid", 13, "from 1 to"),
        ("limits:", "conflict: { policy: home-wins }\nlimits:", "spec-invalid", 13, "two-way"),
        ("tables:", "  - { from: us, to: hz }\ntables:", "spec-invalid", 7, "two-way"),
        ("limits:", "channel: twice\nlimits:", "spec-invalid", 1, "a key comes twice"),
        ("shop.orders", "{ table: x", "spec-invalid", 9, "not a YAML document"),
    ])
    func errorsNameTheLine(old: String, new: String, code: String, line: Int, words: String) throws {
        let yaml = Self.full.replacing(old, with: new, maxReplacements: 1)
        let error = try #require(throws: LutraError.self) {
            try ChannelSpecification.parse(yaml: yaml, file: "shop.yaml")
        }
        #expect(error.code.name == code)
        #expect(error.place.first?.value == "shop.yaml")
        #expect(error.place.first { $0.name == "line" }?.value == "\(line)")
        #expect(error.description.contains(words))
        #expect(!error.description.contains("s3cret"))
    }

    @Test(arguments: ["", "# nothing\n", "- a\n", "channel: x\n", "a: b\n---\nc: d\n"])
    func refusesOtherDocuments(yaml: String) throws {
        let error = try #require(throws: LutraError.self) { try ChannelSpecification.parse(yaml: yaml, file: "f") }
        #expect(error.code.exitCode == .usage)
    }

    @Test func syntaxErrorsDoNotShowTheLine() throws {
        let yaml = "channel: x\nsites: { a: { url: mysql://u:s3cret@h: x: } ]\n"
        let error = try #require(throws: LutraError.self) { try ChannelSpecification.parse(yaml: yaml, file: "f") }
        #expect(!error.description.contains("s3cret"))
    }

    @Test func deepNestingIsRefused() throws {
        let yaml = "channel: " + String(repeating: "[", count: 100_000)
        #expect(throws: LutraError.self) { try ChannelSpecification.parse(yaml: yaml, file: "f") }
    }

    @Test func flagsNeedTables() throws {
        let error = try #require(throws: LutraError.self) {
            try ChannelSpecification(flags: ChannelFlags(from: "mysql://u@h", to: "mysql://u@i", tables: []))
        }
        #expect(error.code == .usage)
    }

    @Test func flagsMakeAName() throws {
        let flags = ChannelFlags(from: "mysql://u@[::1]:1", to: "mysql://u@host-b", tables: ["a.b"])
        #expect(try ChannelSpecification(flags: flags).name == "__1.1-host_b.3306")
    }
}
