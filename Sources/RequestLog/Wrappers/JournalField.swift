/// A field of a journal's entry whose value stands behind its length, as systemd exports what holds line feeds or is no
/// text: the name alone on a line, eight bytes of length, the lowest first, the value, and a line feed.
///
/// Source: systemd's "Journal Export Formats". All bytes of it can be line feeds, those of the length, too: lines are
/// pieces of it.
struct JournalField: Equatable, Sendable {
    enum Step: Equatable {
        /// It goes on in the next line.
        case goesOn
        /// The value ends with this line.
        case ended
        /// No line feed stands where the value ends, or no journal has a value so long.
        case damaged
    }

    /// Longer ones no journal takes.
    private static let longest: UInt64 = 1 << 30

    /// Others' values are of no use.
    let isMessage: Bool
    private var length: [UInt8] = []
    /// Bytes of the value that have passed.
    private var passed: UInt64 = 0
    /// The value of a message, as far as it is kept.
    private(set) var value: [UInt8] = []

    init(isMessage: Bool) { self.isMessage = isMessage }

    /// Takes the next line, which ended with a line feed.
    ///
    /// - Parameter limit: of a longer value, one byte more is kept.
    mutating func take(_ line: ByteRun, limit: Int) -> Step {
        let heading = min(8 - length.count, line.count + 1)
        length += (0..<heading).map { $0 < line.count ? line[$0] : lineFeed }
        guard length.count == 8 else { return .goesOn }
        let size = length.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard size <= JournalField.longest else { return .damaged }
        // The line feed was a part of the length.
        if heading > line.count { return .goesOn }
        let rest = line.dropFirst(heading)
        let missing = size - passed
        if UInt64(rest.count) > missing { return .damaged }
        keep(UnsafeBufferPointer(start: rest.start, count: rest.count), limit: limit)
        if UInt64(rest.count) == missing { return .ended }
        keep([lineFeed], limit: limit)
        return .goesOn
    }

    private mutating func keep(_ bytes: some Collection<UInt8>, limit: Int) {
        passed += UInt64(bytes.count)
        if isMessage { value += bytes.prefix(max(0, limit + 1 - value.count)) }
    }
}

extension JournalField {
    /// For whoever goes on from the middle of it.
    var encoded: [UInt8] {
        [isMessage ? 1 : 0, UInt8(length.count)] + length + LineContext.bytes(Int64(passed), count: 8) + value
    }

    /// Nil where the bytes are not those of a field.
    init?(encoded bytes: [UInt8]) {
        guard bytes.count >= 10, bytes[0] <= 1, bytes[1] <= 8, bytes.count >= 10 + Int(bytes[1]) else { return nil }
        self.init(isMessage: bytes[0] == 1)
        let rest = bytes.dropFirst(2)
        length = Array(rest.prefix(Int(bytes[1])))
        let passed = LineContext.number(rest.dropFirst(length.count).prefix(8))
        guard passed >= 0, passed == 0 || length.count == 8 else { return nil }
        self.passed = UInt64(passed)
        value = Array(rest.dropFirst(length.count + 8))
    }
}
