/// The pieces of a field's value between separators that are not in a quoted string (RFC 9110 §5.6), without the blanks
/// around them. A string that is never closed goes on to the end.
struct FieldPieces: Sequence, IteratorProtocol {
    private var rest: UnsafeRawBufferPointer?
    private let separator: UInt8

    init(of bytes: UnsafeRawBufferPointer, separator: UInt8) {
        rest = bytes
        self.separator = separator
    }

    mutating func next() -> UnsafeRawBufferPointer? {
        guard let bytes = rest else { return nil }
        var place = 0
        var isQuoted = false
        while place < bytes.count, isQuoted || bytes[place] != separator {
            switch bytes[place] {
            case ASCII.quote: isQuoted.toggle()
            case ASCII.backslash where isQuoted: place += 1
            default: break
            }
            place += 1
        }
        let end = Swift.min(place, bytes.count)
        rest = end < bytes.count ? UnsafeRawBufferPointer(rebasing: bytes[(end + 1)...]) : nil
        return ASCII.trimmed(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
    }
}

/// `name=value`, the value without the quotes around it.
struct FieldParameter {
    var name: UnsafeRawBufferPointer
    var value: UnsafeRawBufferPointer

    /// Nil where there is no equals sign behind a token.
    init?(_ piece: UnsafeRawBufferPointer) {
        guard let equals = piece.firstIndex(of: ASCII.equals) else { return nil }
        name = ASCII.trimmed(UnsafeRawBufferPointer(rebasing: piece[..<equals]))
        value = ASCII.trimmed(UnsafeRawBufferPointer(rebasing: piece[(equals + 1)...]))
        guard !name.isEmpty, name.allSatisfy(ASCII.isToken) else { return nil }
        if value.count >= 2, value.first == ASCII.quote, value.last == ASCII.quote {
            value = UnsafeRawBufferPointer(rebasing: value.dropFirst().dropLast())
        }
    }
}
