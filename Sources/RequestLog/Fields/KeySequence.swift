import CScan

/// The keys of the last line of pairs in their order, each with the mark behind it: the next line mostly has the same
/// ones. What is not found here is looked for in the `KeyTable`; it never changes a result.
struct KeySequence: ~Copyable {
    private struct Entry {
        /// The key and its mark, and 0xff for each byte that they have.
        var text: (UInt64, UInt64, UInt64) = (0, 0, 0)
        var mask: (UInt64, UInt64, UInt64) = (0, 0, 0)
        /// 0: nothing is remembered here.
        var count = 0
        var action = KeyTable.Action(meaning: nil, container: 0, key: 0)
    }

    /// Keys of a line, and bytes of a key with its mark, that are remembered.
    private static let limit = 64
    private static let longest = 24

    private let entries: UnsafeMutablePointer<Entry>
    /// Of the line at hand: how many keys came before.
    private var place = 0

    init() {
        entries = .allocate(capacity: KeySequence.limit)
        entries.initialize(repeating: Entry(), count: KeySequence.limit)
    }

    deinit { entries.deallocate() }

    mutating func begin() { place = 0 }

    /// What to do with the value behind the key that stands here, and where it begins; nil where it is not the key that
    /// stood there in the last line. `ByteRun.padding` bytes are readable.
    @inline(__always)
    mutating func next(at start: UnsafePointer<UInt8>) -> (action: KeyTable.Action, value: UnsafePointer<UInt8>)? {
        guard place < KeySequence.limit else { return nil }
        let entry = entries + place
        let differs =
            (cscan_word(start) ^ entry.pointee.text.0) & entry.pointee.mask.0
            | (cscan_word(start + 8) ^ entry.pointee.text.1) & entry.pointee.mask.1
            | (cscan_word(start + 16) ^ entry.pointee.text.2) & entry.pointee.mask.2
        guard differs == 0, entry.pointee.count > 0 else { return nil }
        place += 1
        return (entry.pointee.action, start + entry.pointee.count)
    }

    /// Instead of what `next` has not found.
    ///
    /// - Parameter key: the mark stands behind it.
    @inline(never)
    mutating func remember(_ key: ByteRun, _ action: KeyTable.Action) {
        guard place < KeySequence.limit else { return }
        defer { place += 1 }
        let count = key.count + 1
        guard count <= KeySequence.longest else {
            entries[place] = Entry()
            return
        }
        func mask(_ first: Int) -> UInt64 {
            count <= first ? 0 : count >= first + 8 ? .max : .max >> UInt64(64 - 8 * (count - first))
        }
        let masks = (mask(0), mask(8), mask(16))
        let start = key.start
        entries[place] = Entry(
            text: (cscan_word(start) & masks.0, cscan_word(start + 8) & masks.1, cscan_word(start + 16) & masks.2),
            mask: masks, count: count, action: action)
    }
}
