/// A key, out of the bytes that a terminal sends for it.
package enum Key: Equatable, Sendable {
    case character(Character)
    case enter, escape, backspace, tab, backtab
    case up, down, left, right, pageUp, pageDown, home, end
    /// Control and this letter.
    case control(Character)
}

/// Bytes of a terminal → keys. What it does not know it swallows whole, so that no half of a sequence becomes a letter.
package struct KeyReader: Sendable {
    private var waiting: [UInt8] = []

    /// Longer sequences are no keys.
    private static let longestSequence = 32

    package init() {}

    /// Whether an escape stands alone so far: a key if nothing follows soon.
    package var awaitsMore: Bool { !waiting.isEmpty }

    package mutating func read(_ bytes: some Sequence<UInt8>) -> [Key] {
        waiting += bytes
        var keys: [Key] = []
        while let length = length(of: waiting) {
            if let key = Self.key(waiting.prefix(length)) { keys.append(key) }
            waiting.removeFirst(length)
        }
        if waiting.count > Self.longestSequence { waiting = [] }
        return keys
    }

    /// Nothing follows: what waits is what it is.
    package mutating func settle() -> [Key] {
        defer { waiting = [] }
        return waiting == [0x1b] ? [.escape] : []
    }

    /// Bytes of the first key; nil while it is not whole.
    private func length(of bytes: [UInt8]) -> Int? {
        guard let first = bytes.first else { return nil }
        switch first {
        case 0x1b:
            guard bytes.count > 1 else { return nil }
            switch bytes[1] {
            case UInt8(ascii: "["):
                guard let end = bytes.dropFirst(2).firstIndex(where: { (0x40...0x7e).contains($0) }) else { return nil }
                return end + 1
            case UInt8(ascii: "O"): return bytes.count > 2 ? 3 : nil
            // Two keys one behind the other, not one with Alt.
            case 0..<0x20: return 1
            default: return 2
            }
        case 0xc2..<0xe0: return bytes.count >= 2 ? 2 : nil
        case 0xe0..<0xf0: return bytes.count >= 3 ? 3 : nil
        case 0xf0..<0xf5: return bytes.count >= 4 ? 4 : nil
        default: return 1
        }
    }

    private static func key(_ bytes: ArraySlice<UInt8>) -> Key? {
        switch bytes.first {
        case nil: nil
        case 0x1b where bytes.count == 1: .escape
        case 0x1b: sequences[String(decoding: bytes.dropFirst(2), as: UTF8.self)]
        case 0x0d?, 0x0a?: .enter
        case 0x09?: .tab
        case 0x08?, 0x7f?: .backspace
        case let byte? where byte < 0x20: .control(Character(Unicode.Scalar(byte + 0x60)))
        default: String(validating: bytes, as: UTF8.self)?.first.map { .character($0) }
        }
    }

    /// Behind `ESC [` or `ESC O`, as xterm, tmux, the Linux console and rxvt send them.
    private static let sequences: [String: Key] = [
        "A": .up, "B": .down, "C": .right, "D": .left, "H": .home, "F": .end, "Z": .backtab,
        "1~": .home, "4~": .end, "5~": .pageUp, "6~": .pageDown, "7~": .home, "8~": .end,
    ]
}
