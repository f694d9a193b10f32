import CScan

/// A kind of line that has been seen: its outline, and the steps that `cscan_match` takes through such lines.
///
/// What matches is a line that the general scanner accepts, provided that the columns prove what the steps do not (a
/// text needs no proof, it ends at its first quote): see `RecordReader+Columns`.
struct Shape: ~Copyable {
    /// The values of one place, of a group of lines.
    struct Column {
        enum Kind: UInt8 {
            /// Without its quotes.
            case text
            case number, scalar
            /// The same word in every line: the columns say nothing.
            case null, yes, no
        }

        /// Nil: the value is not read, only proven.
        var meaning: FieldMeaning?
        var kind: Kind
        /// Its place among the columns of a group.
        var number: Int

        /// A text with escapes is remembered as it stands, and resolved when it is first seen.
        var mayHoldEscapes: Bool {
            guard kind == .text, let field = meaning?.field else { return false }
            return field == .route || field == .method || field == .version || field == .cache || field == .identity
        }

        /// A text, perhaps, that is read as it stands.
        var mustBePlain: Bool { meaning != nil && (kind == .text || kind == .scalar) && !mayHoldEscapes }

        /// Words say something about the segment, and nothing about any other field.
        var isOfSegment: Bool { meaning?.field == .identity || meaning?.field == .authenticated }
    }

    /// A line may have more values that must be proven; the general scanner steps over those.
    static let columnLimit = 25
    let outline: Outline
    /// The same with its nested values closed; nil where they are, or where there are none.
    let closed: Outline?
    let columns: UnsafeMutablePointer<Column>
    private(set) var columnCount = 0
    /// By field, the number of its column; -1: the lines have none.
    private var columnNumbers = InlineArray<16, Int8>(repeating: -1)
    let steps: UnsafeMutablePointer<cscan_step>
    private(set) var stepCount = 0
    /// How far behind its end a line that differs can take a match.
    private(set) var reach = 0

    /// Lines that began like this shape, and those of them that matched, of late.
    var tried = 0
    var matched = 0
    /// In the chunk that is being read; and the chunks since one had a match.
    var hasMatched = false
    var idleChunks = 0
    var hasProvedItsWorth = false

    /// The route is read from a column of its own, and so is the method, unless there is none.
    private(set) var hasPlainRoute = false
    /// Some fields are read by `readRareFields`.
    private(set) var hasRareFields = false

    init(_ outline: Outline, closed: Outline?) {
        self.outline = outline
        self.closed = closed
        columns = .allocate(capacity: Shape.columnLimit)
        steps = .allocate(capacity: Shape.stepCapacity(outline))
        var literal: [UInt8] = []
        var hop = cscan_step()
        hop.column = -1
        for part in outline.parts {
            literal += part.before
            if part.form == .text { literal.append(quote) }
            append(hop, literal)
            let column = part.needsColumn ? addColumn(for: part) : nil
            (hop, literal) = Shape.step(over: part, column: column)
        }
        append(hop, literal + outline.end)
        hasPlainRoute = column(of: .route) != nil && (column(of: .method) != nil || column(of: .requestLine) == nil)
        hasRareFields = !hasPlainRoute || column(of: .authenticated) != nil
    }

    deinit {
        steps.deallocate()
        columns.deallocate()
    }

    mutating func keepStanding(of other: borrowing Shape) {
        (tried, matched, hasProvedItsWorth) = (other.tried, other.matched, other.hasProvedItsWorth)
        (hasMatched, idleChunks) = (other.hasMatched, other.idleChunks)
    }

    /// The column of the value that fills the field.
    @inline(__always)
    func column(of field: Field) -> Column? {
        let number = columnNumbers[Int(field.rawValue)]
        return number < 0 ? nil : columns[Int(number)]
    }

    /// One step for each value and one for the end, and more for literals that do not fit into one.
    private static func stepCapacity(_ outline: Outline) -> Int {
        // A quote on either side, or a word, may come to what stands between the values.
        let bytes = outline.parts.reduce(outline.end.count) { $0 + $1.before.count + 8 }
        return outline.parts.count + 2 + bytes / Int(CSCAN_LITERAL_BYTES)
    }

    /// Nil where there are too many values to be proven; wanted ones are fewer than fields, so they always find room.
    private mutating func addColumn(for part: Outline.Part) -> Int8? {
        if !part.isWanted, columnCount >= Shape.columnLimit - Field.allCases.count { return nil }
        let number = Int8(columnCount)
        if part.isWanted, let field = part.meaning?.field { columnNumbers[Int(field.rawValue)] = number }
        (columns + columnCount).initialize(
            to: Column(meaning: part.isWanted ? part.meaning : nil, kind: Column.Kind(part.form), number: columnCount))
        columnCount += 1
        return number
    }

    /// The step over a value, without its literal, and with what the literal begins with.
    private static func step(over part: Outline.Part, column: Int8?) -> (cscan_step, [UInt8]) {
        var step = cscan_step()
        step.column = column ?? -1
        switch part.form {
        case .text:
            step.stop = quote
            step.hop = hop(over: part.count)
            return (step, [quote])
        case .number: step.hop = hop(over: part.count)
        case .scalar: step.hop = hop(over: part.count + 2)
        case .fixed(let word): return (step, word)
        case .any: step.hop = UInt8(CSCAN_HOP_VALUE)
        }
        if column == nil { step.hop = UInt8(CSCAN_HOP_VALUE) }
        return (step, [])
    }

    /// The narrowest that reaches the stop behind so many bytes.
    private static func hop(over count: Int) -> UInt8 {
        switch count {
        case ...32: UInt8(CSCAN_HOP_32)
        case ...64: UInt8(CSCAN_HOP_64)
        default: UInt8(CSCAN_HOP_LONG)
        }
    }

    /// Adds the step with its literal; a literal that is longer than a step's goes on in steps without a value.
    private mutating func append(_ step: cscan_step, _ literal: [UInt8]) {
        var step = step
        // A value that is not between quotes ends where the literal behind it begins.
        if step.hop != UInt8(CSCAN_HOP_NONE), step.stop == 0 { step.stop = literal[0] }
        var rest = literal[...]
        repeat {
            let piece = rest.prefix(Int(CSCAN_LITERAL_BYTES))
            step.literal_count = UInt8(piece.count)
            withUnsafeMutableBytes(of: &step.literal) { $0.copyBytes(from: piece) }
            withUnsafeMutableBytes(of: &step.mask) { mask in
                for place in 0..<piece.count { mask[place] = 0xff }
            }
            (steps + stepCount).initialize(to: step)
            stepCount += 1
            reach += cscan_reach(&step)
            rest = rest.dropFirst(piece.count)
            step = cscan_step()
            step.column = -1
        } while !rest.isEmpty
    }
}

extension Shape.Column.Kind {
    init(_ form: Outline.Form) {
        switch form {
        case .text: self = .text
        case .number: self = .number
        case .scalar, .any: self = .scalar
        case .fixed(let word): self = word.first == UInt8(ascii: "n") ? .null : word.count == 4 ? .yes : .no
        }
    }
}
