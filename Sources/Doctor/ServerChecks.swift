import Model
import MySQLClient
import Plan

extension Examination {
    mutating func checkTarget() throws {
        guard let target else { return }
        checkVersion(target, group: .target)
        checkTargetGrants(target)
        checkReadOnly(target)
    }

    private mutating func checkReadOnly(_ target: Patient) {
        guard target.facts.isReadOnly else {
            add(Check("read-only", .target, "writable", .ok, "yes"))
            return
        }
        let isSuper = target.facts["super_read_only"]?.uppercased() == "ON"
        let mayWrite =
            !isSuper && target.grants.hasGlobal("SUPER", "READ_ONLY ADMIN", "READ ONLY ADMIN", "CONNECTION_ADMIN")
        add(
            Check(
                "read-only", .target, "writable", mayWrite ? .warning : .refuse,
                mayWrite
                    ? "read_only is on, though the account may write: is the target a replica of something else?"
                    : "the target is read-only",
                remedy: "SET GLOBAL read_only = OFF, if nothing else replicates into the target"))
    }

    mutating func checkBetween() throws {
        guard let target else { return }
        checkServerIDs(target)
        try checkClocks(target)
        checkTimeZones(target)
        checkCharacterSets(target)
        checkPackets(target)
        checkNameCase(target)
    }

    private mutating func checkServerIDs(_ target: Patient) {
        if isSameServer {
            let onto = routes.filter { $0.source.name == $0.route.target }.map(\.source.name.description)
            add(
                onto.isEmpty
                    ? Check("same-server", .between, "two servers", .note, "source and target are one server")
                    : Check(
                        "same-server", .between, "two servers", .refuse,
                        "source and target are one server, and tables are mapped onto themselves: \(shortened(onto))",
                        remedy: "check the two URLs, or map the tables to other names"))
            return
        }
        let isEqual = source.facts.serverID == target.facts.serverID
        add(
            Check(
                "server-ids", .between, "server ids", isEqual ? .warning : .ok,
                isEqual
                    ? "both servers have server_id \(source.facts.serverID): their changes cannot be told apart"
                    : "\(source.facts.serverID) and \(target.facts.serverID)",
                remedy: isEqual ? "give one of them another server_id" : nil))
    }

    private mutating func checkClocks(_ target: Patient) throws {
        func clock(_ patient: Patient) throws -> Double {
            let rows = try patient.connection.ask("SELECT UNIX_TIMESTAMP(NOW(6))", "the clock cannot be read")
            return rows.first?.text(0).flatMap { Double($0) } ?? 0
        }
        // Asked twice around, so that the way to the servers does not count.
        let before = try clock(source)
        let middle = try clock(target)
        let after = try clock(source)
        let difference = middle - (before + after) / 2
        let tenths = Int((abs(difference) * 10).rounded())
        let isClose = abs(difference) < 1 + (after - before)
        let text = "\(tenths / 10).\(tenths % 10) s apart"
        add(
            Check(
                "clocks", .between, "clocks", isClose ? .ok : .warning,
                isClose ? text : "\(text): lag is shown wrong by that much, and so would latest-wins decide",
                remedy: isClose ? nil : "let both follow one time source (chrony, ntp)"))
    }

    private mutating func checkTimeZones(_ target: Patient) {
        func zone(_ facts: ServerFacts) -> String {
            let zone = facts["time_zone"] ?? "SYSTEM"
            return zone == "SYSTEM" ? facts["system_time_zone"] ?? zone : zone
        }
        let (left, right) = (zone(source.facts), zone(target.facts))
        add(
            Check(
                "time-zones", .between, "time zones", left == right ? .ok : .note,
                left == right
                    ? left
                    : "\(left) and \(right): TIMESTAMP columns stay the same instants, DATETIME the same text"))
    }

    private mutating func checkCharacterSets(_ target: Patient) {
        let left = source.facts["character_set_server"] ?? ""
        let right = target.facts["character_set_server"] ?? ""
        add(
            Check(
                "character-sets", .between, "character sets", left == right ? .ok : .note,
                left == right ? left : "\(left) and \(right): it matters for tables that are created without one"))
    }

    private mutating func checkPackets(_ target: Patient) {
        let (left, right) = (source.facts.maxAllowedPacket, target.facts.maxAllowedPacket)
        let isEnough = right >= left
        add(
            Check(
                "max-allowed-packet", .between, "max_allowed_packet", isEnough ? .ok : .warning,
                isEnough
                    ? "\(right >> 20) MiB on the target"
                    : "\(right >> 20) MiB on the target, \(left >> 20) on the source: a larger row would be refused",
                remedy: isEnough ? nil : "SET GLOBAL max_allowed_packet = \(min(left, 1 << 30)) on the target"))
    }

    private mutating func checkNameCase(_ target: Patient) {
        let (left, right) = (source.facts.lowerCaseTableNames, target.facts.lowerCaseTableNames)
        guard right != 0 else {
            add(
                Check(
                    "lower-case-table-names", .between, "case of names", left == right ? .ok : .note,
                    left == right
                        ? "kept on both" : "\(left) on the source, 0 on the target: names arrive in lower case"))
            return
        }
        let targets = Dictionary(grouping: Set(routes.map(\.route.target))) { $0.description.lowercased() }
        let colliding = targets.values.filter { $0.count > 1 }.map { $0.map(\.description).sorted() }
        let names = colliding.flatMap { $0 }.sorted()
        add(
            Check(
                "lower-case-table-names", .between, "case of names", names.isEmpty ? .note : .refuse,
                names.isEmpty
                    ? "the target keeps names without case"
                    : "the target keeps names without case, so that these would be one table: \(shortened(names))",
                remedy: names.isEmpty ? nil : "map one of them to another name"))
    }
}
