import CScan

/// Up to 64 lines of one shape on their way to records: bit n of a mask is the n-th of them.
struct LineGroup {
    /// Their places in the chunk, which are their records' too.
    let lines: UnsafeMutablePointer<UInt16>
    let count: Int
    let columns: UnsafeMutablePointer<cscan_span>
    let records: UnsafeMutablePointer<Record>
    /// Without escapes; what has some is matched in copies (`BlankedLines`) or alone.
    let arePlain: Bool

    /// What stands in the column, line by line; a count of -1 is null.
    @inline(__always)
    func values(_ column: Shape.Column) -> UnsafeMutablePointer<cscan_span> {
        columns + column.number &* Chunk.groupCapacity
    }

    @inline(__always)
    func record(_ place: Int) -> UnsafeMutablePointer<Record> { records + Int(lines[place]) }

    /// Has a kernel read the column, and returns what it has left to others.
    ///
    /// - Parameter field: of the first of `records`.
    @inline(__always)
    func read<Value>(
        _ column: Shape.Column, into field: UnsafeMutablePointer<Value>,
        by kernel: (UnsafePointer<cscan_column>) -> UInt64
    ) -> LineMask {
        var column = cscan_column(
            values: values(column), places: lines, count: count,
            field: UnsafeMutableRawPointer(field).assumingMemoryBound(to: UInt8.self))
        return LineMask(bits: kernel(&column))
    }

    @inline(__always)
    func set<Value: BitwiseCopyable>(_ field: UnsafeMutablePointer<Value>, of place: Int, to value: Value) {
        UnsafeMutableRawPointer(field).storeBytes(
            of: value, toByteOffset: Int(lines[place]) &* MemoryLayout<Record>.stride, as: Value.self)
    }

    var all: LineMask { LineMask(bits: UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- count)) }
}

/// Lines of a group, from the first to the last.
struct LineMask: Sequence, IteratorProtocol {
    var bits: UInt64

    @inline(__always)
    mutating func next() -> Int? {
        guard bits != 0 else { return nil }
        defer { bits &= bits &- 1 }
        return bits.trailingZeroBitCount
    }
}

/// What the steps of a match do not prove of a value: they only found where it ends.
///
/// Each returns the lines whose value is not what its form says. A value of a plain line holds no backslash and no
/// control byte; one of an odd line that has a column has been looked at.
extension LineGroup {
    /// A number by JSON's grammar.
    func linesWithoutNumber(_ column: Shape.Column) -> UInt64 {
        var failed: UInt64 = 0
        for place in 0..<count where !values(column)[place].run.isNumber { failed |= 1 &<< UInt64(place) }
        return failed
    }

    /// A text, a number or a word.
    func linesWithoutScalar(_ column: Shape.Column) -> UInt64 {
        var failed: UInt64 = 0
        for place in 0..<count where LineGroup.kind(ofScalar: values(column)[place].run) == nil {
            failed |= 1 &<< UInt64(place)
        }
        return failed
    }

    /// The same, and takes the quotes off texts and the bytes off null. A column of scalars is read like one of texts.
    func openScalars(_ column: Shape.Column) -> UInt64 {
        var failed: UInt64 = 0
        for place in 0..<count {
            let run = values(column)[place].run
            switch LineGroup.kind(ofScalar: run) {
            case .string: values(column)[place] = cscan_span(start: run.start + 1, end: run.end - 1)
            case .null: values(column)[place].end = run.start - 1
            case .number: break
            default: failed |= 1 &<< UInt64(place)
            }
        }
        return failed
    }

    /// `null`, its first byte lowest.
    static let null: UInt64 = 0x6c6c_756e

    /// What the whole run is; nil: no text, number or word.
    @inline(__always)
    static func kind(ofScalar run: ByteRun) -> LineFields.Kind? {
        if run[0] == quote {
            let stop = cscan_string_end(run.start + 1)
            return stop.pointee == quote && stop + 1 == run.end ? .string : nil
        }
        if run.isNumber { return .number }
        guard run.count == 4 || run.count == 5 else { return nil }
        switch cscan_word(run.start) & (UInt64.max >> UInt64(64 - 8 * run.count)) {
        case null: return .null
        case 0x6575_7274: return .yes  // true
        case 0x65_736c_6166: return .no  // false
        default: return nil
        }
    }
}

extension cscan_span {
    @inline(__always)
    var run: ByteRun { ByteRun(start: start, count: end - start) }
}
