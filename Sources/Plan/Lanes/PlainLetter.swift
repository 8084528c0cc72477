/// What letters count as among keys that ignore case or accents: letters that some such collation holds to be equal
/// count as the same one. A test asks the servers for the weights of all characters.
///
/// Base letters are those of the canonical decompositions in the Unicode Character Database, in lower case.
package enum PlainLetter {
    /// Which letter a character beyond ASCII counts as.
    ///
    /// - Returns: 0 for one that does not count, being no letter or digit nor equal to one; nil where nothing is known.
    package static func code(_ scalar: UInt32) -> UInt32? {
        switch scalar {
        case 0xc0...0x17f: entry(latin, scalar - 0xc0)
        case 0x386...0x3ce: entry(greek, scalar - 0x386)
        case 0x400...0x45f: entry(cyrillic, scalar - 0x400)
        // Unified ideographs and Hangul syllables: each is equal to itself alone among those that are known here.
        case 0x4e00...0x9fff, 0xac00...0xd7a3: scalar
        // Punctuation of East Asian texts; between are digits and signs that some collations hold to be numbers.
        case 0x3000...0x3003, 0x3008...0x3011, 0x3014...0x301f, 0x2010...0x201f: 0
        // The wide forms of ASCII.
        case 0xff10...0xff19: scalar - 0xff10 + 0x30
        case 0xff21...0xff3a: scalar - 0xff21 + 0x61
        case 0xff41...0xff5a: scalar - 0xff41 + 0x61
        case 0xff01...0xff0f, 0xff1a...0xff20, 0xff3b...0xff40, 0xff5b...0xff65: 0
        default: nil
        }
    }

    private static func entry(_ table: [UInt16], _ place: UInt32) -> UInt32? {
        let code = table[Int(place)]
        return code == UInt16(UInt8(ascii: "?")) ? nil : UInt32(code)
    }

    private static func table(_ letters: String) -> [UInt16] { Array(letters.utf16) }

    /// From U+00C0 on; `?` for what is no letter with accents over an ASCII one.
    private static let latin = table(
        "aaaaaa?ceeeeiiii?nooooo??uuuuy??aaaaaa?ceeeeiiii?nooooo??uuuuy?yaaaaaaccccccccdd??eeeeeeeeeegggg"
            + "gggghh??iiiiiiiii???jjkk?llllll????nnnnnn???oooooo??rrrrrrsssssssstttt??uuuuuuuuuuuuwwyyyzzzzzz?")
    /// From U+0386 on. The sigma at a word's end is one.
    private static let greek = table("α?εηι?ο?υωιαβγδεζηθικλμνξοπρ?στυφχψωιυαεηιυαβγδεζηθικλμνξοπρσστυφχψωιυουω")
    /// From U+0400 on.
    private static let cyrillic = table(
        "ееђгєѕііјљњћкиуџабвгдежзииклмнопрстуфхцчшщъыьэюяабвгдежзииклмнопрстуфхцчшщъыьэюяееђгєѕііјљњћкиуџ")
}
