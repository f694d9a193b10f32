import CScan

/// From words of one to eight bytes to a small value: a word is a 64-bit number, and 64 of them are remembered.
///
/// Two words that fall on one place push each other out: that costs time, never a result.
struct ShortWords: ~Copyable {
    /// For `cscan_words`.
    let entries: UnsafeMutablePointer<cscan_known_word>

    init() {
        entries = .allocate(capacity: Int(CSCAN_WORD_PLACES))
        entries.initialize(repeating: cscan_known_word(), count: Int(CSCAN_WORD_PLACES))
    }

    deinit { entries.deallocate() }

    /// A run that is no such word is not remembered. Eight bytes of it are readable, and it holds no NUL.
    func insert(_ run: ByteRun, value: UInt8) {
        guard (1...8).contains(run.count) else { return }
        let word = cscan_word(run.start) & (UInt64.max >> UInt64(64 - 8 * run.count))
        entries[cscan_word_place(word)] = cscan_known_word(word: word, value: value)
    }
}
