/// The text as a terminal may show it: everything that is not a visible character is spelled out, so no log line can
/// move the cursor, change a colour, or turn the reading direction (`\x1b`, `\u{202e}`); a backslash is doubled.
package func escapedForDisplay(_ text: String) -> String {
    var shown = ""
    for scalar in text.unicodeScalars {
        switch scalar.properties.generalCategory {
        case .control: shown += "\\x" + hexadecimal(scalar.value, width: 2)
        case .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
            shown += "\\u{" + hexadecimal(scalar.value, width: 4) + "}"
        case _ where scalar == "\\": shown += "\\\\"
        default: shown.unicodeScalars.append(scalar)
        }
    }
    return shown
}

private func hexadecimal(_ value: UInt32, width: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// Columns a terminal uses for text that is already safe to show: marks none, wide East Asian characters and emoji two.
///
/// Source: Unicode Standard Annex 11, by the blocks that are wide throughout.
package func displayWidth(_ text: String) -> Int { text.unicodeScalars.reduce(0) { $0 + displayWidth($1) } }

private func displayWidth(_ scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    let isWide =
        switch scalar.value {
        case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xa960...0xa97c, 0xac00...0xd7a3, 0xf900...0xfaff,
            0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1faff, 0x20000...0x3fffd:
            true
        default: scalar.properties.isEmojiPresentation
        }
    return isWide ? 2 : 1
}

/// The text in at most `width` columns: what does not fit is cut out of the middle, for a route's ends tell the most.
package func cutInMiddle(_ text: String, width: Int) -> String {
    guard displayWidth(text) > width else { return text }
    guard width > 1 else { return width == 1 ? "…" : "" }
    let head = fitting(Array(text), columns: width / 2)
    let tail = fitting(text.reversed(), columns: width - 1 - displayWidth(String(head)))
    return String(head) + "…" + String(tail.reversed())
}

/// The longest beginning of these characters that fits.
private func fitting(_ characters: [Character], columns: Int) -> [Character] {
    var rest = columns
    return Array(
        characters.prefix { character in
            rest -= displayWidth(String(character))
            return rest >= 0
        })
}
