/// What a line looks like apart from its values: the bytes between them, and of what form each value is.
///
/// Two lines have the same outline when the bytes between their values are the same; `joined` makes the outline that
/// both fit.
struct Outline: Equatable {
    /// What the values of a place have in common, from the most to the least that a machine can use.
    enum Form: Equatable {
        /// Between quotes, which belong to neither the value nor `Part.before`.
        case text
        /// JSON's number.
        case number
        /// A text with its quotes, a number, `true`, `false` or `null`.
        case scalar
        /// Exactly these bytes.
        case fixed([UInt8])
        /// Any value; the general scanner steps over it.
        case any
    }

    struct Part: Equatable {
        /// From the last value (or the line's beginning) to this one.
        var before: [UInt8]
        var form: Form
        /// The longest that has been seen, without quotes.
        var count: Int
        /// The field that the value fills, or would if no better name had.
        var meaning: FieldMeaning?
        /// Whether this value is the one that fills its field.
        var isWanted = false
        /// Several keys ask for the field, so which one fills it hangs on the forms of their values: they must not vary.
        var isContested = false
    }

    /// Values stand in fewer objects than this; steps over nested values count on it.
    static let depthLimit = 8

    /// A line with more is left to the general scanner.
    static let partLimit = 128
    static let literalLimit = 8_192

    var parts: [Part] = []
    /// From the last value to the line feed, which it includes.
    var end: [UInt8] = []

    /// The outline of lines like either, or nil where the bytes between the values differ or a contested value varies.
    func joined(_ other: Outline) -> Outline? {
        guard parts.count == other.parts.count, end == other.end else { return nil }
        var joined = self
        for place in parts.indices {
            let (mine, yours) = (parts[place], other.parts[place])
            guard mine.before == yours.before else { return nil }
            if mine.form != yours.form {
                guard !mine.isContested, let form = Outline.joined(mine.form, yours.form, mine.isWanted) else {
                    return nil
                }
                joined.parts[place].form = form
            }
            joined.parts[place].count = max(mine.count, yours.count)
        }
        return joined
    }

    var isModest: Bool {
        parts.count <= Outline.partLimit && parts.reduce(end.count) { $0 + $1.before.count } <= Outline.literalLimit
    }

    private static func joined(_ mine: Form, _ yours: Form, _ isWanted: Bool) -> Form? {
        if case .fixed = mine { return nil }
        if case .fixed = yours { return nil }
        if mine == .any || yours == .any { return isWanted ? nil : .any }
        return .scalar
    }
}

extension Outline.Part {
    /// A value that begins with a quote is a text, and so on; the words are kept as they stand until `settle`.
    init(
        from last: UnsafePointer<UInt8>, value: UnsafePointer<UInt8>, to behind: UnsafePointer<UInt8>,
        _ meaning: FieldMeaning?
    ) {
        before = Array(UnsafeBufferPointer(start: last, count: value - last))
        count = behind - value
        self.meaning = meaning
        switch value.pointee {
        case quote:
            form = .text
            count -= 2
        case openBrace, openBracket: form = .any
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            form = .fixed(Array(UnsafeBufferPointer(start: value, count: count)))
        default: form = .number
        }
    }

    /// What is read, and what a hop alone does not prove.
    var needsColumn: Bool { isWanted || form == .number || form == .scalar }

    var isNull: Bool { form == .fixed(Array("null".utf8)) }

    /// Words stay fixed only where they decide between several keys. Returns false for a part that no shape can have.
    mutating func settle(fills: Bool) -> Bool {
        isWanted = fills
        if meaning != nil, form == .any { return false }
        guard case .fixed = form else { return true }
        if !isContested { form = .scalar }
        // A word that decides and is read: null is absent, of the others only the segment knows what they mean.
        return !isContested || !fills || isNull || meaning?.field == .identity || meaning?.field == .authenticated
    }
}
