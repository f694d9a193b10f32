/// The values of one line that somebody asked for, as they stand in it.
struct LineFields {
    enum Kind: UInt8 {
        case absent, string, escapedString, number, yes, no, null, nested
    }

    struct Value {
        var run: ByteRun
        var kind: Kind
        var rank: UInt8
        var unit: DurationUnit?
        var key: UInt16
        var notation = FieldMeaning.Notation.plain

        var isAbsent: Bool { kind == .absent || kind == .null }
    }

    private var values: InlineArray<16, Value>

    init() {
        let nothing = UnsafePointer<UInt8>(bitPattern: 1)!
        values = .init(
            repeating: Value(run: ByteRun(start: nothing, count: 0), kind: .absent, rank: .max, unit: nil, key: 0))
    }

    @inline(__always)
    subscript(field: Field) -> Value { values[Int(field.rawValue)] }

    /// A better name beats a worse one; of equal ones the last wins.
    @inline(__always)
    mutating func offer(_ run: ByteRun, _ kind: Kind, for meaning: FieldMeaning, key: UInt16) {
        let place = Int(meaning.field.rawValue)
        guard meaning.rank <= values[place].rank else { return }
        values[place] = Value(
            run: run, kind: kind, rank: meaning.rank, unit: meaning.unit, key: key, notation: meaning.notation)
    }

    /// The only value that the line has for the field.
    @inline(__always)
    mutating func set(_ run: ByteRun, _ kind: Kind, for meaning: FieldMeaning) {
        values[Int(meaning.field.rawValue)] = Value(run: run, kind: kind, rank: 0, unit: meaning.unit, key: 0)
    }

    @inline(__always)
    mutating func clear() {
        for place in values.indices {
            values[place].kind = .absent
            values[place].rank = .max
        }
    }
}
