/// Microseconds since 1970 UTC of an RFC 3339 time: `2026-01-31T12:00:00[.123456](Z|±hh:mm)`; nil when it is none.
package func microsecondsSince1970(rfc3339 text: some StringProtocol) -> Int64? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes.count <= 40 else { return nil }
    func number(_ range: Range<Int>) -> Int64? {
        var value: Int64 = 0
        for byte in bytes[range] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        return value
    }
    func isMark(_ index: Int, _ marks: String) -> Bool { marks.utf8.contains(bytes[index]) }
    guard isMark(4, "-"), isMark(7, "-"), isMark(10, "Tt "), isMark(13, ":"), isMark(16, ":"),
        let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
        let minute = number(14..<16), let second = number(17..<19),
        (1...12).contains(month), day >= 1, day <= daysOfMonth(month, year), hour < 24, minute < 60, second <= 60
    else { return nil }
    var index = 19
    var fraction: Int64 = 0
    if isMark(19, ".") {
        var unit: Int64 = 100_000
        index += 1
        let start = index
        while index < bytes.count, let digit = number(index..<index + 1) {
            fraction += digit * unit
            unit /= 10
            index += 1
        }
        guard index > start else { return nil }
    }
    guard index < bytes.count else { return nil }
    var offsetMinutes: Int64 = 0
    if isMark(index, "Zz") {
        guard index + 1 == bytes.count else { return nil }
    } else {
        guard isMark(index, "+-"), bytes.count == index + 6, isMark(index + 3, ":"),
            let hours = number(index + 1..<index + 3), let minutes = number(index + 4..<index + 6),
            hours < 24, minutes < 60
        else { return nil }
        offsetMinutes = (hours * 60 + minutes) * (isMark(index, "-") ? -1 : 1)
    }
    let days = daysSince1970(year: year, month: month, day: day)
    let seconds = days * 86_400 + hour * 3_600 + (minute - offsetMinutes) * 60 + second
    return seconds * 1_000_000 + fraction
}

/// `2026-01-31T12:00:00.123456Z`.
package func rfc3339(microsecondsSince1970 microseconds: Int64) -> String {
    func floorDivide(_ value: Int64, _ by: Int64) -> Int64 { (value - ((value % by) + by) % by) / by }
    let days = floorDivide(microseconds, 86_400_000_000)
    let rest = microseconds - days * 86_400_000_000
    // From days to a date of the proleptic Gregorian calendar, in eras of 400 years that begin in March.
    let shifted = days + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    let seconds = rest / 1_000_000
    let time = "\(padded(seconds / 3_600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
    return "\(date)T\(time).\(padded(rest % 1_000_000, 6))Z"
}

private func daysOfMonth(_ month: Int64, _ year: Int64) -> Int64 {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
}

private func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
    // Years that begin in March put the leap day last.
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = shiftedYear / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
}
