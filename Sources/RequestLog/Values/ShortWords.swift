import CScan

/// From words of one to eight bytes to a small value: a word is a 64-bit number, and 64 of them are remembered.
///
/// Two words that fall on one place push each other out: that costs time, never a result.
struct ShortWords: ~Copyable {
    private struct Entry {
        var word: UInt64 = 0
        var value: UInt8 = 0
    }

    private let entries: UnsafeMutablePointer<Entry>

    init() {
        entries = .allocate(capacity: 64)
        entries.initialize(repeating: Entry(), count: 64)
    }

    deinit { entries.deallocate() }

    /// What the word stands for. Eight bytes of the run are readable, and it holds no NUL.
    @inline(__always)
    func find(_ run: ByteRun) -> UInt8? {
        guard UInt(bitPattern: run.count &- 1) < 8 else { return nil }
        let word = ShortWords.word(run)
        let entry = entries[ShortWords.place(word)]
        return entry.word == word ? entry.value : nil
    }

    /// A run that is no such word is not remembered.
    func insert(_ run: ByteRun, value: UInt8) {
        guard (1...8).contains(run.count) else { return }
        let word = ShortWords.word(run)
        entries[ShortWords.place(word)] = Entry(word: word, value: value)
    }

    @inline(__always)
    private static func word(_ run: ByteRun) -> UInt64 {
        cscan_word(run.start) & (UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- 8 &* run.count))
    }

    @inline(__always)
    private static func place(_ word: UInt64) -> Int {
        Int(truncatingIfNeeded: (word &* 0x9e37_79b9_7f4a_7c15) &>> 58)
    }
}
