import Glibc

extension UnsafeRawBufferPointer {
    /// How many bytes the whole lines at the beginning have together: up to and including the last LF.
    var wholeLinesCount: Int {
        var end = count
        // Eight at a time: a byte of the word is zero exactly where the content has an LF (Hacker's Delight, 6-1).
        while end >= 8 {
            let word = loadUnaligned(fromByteOffset: end - 8, as: UInt64.self) ^ 0x0a0a_0a0a_0a0a_0a0a
            if (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080 != 0 { break }
            end -= 8
        }
        while end > 0, self[end - 1] != 10 { end -= 1 }
        return end
    }

    /// How many bytes the first line has, its LF included; nil if it has no LF.
    var firstLineCount: Int? {
        guard let start = baseAddress, let found = memchr(start, 10, count) else { return nil }
        return UnsafeRawPointer(found) - start + 1
    }

    func begins(with other: [UInt8]) -> Bool {
        guard count >= other.count else { return false }
        return other.withUnsafeBytes { $0.isEmpty || memcmp(baseAddress!, $0.baseAddress!, $0.count) == 0 }
    }
}
